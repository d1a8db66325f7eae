//! Which table records go to, with the catalogue that Quarry comes with.

use datafusion::prelude::SessionConfig;
use quarry_storage::{FileOutcome, Format, IngestOptions};

use super::place::Place;
use super::support::{ingest_into, query};

async fn tables(place: &Place, name: &str, content: &str, options: IngestOptions) -> Vec<(String, u64)> {
    place.ingest(name, content, options).await.rows().into_iter().collect()
}

fn one(table: &str) -> Vec<(String, u64)> {
    vec![(table.to_owned(), 1)]
}

#[tokio::test]
async fn by_envelope_type_path_and_fields() {
    let place = Place::new().await;
    let streamed = r#"{"time":"2022-11-22T06:21:48.0675195Z","tenantId":"t1","category":"AdvancedHunting-EmailEvents","operationName":"Publish","properties":{"Timestamp":"2022-11-22T06:19:40Z","NetworkMessageId":"n1","AttachmentCount":4,"Subject":"hello"}}"#;
    let options = IngestOptions::default;
    assert_eq!(tables(&place, "a/PT1H.json", streamed, options()).await, one("EmailEvents"));
    let hub = format!("{{\"records\":[{}]}}", streamed.replace("n1", "n2"));
    assert_eq!(tables(&place, "b/hub.json", &hub, options()).await, one("EmailEvents"));
    let typed = r#"{"TimeGenerated":"2022-11-22T06:19:40Z","UserPrincipalName":"a@b.c","Type":"SigninLogs"}"#;
    assert_eq!(tables(&place, "c/x.json", typed, options()).await, one("SigninLogs"));
    let plain = r#"{"Timestamp":"2022-11-22T06:19:40Z","AccountUpn":"a@b.c","ErrorCode":0}"#;
    assert_eq!(
        tables(&place, "d/AADSignInEventsBeta.json", plain, options()).await,
        one("AADSignInEventsBeta")
    );
    assert_eq!(
        tables(
            &place,
            "insights-logs-advancedhunting-cloudappevents/y=2024/PT1H.json",
            r#"{"Timestamp":"2022-11-22T06:19:40Z","ActionType":"x"}"#,
            options()
        )
        .await,
        one("CloudAppEvents")
    );
    let plain = plain.replace("a@b.c", "d@e.f");
    assert_eq!(
        tables(&place, "d/AADSignInEventsBeta_tenant_2.json", &plain, options()).await,
        one("AADSignInEventsBeta")
    );
    let header = "Timestamp,NetworkMessageId,SenderFromAddress,RecipientEmailAddress,EmailDirection,DeliveryAction,ThreatTypes\n2023-10-18T14:37:28.2012261Z,m,a@b,c@d,Inbound,Delivered,\n";
    assert_eq!(tables(&place, "e/AdvancedHunting.csv", header, options()).await, one("EmailEvents"));
    let named = IngestOptions {
        table: Some("syslog".to_owned()),
        ..IngestOptions::default()
    };
    assert_eq!(
        tables(
            &place,
            "f/data.json",
            r#"{"TimeGenerated":"2022-11-22T06:19:40Z","SyslogMessage":"m"}"#,
            named
        )
        .await,
        one("Syslog")
    );
    let tenants = query(
        &place.lake,
        "EmailEvents",
        &["NetworkMessageId", "TenantId", "_extra"],
        None,
        SessionConfig::new(),
    )
    .await;
    assert_eq!(tenants, [["m", "", "null"], ["n1", "t1", "null"], ["n2", "t1", "null"]]);
}

#[tokio::test]
async fn mixed_records_without_labels() {
    let place = Place::new().await;
    let content = concat!(
        r#"{"Timestamp":"2021-08-02T13:11:39.7724491Z","DeviceId":"d","DeviceName":"n","ActionType":"LdapSearch","InitiatingProcessFileName":"p.exe","InitiatingProcessId":5692,"RegistryKey":"","RegistryValueName":"","RemoteUrl":"","RemoteDeviceName":"","ProcessTokenElevation":"","FileOriginUrl":"","AppGuardContainerId":"","ReportId_long":113597,"ReportId_string":"","AdditionalFields_string":"{\"a\": 1}","AdditionalFields_dynamic":null}"#,
        "\n",
        r#"{"Timestamp":"2021-08-02T13:32:07Z","ActionType":"MailItemsAccessed","Application":"Exchange","ApplicationId":20893,"AccountObjectId":"o","IsAdminOperation":0,"IPAddress":"1.2.3.4","ISP":"i","ActivityObjects":[],"RawEventData":{"UserId":"u"},"rawData":{"UserId":"u"}}"#,
        "\n",
        r#"{"nothing":"known"}"#,
        "\n"
    );
    let rows = tables(&place, "Defender.json", content, IngestOptions::default()).await;
    assert_eq!(rows, [("CloudAppEvents".to_owned(), 1), ("DeviceEvents".to_owned(), 1)]);
    assert_eq!(
        query(
            &place.lake,
            "DeviceEvents",
            &["ReportId", "AdditionalFields", "ActionType"],
            None,
            SessionConfig::new()
        )
        .await,
        [["113597", "{\"a\":1}", "LdapSearch"]]
    );
    let aside = query(&place.lake, "_quarantine", &["Line", "Reason"], None, SessionConfig::new()).await;
    assert_eq!(aside, [["3", "not a log we recognise"]]);
}

