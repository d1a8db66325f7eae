use quarry_storage::{Format, IngestOptions};

use crate::place::{Place, each};
use crate::support::ticks;

const RECORD: &str = r#"{"CreationTime":"2024-05-01T10:00:00","Id":"11111111-2222-3333-4444-555555555555","Operation":"MailItemsAccessed","OrganizationId":"o","RecordType":50,"ResultStatus":"Succeeded","UserKey":"PUID1","UserType":2,"Workload":"Exchange","UserId":"mia@contoso.example","ClientIPAddress":"[::ffff:192.0.2.7]:4711","LogonType":1,"MailboxOwnerUPN":"lee@contoso.example","OperationProperties":[{"Name":"MailAccessType","Value":"Bind"}],"Folders":[{"Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<1@x>"}]}],"SessionId":"s1"}"#;

const BOTH: [&str; 2] = ["CloudAppEvents", "OfficeActivity"];

async fn holds_the_record(place: &Place) {
    let office = [
        "TimeGenerated",
        "OfficeId",
        "RecordType",
        "UserType",
        "Logon_Type",
        "Client_IPAddress",
        "OfficeWorkload",
        "Folders",
        "_extra",
    ];
    assert_eq!(
        place.rows("OfficeActivity", &office).await,
        [[
            ticks("2024-05-01T10:00:00Z").to_string().as_str(),
            "11111111-2222-3333-4444-555555555555",
            "ExchangeItemAggregated",
            "Admin",
            "Admin",
            "[::ffff:192.0.2.7]:4711",
            "Exchange",
            r#"[{"Path":"\\Inbox","FolderItems":[{"InternetMessageId":"<1@x>"}]}]"#,
            r#"{"SessionId":"s1"}"#,
        ]]
    );
    let cloud = [
        "ActionType",
        "AccountId",
        "AccountObjectId",
        "IPAddress",
        "Application",
        "RawEventData",
    ];
    assert_eq!(
        place.rows("CloudAppEvents", &cloud).await,
        [[
            "MailItemsAccessed",
            "mia@contoso.example",
            "",
            "192.0.2.7",
            "Microsoft Exchange Online",
            RECORD
        ]]
    );
}

#[tokio::test]
async fn activity_api_and_every_kind_of_audit_search() {
    let quoted = RECORD.replace('"', "\"\"");
    let escaped = serde_json::Value::String(RECORD.to_owned()).to_string();
    let files = [
        ("blob.json", format!("[{RECORD}]")),
        (
            "AuditLog.csv",
            format!(
                "RecordType,CreationDate,UserIds,Operations,AuditData,ResultIndex\r\nExchangeItemAggregated,5/1/2024 10:00:00 AM,mia,MailItemsAccessed,\"{quoted}\",1\r\n"
            ),
        ),
        (
            "Export-Csv.csv",
            format!(
                "#TYPE Selected.System.Management.Automation.PSCustomObject\r\n\"RecordType\",\"UserIds\",\"AuditData\"\r\n\"a\",\"mia\",\"{quoted}\"\r\n"
            ),
        ),
        ("excel.csv", format!("sep=;\r\nRecordType;AuditData\r\na;\"{quoted}\"\r\n")),
        (
            "purview.csv",
            format!(
                "RecordId,CreationDate,RecordType,Operation,UserId,AuditData,AssociatedAdminUnits\n1,2024-05-01T10:00:00,50,M,mia,\"{quoted}\",\n"
            ),
        ),
        (
            "search.json",
            format!(r#"[{{"RecordType":"ExchangeItemAggregated","UserIds":"mia","AuditData":{escaped}}}]"#),
        ),
        (
            "graph.json",
            format!(
                r#"{{"@odata.context":"x","value":[{{"id":"1","createdDateTime":"2024-05-01T10:00:00Z","operation":"M","auditData":{RECORD}}}]}}"#
            ),
        ),
    ];
    for (name, content) in files {
        let place = Place::new().await;
        let report = place.file(name, content).await;
        assert_eq!(report.rows.into_iter().collect::<Vec<_>>(), each(&BOTH), "{name}");
        assert_eq!(report.format, Some(Format::OfficeAudit), "{name}");
        holds_the_record(&place).await;
    }
}

#[tokio::test]
async fn one_table_alone_and_services_without_a_connector() {
    let place = Place::new().await;
    let only = |table: &str| IngestOptions {
        table: Some(table.to_owned()),
        ..IngestOptions::default()
    };
    for table in BOTH {
        let report = place.ingest("a/blob.json", RECORD, only(table)).await;
        assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), each(&[table]));
    }
    holds_the_record(&place).await;
    let directory = r#"{"CreationTime":"2024-05-01T10:00:00","Id":"2","Operation":"Add user.","RecordType":8,"Workload":"AzureActiveDirectory","UserId":"a"}"#;
    assert_eq!(place.tables("directory.json", directory).await, each(&["CloudAppEvents"]));
    let without = IngestOptions {
        derived: false,
        ..IngestOptions::default()
    };
    let report = place.ingest("b.json", RECORD.replace("s1", "s2"), without).await;
    assert_eq!(report.rows().into_iter().collect::<Vec<_>>(), each(&["OfficeActivity"]));
}

#[tokio::test]
async fn broken_audit_data_is_set_aside() {
    let place = Place::new().await;
    let quoted = RECORD.replace('"', "\"\"");
    let content = format!("CreationDate,AuditData\nx,\"{quoted}\"\ny,{{broken\nz,\nw,\"{{\"\"AuditData\"\":\"\"{{}}\"\"}}\"\n");
    let report = place.ingest("audit.csv", content, IngestOptions::default()).await;
    let lines: Vec<u64> = report.files[0].examples.iter().map(|example| example.line).collect();
    assert_eq!((report.total_rows(), lines), (2, vec![3, 4, 5]));
}
