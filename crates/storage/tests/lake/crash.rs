//! Killed at any moment the lake is valid, and doing it again completes it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use quarry_storage::{IngestOptions, Lake};
use tempfile::TempDir;

use super::support::{ingest_into, query};
use datafusion::prelude::SessionConfig;

const FILES: usize = 8;
const ROWS: usize = 2_000;

/// Where the child process finds its lake and its input: this test binary runs itself, with this test alone.
const CHILD: &str = "crash::ingest_as_a_child";
const LAKE: &str = "QUARRY_TEST_LAKE";
const INPUT: &str = "QUARRY_TEST_INPUT";

/// Does nothing unless it runs in a child process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ingest_as_a_child() {
    if let (Ok(location), Ok(input)) = (std::env::var(LAKE), std::env::var(INPUT)) {
        let lake = Lake::create(&location).await.unwrap();
        ingest_into(&lake, &[&input], IngestOptions::default()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_ingests_complete_when_run_again() {
    let folder = TempDir::new().unwrap();
    let input = folder.path().join("in");
    std::fs::create_dir_all(&input).unwrap();
    write_logs(&input, FILES, ROWS);
    let location = folder.path().join("lake").display().to_string();
    let mut interrupted = 0;
    for attempt in 0..10u64 {
        let mut children = Vec::new();
        for _ in 0..2 {
            let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
            child.args([CHILD, "--exact"]).env(LAKE, &location).env(INPUT, &input);
            children.push(child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        }
        tokio::time::sleep(Duration::from_millis(40 + attempt * 90)).await;
        for child in &mut children {
            interrupted += usize::from(child.try_wait().unwrap().is_none());
            let _ = child.start_kill();
            let _ = child.wait().await;
        }
        // Whatever there is can be read.
        if let Ok(lake) = Lake::open(&location).await
            && lake.table("CloudAppEvents").await.unwrap().is_some()
        {
            let rows = query(&lake, "CloudAppEvents", &["ActionType"], None, SessionConfig::new()).await;
            assert_eq!(rows.len() % (ROWS - ROWS / 100), 0, "files go in as a whole");
        }
    }
    assert!(interrupted > 0, "no ingest was interrupted");
    let lake = Lake::create(&location).await.unwrap();
    ingest_into(&lake, &[&input.display().to_string()], IngestOptions::default()).await;
    assert_complete(&lake, FILES, ROWS).await;
}

/// What a kill between two commits leaves is what is left when the tables of the later commits are taken away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_between_two_commits() {
    const TABLES: [&str; 3] = ["_quarantine", "CloudAppEvents", "_ingest"];
    for committed in 0..=TABLES.len() {
        let folder = TempDir::new().unwrap();
        let (input, location) = (folder.path().join("in"), folder.path().join("lake"));
        std::fs::create_dir_all(&input).unwrap();
        write_logs(&input, 2, 300);
        let lake = Lake::create(&location.display().to_string()).await.unwrap();
        let paths = [input.display().to_string()];
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        ingest_into(&lake, &paths, IngestOptions::default()).await;
        for table in TABLES.iter().skip(committed) {
            std::fs::remove_dir_all(location.join(table)).unwrap();
        }
        let lake = Lake::open(&location.display().to_string()).await.unwrap();
        let report = ingest_into(&lake, &paths, IngestOptions::default()).await;
        assert_complete(&lake, 2, 300).await;
        if committed < TABLES.len() {
            assert_eq!(report.files.iter().map(|file| file.set_aside).sum::<u64>(), 6);
        }
        let ledger = query(&lake, "_ingest", &["Rows", "SetAside"], None, SessionConfig::new()).await;
        let entry = vec!["{\"CloudAppEvents\":297}".to_owned(), "3".to_owned()];
        assert_eq!(ledger, vec![entry.clone(), entry]);
    }
}

/// Logs of which every hundredth record does not fit its table.
fn write_logs(folder: &Path, files: usize, rows: usize) {
    for file in 0..files {
        let mut lines = String::new();
        for row in 0..rows {
            let key = file * rows + row;
            let time = if row % 100 == 7 { "never" } else { "2024-05-01T10:00:00.1234567Z" };
            lines.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"ActionType\":\"k{key}\",\"RawEventData\":{{\"n\":{key}}}}}\n"
            ));
        }
        std::fs::write(folder.join(format!("CloudAppEvents-{file}.json")), lines).unwrap();
    }
}

/// Every record is in its table or in quarantine, once.
async fn assert_complete(lake: &Lake, files: usize, rows: usize) {
    let mut keys: Vec<String> = query(lake, "CloudAppEvents", &["ActionType"], None, SessionConfig::new())
        .await
        .concat();
    keys.sort();
    let mut expected: Vec<String> = (0..files * rows)
        .filter(|key| key % rows % 100 != 7)
        .map(|key| format!("k{key}"))
        .collect();
    expected.sort();
    assert_eq!(keys, expected);
    let aside = query(lake, "_quarantine", &["Raw"], None, SessionConfig::new()).await;
    assert_eq!(aside.len(), files * rows / 100);
}
