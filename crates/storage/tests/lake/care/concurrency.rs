//! Writers, optimizers, vacuums and readers all at once: no row is lost, none is there twice, and readers see whole files only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::prelude::SessionConfig;
use quarry_storage::{IngestOptions, OptimizeOptions, VacuumOptions};

use super::super::support::{Fixture, ingest_into, query};
use super::files;

const WRITERS: usize = 2;
const FILES: usize = 12;
const ROWS: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_at_once() {
    let fixture = Arc::new(Fixture::new().await);
    // So that there is something to look after from the start.
    write(&fixture, 0, 0).await;
    let done = Arc::new(AtomicBool::new(false));
    let writers = (0..WRITERS).map(|writer| {
        let fixture = Arc::clone(&fixture);
        tokio::spawn(async move {
            for file in 1..=FILES {
                write(&fixture, writer, file).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut others = Vec::new();
    for _ in 0..2 {
        let (fixture, done) = (Arc::clone(&fixture), Arc::clone(&done));
        others.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let lake = fixture.reopened(Vec::new()).await;
                lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
                lake.vacuum(&VacuumOptions::default()).await.unwrap();
            }
        }));
    }
    let (reader, ends) = (Arc::clone(&fixture), Arc::clone(&done));
    others.push(tokio::spawn(async move {
        let mut before = 0;
        while !ends.load(Ordering::Relaxed) {
            let lake = reader.reopened(Vec::new()).await;
            let rows = query(&lake, "Events", &["Key"], None, SessionConfig::new()).await;
            let mut keys = rows.concat();
            keys.sort();
            keys.dedup();
            assert_eq!(keys.len(), rows.len(), "a row is there twice");
            assert_eq!(rows.len() % ROWS, 0, "files are there as a whole");
            assert!(rows.len() >= before, "rows are gone");
            before = rows.len();
        }
    }));
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    for other in others {
        other.await.unwrap();
    }
    let all = WRITERS * FILES + 1;
    assert_eq!(fixture.events(&["Key"]).await.len(), all * ROWS);
    fixture.lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
    assert_eq!(fixture.events(&["Key"]).await.len(), all * ROWS);
    assert_eq!(files(&fixture.lake, "Events").await, 1);
    assert_eq!(
        query(&fixture.lake, "_ingest", &["Path"], None, SessionConfig::new()).await.len(),
        all
    );
}

async fn write(fixture: &Fixture, writer: usize, file: usize) {
    let first = (writer * (FILES + 1) + file) * ROWS;
    let lines: String = (first..first + ROWS)
        .map(|key| format!("{{\"Timestamp\":\"2024-05-01T{:02}:00:00Z\",\"Key\":{key}}}\n", key % 24))
        .collect();
    let name = fixture.file(&format!("{writer}/{file}/Events.json"), lines);
    let lake = fixture.reopened(Vec::new()).await;
    let report = ingest_into(&lake, &[&name], IngestOptions::default()).await;
    assert_eq!(report.total_rows(), ROWS as u64, "{:?}", report.files);
}
