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
