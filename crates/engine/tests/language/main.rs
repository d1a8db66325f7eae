//! Laws of the whole language: the reference is true, constants and columns agree, optimization changes no answer, and a query printed anew
//! is the same query.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod choices;
mod costs;
mod evidence;
mod functions;
mod nulls;
mod pipelines;
mod printing;
#[path = "../rebuilt/mod.rs"]
mod rebuilt;
mod reference;
mod repeating;
mod samples;
mod scans;
mod values;

use quarry_engine::{Database, EngineConfig, MemoryDatabase, QueryOptions, ResultTable, Session};
use quarry_value::wire;

/// 2026-11-20T00:00:00Z in ticks: the tests have a clock of their own.
const NOW: i64 = 639_307_296_000_000_000;

/// A runtime whose threads have the stack that deep plans need.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .thread_stack_size(32 << 20)
        .build()
        .unwrap()
}

fn config(partitions: usize) -> EngineConfig {
    EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(partitions),
        ..EngineConfig::default()
    }
}

/// The results of a query, or the code and text of the first thing that is wrong with it.
async fn ask(session: &Session, query: &str, database: &dyn Database) -> Result<Vec<ResultTable>, String> {
    let options = QueryOptions {
        now: Some(NOW),
        ..QueryOptions::default()
    };
    let outcome = session.query(query, database, &options).await;
    outcome.map(|outcome| outcome.tables).map_err(|error| error.to_string())
}

/// The cells of a result as JSON, row by row.
fn cells(table: &ResultTable) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for batch in &table.batches {
        for row in 0..batch.num_rows() {
            let cells = table.columns.iter().enumerate().map(|(position, column)| {
                let mut cell = String::new();
                wire::cell(batch.column(position), column.ty, row, &mut cell);
                cell
            });
            rows.push(cells.collect());
        }
    }
    rows
}

/// Tables made by queries.
async fn database(session: &Session, tables: &[(&str, &str)]) -> MemoryDatabase {
    let mut database = MemoryDatabase::new();
    for (name, rows) in tables {
        let table = ask(session, rows, &MemoryDatabase::new()).await.unwrap().swap_remove(0);
        let columns = table.columns.iter().map(|column| (column.name.clone(), column.ty)).collect();
        // In parts, so that every operator meets a boundary.
        let parts = table.batches.iter().flat_map(|batch| {
            let half = batch.num_rows() / 2;
            [batch.slice(0, half), batch.slice(half, batch.num_rows() - half)]
        });
        database.add(name, columns, parts.collect()).unwrap();
    }
    database
}
