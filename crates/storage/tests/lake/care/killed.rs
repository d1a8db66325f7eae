//! An optimizer that is killed at any moment leaves a valid lake with the same rows.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use datafusion::prelude::SessionConfig;
use quarry_storage::{IngestOptions, Lake, OptimizeOptions, VacuumOptions};
use tempfile::TempDir;

use super::super::support::{ingest_into, query};

/// This test binary runs itself, with this test alone.
const CHILD: &str = "care::killed::optimize_as_a_child";
const LAKE: &str = "QUARRY_TEST_OPTIMIZED_LAKE";

/// Does nothing unless it runs in a child process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn optimize_as_a_child() {
    if let Ok(location) = std::env::var(LAKE) {
        let lake = Lake::open(&location).await.unwrap();
        lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_optimizers_change_no_row() {
    const COLUMNS: [&str; 3] = ["ActionType", "RawEventData", "_ingestion_time"];
    let folder = TempDir::new().unwrap();
    let location = folder.path().join("lake").display().to_string();
    let lake = Lake::create(&location).await.unwrap();
    let mut interrupted = 0;
    for attempt in 0..12u64 {
        for file in 0..3 {
            let path = folder.path().join(format!("CloudAppEvents-{attempt}-{file}.json"));
            let line = |row: u64| {
                let key = (attempt * 3 + file) * 1_000 + row;
                format!(
                    "{{\"Timestamp\":\"2024-05-01T10:00:{:02}Z\",\"ActionType\":\"k{key}\",\"RawEventData\":{{\"n\":{key}}}}}\n",
                    row % 60
                )
            };
            std::fs::write(&path, (0..1_000).map(line).collect::<String>()).unwrap();
            ingest_into(&lake, &[&path.display().to_string()], IngestOptions::default()).await;
        }
        let before = query(&lake, "CloudAppEvents", &COLUMNS, None, SessionConfig::new()).await;
        assert_eq!(before.len() as u64, (attempt + 1) * 3_000);
        let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
        child
            .args([CHILD, "--exact"])
            .env(LAKE, &location)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(30 + attempt * 60)).await;
        interrupted += usize::from(child.try_wait().unwrap().is_none());
        let _ = child.start_kill();
        let _ = child.wait().await;
        let fresh = Lake::open(&location).await.unwrap();
        assert_eq!(query(&fresh, "CloudAppEvents", &COLUMNS, None, SessionConfig::new()).await, before);
    }
    assert!(interrupted > 0, "no optimizer was interrupted");
    let before = query(&lake, "CloudAppEvents", &COLUMNS, None, SessionConfig::new()).await;
    lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
    let orphans = VacuumOptions {
        now: quarry_value::time::system_now() + 8 * quarry_value::time::DAY,
        ..VacuumOptions::default()
    };
    lake.vacuum(&orphans).await.unwrap();
    assert_eq!(query(&lake, "CloudAppEvents", &COLUMNS, None, SessionConfig::new()).await, before);
    let entries = std::fs::read_dir(folder.path().join("lake/CloudAppEvents")).unwrap();
    assert_eq!(entries.filter(|entry| entry.as_ref().unwrap().path().is_file()).count(), 1);
}
