//! Records that a source delivered twice, left out by their keys.

use quarry_storage::{Dedup, IngestOptions, IngestReport};

use super::place::Place;
use super::support::{Fixture, ingest_into};

fn declared() -> IngestOptions {
    IngestOptions {
        dedup: Some(Dedup::Declared),
        ..IngestOptions::default()
    }
}

fn by_name() -> IngestOptions {
    IngestOptions {
        dedup: Some(Dedup::Columns(vec!["Name".to_owned(), "Timestamp".to_owned()])),
        ..IngestOptions::default()
    }
}

fn line(key: usize, name: &str) -> String {
    format!("{{\"Timestamp\":\"2024-05-01T10:00:00.1234567Z\",\"Key\":{key},\"Name\":\"{name}\"}}\n")
}

async fn ingest(fixture: &Fixture, names: &[&str], options: IngestOptions) -> IngestReport {
    ingest_into(&fixture.lake, names, options).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_a_file_between_files_and_against_the_lake() {
    let fixture = Fixture::new().await;
    let first = fixture.file("a/Events.json", line(1, "x") + &line(2, "x") + &line(3, ""));
    let second = fixture.file("b/Events.json", line(4, "x") + &line(5, "y") + &line(6, ""));
    let report = ingest(&fixture, &[&first, &second], by_name()).await;
    // Rows without all of the key are kept.
    assert_eq!((report.total_rows(), report.duplicates()), (4, 2));
    let third = fixture.file("c/Events.json", line(7, "y") + &line(8, "z"));
    let report = ingest(&fixture, &[&third], by_name()).await;
    assert_eq!((report.total_rows(), report.duplicates()), (1, 1));
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["3"], ["5"], ["6"], ["8"]]);
}

#[tokio::test]
async fn only_when_asked() {
    let fixture = Fixture::new().await;
    let report = fixture.ingest_text("Events.json", line(1, "x") + &line(2, "x")).await;
    assert_eq!((report.total_rows(), report.duplicates()), (2, 0));
    let more = fixture.file("b/Events.json", line(3, "x"));
    let report = ingest(&fixture, &[&more], declared()).await;
    assert_eq!((report.total_rows(), report.keyless), (1, vec!["Events".to_owned()]));
}

/// A file that turns out to be broken takes its records with it: what another file has of them stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_a_broken_file_are_not_held_against_others() {
    let fixture = Fixture::new().await;
    let lines: String = (0..30_000).map(|key| line(key, &format!("n{key}"))).collect();
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let torn = fixture.file("a/Events.json.zst", &packed[..packed.len() / 2]);
    let good = fixture.file("b/Events.json", line(1, "n1") + &line(2, "n2"));
    let report = ingest(&fixture, &[&torn, &good], by_name()).await;
    assert_eq!((report.total_rows(), report.duplicates()), (2, 0), "{report:?}");
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["2"]]);
}

/// Stopped before the ledger's commit, the rows that are in are the file's own, and no duplicates of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_ingest_completes() {
    let fixture = Fixture::new().await;
    let name = fixture.file("Events.json", line(1, "x") + &line(2, "x") + &line(3, "y"));
    ingest(&fixture, &[&name], by_name()).await;
    std::fs::remove_dir_all(fixture.path("lake/_ingest")).unwrap();
    let lake = fixture.reopened(Vec::new()).await;
    ingest_into(&lake, &[&name], by_name()).await;
    assert_eq!(fixture.events(&["Key"]).await, [["1"], ["3"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_counts_them_too() {
    let fixture = Fixture::new().await;
    let first = fixture.file("a/Events.json", line(1, "x"));
    let second = fixture.file("b/Events.json", line(2, "x") + &line(3, "y"));
    let dry = IngestOptions {
        dry_run: true,
        ..by_name()
    };
    let report = ingest(&fixture, &[&first, &second], dry).await;
    assert_eq!((report.total_rows(), report.duplicates()), (2, 1));
}

/// The keys that the catalogue declares, in every table that a record fills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn declared_keys_of_the_tables_that_a_record_fills() {
    let place = Place::new().await;
    let record = |id: &str, size: usize| {
        format!(
            "{{\"CreationTime\":\"2024-05-01T10:00:00\",\"Id\":\"{id}\",\"Operation\":\"Send\",\"Workload\":\"Exchange\",\"RecordType\":2,\"Size\":{size}}}\n"
        )
    };
    place.ingest("a.json", record("a", 1) + &record("b", 2), declared()).await;
    let report = place
        .ingest("b.json", format!("[{},{}]", record("b", 2), record("c", 3)), declared())
        .await;
    assert_eq!((report.total_rows(), report.duplicates(), report.keyless), (2, 2, Vec::new()));
    assert_eq!(place.rows("OfficeActivity", &["OfficeId"]).await, [["a"], ["b"], ["c"]]);
    assert_eq!(place.rows("CloudAppEvents", &["ReportId"]).await, [["a"], ["b"], ["c"]]);
    let device = |report: usize, seconds: usize| {
        format!(
            "{{\"Timestamp\":\"2024-05-01T10:00:0{seconds}.1234567Z\",\"DeviceName\":\"pc\",\"ReportId\":{report},\"ActionType\":\"ProcessCreated\",\"DeviceId\":\"d\",\"FileName\":\"f\"}}\n"
        )
    };
    place
        .ingest(
            "DeviceProcessEvents-1.json",
            device(1, 0) + &device(1, 1) + &device(1, 0),
            declared(),
        )
        .await;
    place
        .ingest("DeviceProcessEvents-2.json", device(2, 0) + &device(1, 1), declared())
        .await;
    assert_eq!(place.rows("DeviceProcessEvents", &["ReportId"]).await.len(), 3);
}
