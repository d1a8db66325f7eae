//! Lakes filled from texts, and what queries answer and read.

use std::path::Path;
use std::sync::Arc;

use quarry_engine::{Analysis, EngineConfig, LakeDatabase, Pruning, QueryOptions, ScanReport, Session};
use quarry_storage::{IngestOptions, Lake, ingest};
use quarry_value::wire;

/// Ingests a text as a file whose name tells its table.
pub async fn put(lake: &Lake, folder: &Path, name: &str, rows: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, rows).unwrap();
    let names = [path.display().to_string()];
    ingest(lake, &IngestOptions::default(), &names, Arc::new(|_| {})).await.unwrap();
}

pub fn session(pruning: Pruning) -> Session {
    Session::new(&EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(2),
        pruning,
    })
    .unwrap()
}

/// The rows of the answer as text, sorted.
pub async fn rows(session: &Session, database: &LakeDatabase, options: &QueryOptions, query: &str) -> Vec<String> {
    let outcome = session.query(query, database, options).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}\n{query}"));
    let mut rows = Vec::new();
    for table in &outcome.tables {
        for batch in &table.batches {
            for row in 0..batch.num_rows() {
                let mut line = String::new();
                for (position, column) in table.columns.iter().enumerate() {
                    wire::cell(batch.column(position), column.ty, row, &mut line);
                    line.push(' ');
                }
                rows.push(line);
            }
        }
    }
    rows.sort();
    rows
}

pub async fn analysis(session: &Session, database: &LakeDatabase, options: &QueryOptions, query: &str) -> Analysis {
    let analysis = session.analyze(query, database, options).await;
    analysis.unwrap_or_else(|error| panic!("{error}\n{query}"))
}

/// Files that a scan opened.
pub fn opened(scan: &ScanReport) -> usize {
    scan.files - scan.files_pruned_by_statistics - scan.files_pruned_by_terms
}
