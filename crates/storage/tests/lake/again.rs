//! Records set aside, tried again by other rules.

use datafusion::prelude::SessionConfig;
use quarry_schema::KqlType;
use quarry_storage::{IngestOptions, IngestReport, Lake, again};

use super::place::Place;
use super::support::{Fixture, query};

async fn try_again(lake: &Lake, since: Option<i64>) -> IngestReport {
    again(lake, &IngestOptions::default(), since, std::sync::Arc::new(|_| {}))
        .await
        .unwrap()
}

async fn aside(lake: &Lake) -> Vec<Vec<String>> {
    query(lake, "_quarantine", &["Line", "Table", "Raw"], None, SessionConfig::new()).await
}

/// Rows that `Events` takes once it has a column for them.
const LINES: &str = "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1}\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":2,\"Level\":\"high\"}\n\
    broken\n\
    {\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":3,\"Level\":\"low\"}\n";

/// A lake that took `Level` for a number, and the same with a catalogue that knows better.
async fn with_level() -> (Fixture, Lake) {
    let fixture = Fixture::with(vec![("Level", KqlType::Int)]).await;
    let report = fixture.ingest_text("Events.json", LINES).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 3));
    // The catalogue has changed before the column was ever written; as if by a newer version.
    std::fs::remove_dir_all(fixture.path("lake/Events")).unwrap();
    let lake = fixture.reopened(vec![("Level", KqlType::String)]).await;
    (fixture, lake)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fits_now_leaves_the_quarantine() {
    let (_fixture, lake) = with_level().await;
    let report = try_again(&lake, None).await;
    assert_eq!((report.total_rows(), report.set_aside()), (2, 1), "{report:?}");
    let rows = query(&lake, "Events", &["Key", "Level"], None, SessionConfig::new()).await;
    assert_eq!(rows, [["2", "high"], ["3", "low"]]);
    assert_eq!(aside(&lake).await, [["3", "", "broken"]]);
    let nothing = try_again(&lake, None).await;
    assert_eq!((nothing.total_rows(), nothing.set_aside()), (0, 1));
    assert_eq!(aside(&lake).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_was_set_aside_since() {
    let (_fixture, lake) = with_level().await;
    let report = try_again(&lake, Some(quarry_value::time::system_now() + quarry_value::time::DAY)).await;
    assert_eq!((report.total_rows(), report.set_aside()), (0, 0));
    assert_eq!(aside(&lake).await.len(), 3);
    let report = try_again(&lake, Some(quarry_value::time::system_now() - quarry_value::time::DAY)).await;
    assert_eq!(report.total_rows(), 2);
}

/// Stopped after any of its commits, doing it again gives what an undisturbed trial gives.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_between_two_commits() {
    for stop in ["nothing is set aside anew", "no rows are in", "the file is still there"] {
        let (fixture, lake) = with_level().await;
        let quarantine = fixture.path("lake/_quarantine/_delta_log");
        let before = logs(&quarantine);
        try_again(&lake, None).await;
        let after = logs(&quarantine);
        // What is left is set aside anew, then the file leaves.
        assert_eq!(after.len(), before.len() + 2);
        for log in after.iter().skip(if stop == "nothing is set aside anew" {
            before.len()
        } else {
            before.len() + 1
        }) {
            std::fs::remove_file(log).unwrap();
        }
        if stop != "the file is still there" {
            std::fs::remove_dir_all(fixture.path("lake/Events")).unwrap();
        }
        let lake = fixture.reopened(vec![("Level", KqlType::String)]).await;
        try_again(&lake, None).await;
        let rows = query(&lake, "Events", &["Key", "Level"], None, SessionConfig::new()).await;
        assert_eq!(rows, [["2", "high"], ["3", "low"]], "{stop}");
        assert_eq!(aside(&lake).await, [["3", "", "broken"]], "{stop}");
    }
}

fn logs(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut logs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    logs.sort();
    logs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_text_are_read_with_their_header() {
    let fixture = Fixture::with(vec![("Level", KqlType::Int)]).await;
    let text =
        "Timestamp,Key,Level,Name\n2024-05-01T10:00:00Z,1,high,\"a, \"\"b\"\"\"\n2024-05-01T10:00:00Z,2\n2024-05-01T10:00:00Z,3,5,c\n";
    let report = fixture.ingest_text("Events.csv", text).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 2));
    std::fs::remove_dir_all(fixture.path("lake/Events")).unwrap();
    let lake = fixture.reopened(vec![("Level", KqlType::String)]).await;
    let report = try_again(&lake, None).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 1));
    let rows = query(&lake, "Events", &["Key", "Level", "Name"], None, SessionConfig::new()).await;
    assert_eq!(rows, [["1", "high", "a, \"b\""]]);
}

/// A record that one of its tables refuses goes to that one alone when it is tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_have_the_record_do_not_get_it_again() {
    let place = Place::new().await;
    let good = r#"{"CreationTime":"2024-05-01T10:00:00","Id":"a","Operation":"Send","Workload":"Exchange","RecordType":2}"#;
    let bad = r#"{"CreationTime":"2024-05-01T10:00:00","Id":"b","Operation":"Send","Workload":"Exchange","RecordType":2}"#;
    place
        .ingest(
            "audit.json",
            format!("{good}\n{bad}\n{{\"CreationTime\":\"never\",\"Operation\":\"x\",\"Workload\":\"Exchange\"}}\n"),
            IngestOptions::default(),
        )
        .await;
    assert_eq!(aside(&place.lake).await.len(), 1);
    assert_eq!(place.rows("OfficeActivity", &["OfficeId"]).await, [["a"], ["b"]]);
    let report = try_again(&place.lake, None).await;
    assert_eq!((report.total_rows(), report.set_aside()), (0, 1));
    assert_eq!(place.rows("OfficeActivity", &["OfficeId"]).await.len(), 2);
    assert_eq!(place.rows("CloudAppEvents", &["ReportId"]).await.len(), 2);
}

#[tokio::test]
async fn an_empty_quarantine_is_a_table_without_rows() {
    let fixture = Fixture::new().await;
    assert_eq!(try_again(&fixture.lake, None).await, IngestReport::default());
    let table = fixture.lake.quarantine().await.unwrap();
    assert_eq!(table.rows(), Some(0));
    assert!(table.layout().column("Reason").is_some());
}

/// What is of no known table goes to the one that is named later, and nothing else does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_named_later() {
    let fixture = Fixture::new().await;
    let known = r#"{"category":"AdvancedHunting-Events","properties":{"Timestamp":"2024-05-01T10:00:00Z","Key":1}}"#;
    let text = format!("{known}\n{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":2}}\nbroken\n");
    let report = fixture.ingest_text("mixed.json", text).await;
    assert_eq!((report.total_rows(), report.set_aside()), (1, 2));
    let named = |table: &str| IngestOptions {
        table: Some(table.to_owned()),
        ..IngestOptions::default()
    };
    let lake = &fixture.lake;
    let trial = |options| async move { again(lake, &options, None, std::sync::Arc::new(|_| {})).await };
    assert!(trial(named("New_CL")).await.is_err());
    let report = trial(named("events")).await.unwrap();
    assert_eq!((report.total_rows(), report.set_aside()), (1, 1), "{report:?}");
}
