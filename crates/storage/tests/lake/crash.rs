//! Killed at any moment the lake is valid, and doing it again completes it.

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
    for file in 0..FILES {
        let mut lines = String::new();
        for row in 0..ROWS {
            let key = file * ROWS + row;
            let time = if row % 100 == 7 { "never" } else { "2024-05-01T10:00:00.1234567Z" };
            lines.push_str(&format!(
                "{{\"Timestamp\":\"{time}\",\"ActionType\":\"k{key}\",\"RawEventData\":{{\"n\":{key}}}}}\n"
            ));
        }
        std::fs::write(input.join(format!("CloudAppEvents-{file}.json")), lines).unwrap();
    }
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
    let mut keys: Vec<String> = query(&lake, "CloudAppEvents", &["ActionType"], None, SessionConfig::new())
        .await
        .concat();
    keys.sort();
    let mut expected: Vec<String> = (0..FILES * ROWS)
        .filter(|key| key % ROWS % 100 != 7)
        .map(|key| format!("k{key}"))
        .collect();
    expected.sort();
    assert_eq!(keys, expected);
    let aside = query(&lake, "_quarantine", &["Raw"], None, SessionConfig::new()).await;
    assert_eq!(aside.len(), FILES * ROWS / 100);
}