#[tokio::test]
async fn an_unknown_table_is_refused_by_name() {
    let place = Place::new().await;
    let options = IngestOptions {
        table: Some("EmailEvent".to_owned()),
        ..IngestOptions::default()
    };
    let error = quarry_storage::ingest(&place.lake, &options, &["/dev/null".to_owned()], std::sync::Arc::new(|_| {}))
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "no table `EmailEvent` is known, and nothing tells its columns (did you mean `EmailEvents`?)"
    );
}

#[tokio::test]
async fn the_report_says_what_was_what() {
    let place = Place::new().await;
    let path = place.path("CloudAppEvents.json");
    std::fs::write(&path, "{\"Timestamp\":\"2024-01-01T00:00:00Z\",\"ActionType\":\"x\"}\n").unwrap();
    let report = ingest_into(&place.lake, &[&path.display().to_string()], IngestOptions::default()).await;
    let file = &report.files[0];
    assert_eq!((file.format, &file.outcome), (Some(Format::JsonLines), &FileOutcome::Ingested));
    assert_eq!(report.versions.keys().collect::<Vec<_>>(), ["CloudAppEvents"]);
    let status = place.lake.status().await.unwrap();
    let time = super::support::ticks("2024-01-01T00:00:00Z");
    assert_eq!((status[0].rows, status[0].files, status[0].span), (1, 1, Some((time, time + 9))));
}

#[tokio::test]
async fn a_label_is_a_table_only_as_it_is_spelt() {
    let place = Place::new().await;
    let record = |label: &str| {
        format!(
            r#"{{"TimeGenerated":"2024-05-01T10:00:00Z","OperationName":"Add user","Category":"c","InitiatedBy":{{}},"TargetResources":[],"AADOperationType":"Add","ActivityDateTime":"2024-05-01T10:00:00Z","Type":"{label}"}}"#
        )
    };
    // Exports of one place overwrite the label by a word of their own.
    assert_eq!(
        tables(&place, "a/x.json", &record("event"), IngestOptions::default()).await,
        one("AuditLogs")
    );
    assert_eq!(
        tables(&place, "b/x.json", &record("SigninLogs"), IngestOptions::default()).await,
        one("SigninLogs")
    );
}

/// A table is not told by a few columns that others have as well.
#[tokio::test]
async fn picked_columns_tell_no_table() {
    let place = Place::new().await;
    let record = r#"{"Timestamp":"2024-05-01T10:00:00Z","DeviceId":"d","DeviceName":"n","ActionType":"x","AdditionalFields":{}}"#;
    let path = place.path("picked.json");
    std::fs::write(&path, record).unwrap();
    let names = [path.display().to_string()];
    let report = ingest_into(&place.lake, &[&names[0]], IngestOptions::default()).await;
    let FileOutcome::NotALog(reason) = &report.files[0].outcome else {
        panic!("{report:?}")
    };
    assert!(reason.contains("name the table") && reason.contains(" more "), "{reason}");
    assert_eq!(
        tables(&place, "a/DeviceEvents.json", record, IngestOptions::default()).await,
        one("DeviceEvents")
    );
}

#[tokio::test]
async fn rows_of_tables_that_look_like_something_else() {
    let place = Place::new().await;
    let options = IngestOptions::default;
    // A column called `Event` is no event of Windows, one called `AuditData` no record of Office 365.
    let labelled = "TimeGenerated,Event,ClusterName,Type\n2024-03-01T10:00:00Z,rowstore,c,ADXJournal\n";
    assert_eq!(tables(&place, "a.csv", labelled, options()).await, one("ADXJournal"));
    let labelled = "TimeGenerated,AuditData,OperationName,Type\n2024-03-01T10:00:00Z,x,o,PowerBIAuditTenant\n";
    assert_eq!(tables(&place, "b.csv", labelled, options()).await, one("PowerBIAuditTenant"));
    let bare = r#"{"TimeGenerated":"2024-03-01T10:00:00Z","Event":"rowstore","ClusterName":"c","Type":"ADXJournal"}"#;
    assert_eq!(tables(&place, "c.json", bare, options()).await, one("ADXJournal"));
    // A table of things, not of events: all of its columns, and no time.
    let whole = "IgId,FieldName,Description,Categories,DataStructure\n1,AvMode,How it runs,\"[\"\"a\"\"]\",number\n";
    assert_eq!(tables(&place, "d.csv", whole, options()).await, one("DeviceTvmInfoGatheringKB"));
    let picked = "IgId,FieldName,Description,Categories,Price\n1,AvMode,How it runs,\"[\"\"a\"\"]\",2\n";
    assert_eq!(tables(&place, "e.csv", picked, options()).await, []);
}
