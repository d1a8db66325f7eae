//! Records that do not fit are set aside, with where and why; the rest of the file goes in.

use datafusion::prelude::SessionConfig;
use quarry_storage::FileOutcome;

use super::support::{Fixture, only, query};

const MIXED: &[u8] = b"{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1}\n\
    {\"Timestamp\":\"31/02/2026\",\"Key\":2}\n\
    \n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":3,\"Count\":\"many\"}\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":4,\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":5,\"Name\":\"\xff\xfe\"}\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":6,\"Bag\":[1}\n\
    not json at all\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":7,\"Count\":7,\"Name\":\"last\"}\n";

#[tokio::test]
async fn bad_records_do_not_stop_a_file() {
    let fixture = Fixture::new().await;
    let report = fixture.ingest_text("Events.json", MIXED).await;
    assert_eq!(only(&report), &FileOutcome::Ingested);
    assert_eq!(report.total_rows(), 2);
    assert_eq!(report.set_aside(), 6);
    assert_eq!(
        fixture.events(&["Key", "Count", "Name"]).await,
        [["1", "null", ""], ["7", "7", "last"]]
    );
    let columns = ["Line", "Offset", "Reason", "Encoding"];
    let aside = query(&fixture.lake, "_quarantine", &columns, None, SessionConfig::new()).await;
    let expected = [
        ["2", "45", "Timestamp \"31/02/2026\" is no datetime", "utf-8"],
        ["4", "81", "Count \"many\" is no int", "utf-8"],
        ["5", "141", "broken JSON: a field name in quotes expected at byte 45", "utf-8"],
        ["6", "186", "not UTF-8 at byte 53 of the record", "hex"],
        ["7", "243", "broken JSON: a value that ends expected at byte 51", "utf-8"],
        ["8", "297", "not a JSON object", "utf-8"],
    ];
    assert_eq!(aside, expected);
    let raw = query(&fixture.lake, "_quarantine", &["Line", "Raw", "Table"], None, SessionConfig::new()).await;
    assert_eq!(
        raw[0][1..],
        ["{\"Timestamp\":\"31/02/2026\",\"Key\":2}".to_owned(), "Events".to_owned()]
    );
}

#[tokio::test]
async fn doing_it_again_doubles_nothing() {
    let fixture = Fixture::new().await;
    let name = fixture.file("Events.json", MIXED);
    fixture.ingest(&[&name]).await;
    let again = fixture.ingest(&[&name]).await;
    assert_eq!(only(&again), &FileOutcome::AlreadyIn);
    let aside = query(&fixture.lake, "_quarantine", &["Line"], None, SessionConfig::new()).await;
    assert_eq!(aside.len(), 6);
    assert_eq!(fixture.lake.tables().await.unwrap(), ["Events"]);
}

#[tokio::test]
async fn rows_of_a_csv_that_do_not_fit() {
    let fixture = Fixture::new().await;
    let content = "Timestamp,Key,Count\n2024-05-01T10:00:00Z,1,1\n2024-05-01T10:00:00Z,2\n2024-05-01T10:00:00Z,3,x\n";
    let report = fixture.ingest_text("Events.csv", content).await;
    assert_eq!(fixture.events(&["Key"]).await, [["1"]]);
    let reasons: Vec<(u64, &str)> = report.files[0]
        .examples
        .iter()
        .map(|aside| (aside.line, aside.reason.as_str()))
        .collect();
    assert_eq!(reasons, [(3, "2 cells where the header has 3"), (4, "Count \"x\" is no int")]);
}

#[tokio::test]
async fn files_that_cannot_be_read_leave_nothing_and_stop_nothing() {
    let fixture = Fixture::new().await;
    let good = fixture.file("a/Events.json", "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1}\n");
    let lines: String = (0..20_000)
        .map(|key| format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{key}}}\n"))
        .collect();
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let torn = fixture.file("b/Events.json.zst", &packed[..packed.len() / 2]);
    let empty = fixture.file("c/Events.json", "");
    let binary = fixture.file("d/Events.bin", [0u8, 1, 2, 3, 255]);
    let other = fixture.file("e/records.json", "{\"some\":\"thing\"}\n{\"else\":1}\n");
    let table = fixture.file("f/prices.csv", "fruit,price\napple,1\n");
    let report = fixture.ingest(&[&good, &torn, &empty, &binary, &other, &table]).await;
    let outcomes: Vec<&FileOutcome> = report.files.iter().map(|file| &file.outcome).collect();
    assert_eq!(outcomes[0], &FileOutcome::Ingested);
    assert!(matches!(outcomes[1], FileOutcome::Failed(_)), "{outcomes:?}");
    assert_eq!(outcomes[2], &FileOutcome::NotALog("it is empty".to_owned()));
    assert_eq!(
        outcomes[3],
        &FileOutcome::NotALog("neither JSON, CSV, XML, syslog, EVTX nor Parquet".to_owned())
    );
    assert_eq!(outcomes[4], &FileOutcome::NotALog("not a log we recognise".to_owned()));
    assert_eq!(outcomes[5], outcomes[4]);
    assert_eq!(fixture.events(&["Key"]).await, [["1"]]);
    assert!(fixture.lake.table("_quarantine").await.unwrap().is_none());
}

#[tokio::test]
async fn a_quote_that_never_closes_does_not_fill_the_memory() {
    let fixture = Fixture::new().await;
    let mut content = b"Timestamp,Key\n2024-05-01T10:00:00Z,1\n\"".to_vec();
    content.resize(70 << 20, b'x');
    let report = fixture.ingest_text("Events.csv", content).await;
    let FileOutcome::Failed(reason) = only(&report) else {
        panic!("{report:?}")
    };
    assert!(reason.starts_with("a record is longer than 64 MB"), "{reason}");
    assert!(fixture.lake.table("Events").await.unwrap().is_none());
}

#[tokio::test]
async fn a_line_that_is_too_long_is_set_aside() {
    let fixture = Fixture::new().await;
    let long = format!(
        "{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1,\"Name\":\"{}\"}}\n",
        "x".repeat(66 << 20)
    );
    let lines = format!("{}{long}{}", line(0), line(2));
    let report = fixture.ingest_text("Events.json", lines).await;
    assert_eq!(fixture.events(&["Key"]).await, [["0"], ["2"]]);
    assert_eq!(report.files[0].examples[0].reason, "the record is longer than 64 MB");
    assert_eq!(report.files[0].examples[0].line, 2);
}

fn line(key: usize) -> String {
    format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{key}}}\n")
}
