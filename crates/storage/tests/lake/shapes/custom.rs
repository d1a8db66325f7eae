use quarry_storage::{FileOutcome, IngestOptions};

use crate::place::Place;
use crate::support::ticks;

fn into(table: &str) -> IngestOptions {
    IngestOptions {
        table: Some(table.to_owned()),
        ..IngestOptions::default()
    }
}

#[tokio::test]
async fn columns_are_as_the_records_show_them() {
    let place = Place::new().await;
    let content = concat!(
        r#"{"when":"2024-05-01T10:00:00Z","host":"a","bytes":12,"ratio":1,"ok":true,"tags":["x"],"empty":null}"#,
        "\n",
        r#"{"when":"2024-05-01T11:00:00Z","host":7,"bytes":13,"ratio":1.5,"ok":false,"tags":[],"empty":""}"#,
        "\n",
    );
    let report = place.ingest("fw.json", content, into("Firewall_CL")).await;
    assert_eq!((report.total_rows(), report.set_aside()), (2, 0));
    let time = ticks("2024-05-01T10:00:00Z").to_string();
    assert_eq!(
        place
            .rows(
                "Firewall_CL",
                &["host", "TimeGenerated", "when", "bytes", "ratio", "ok", "tags", "empty"]
            )
            .await[1],
        ["a", &time, &time, "12", "1.0", "true", "[\"x\"]", ""]
    );
    // Later files add columns; what does not fit a column is kept beside it.
    let later = "when,bytes,zone\n2024-05-02T10:00:00Z,many,dmz\n";
    let report = place.ingest("fw.csv", later, into("Firewall_CL")).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 0));
    assert_eq!(
        place.rows("Firewall_CL", &["zone", "bytes", "_extra"]).await[2],
        ["dmz", "null", "{\"bytes\":\"many\"}"]
    );
}

#[tokio::test]
async fn only_names_that_say_so_make_a_table() {
    let place = Place::new().await;
    let path = place.path("x.json");
    std::fs::write(&path, "{\"a\":1}\n").unwrap();
    let names = [path.display().to_string()];
    let refused = quarry_storage::ingest(&place.lake, &into("Firewall"), &names, std::sync::Arc::new(|_| {})).await;
    assert!(refused.is_err());
    let nothing = place.ingest("empty.json", "", into("Other_CL")).await;
    assert_eq!(nothing.files[0].outcome, FileOutcome::NotALog("it is empty".to_owned()));
}

/// Exports of tables that an organisation made itself name them in each record; what resources add to `AzureDiagnostics` is nowhere described.
#[tokio::test]
async fn records_that_name_their_table_make_it() {
    let place = Place::new().await;
    let row = |table: &str, rest: &str| {
        format!("{{\"TenantId\":\"t\",\"TimeGenerated\":\"2024-05-01T10:00:00Z\",{rest},\"Type\":\"{table}\"}}\n")
    };
    let content = row(
        "Firewall_CL",
        r#""Src_s":"192.0.2.7","Bytes_d":12,"Seen_t":"2024-05-01T09:00:00Z","Tags":["a"]"#,
    ) + &row("Proxy_CL", r#""Url_s":"https://a","Ok_b":true"#)
        + &row("Firewall_CL", r#""Src_s":"192.0.2.8","Bytes_d":0.5,"Later":{"a":1}"#)
        + &row("AzureDiagnostics", r#""Category":"AuditEvent","isRbac_b":true,"took_d":7"#);
    let each = [("AzureDiagnostics", 1), ("Firewall_CL", 2), ("Proxy_CL", 1)].map(|(table, rows)| (table.to_owned(), rows));
    assert_eq!(place.tables("PT05M.json", content).await, each);
    assert_eq!(
        place.rows("Firewall_CL", &["Src_s", "Bytes_d", "Tags", "Later"]).await,
        [["192.0.2.7", "12.0", "[\"a\"]", "null"], ["192.0.2.8", "0.5", "null", "{\"a\":1}"]]
    );
    assert_eq!(place.rows("Proxy_CL", &["Url_s", "Ok_b"]).await, [["https://a", "true"]]);
    assert_eq!(
        place.rows("AzureDiagnostics", &["Category", "isRbac_b", "took_d"]).await,
        [["AuditEvent", "true", "7.0"]]
    );
    let csv = "TimeGenerated [UTC],Url_s,Type\n\"5/2/2024, 10:00:00.000 AM\",https://b,Proxy_CL\n2024-05-01,x,No such table\n";
    let report = place.ingest("query_data.csv", csv, IngestOptions::default()).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 1), "{report:?}");
    assert_eq!(place.rows("Proxy_CL", &["Url_s"]).await, [["https://a"], ["https://b"]]);
}
