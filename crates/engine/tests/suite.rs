//! Runs the behaviour suites in `tests/kql`: Markdown files that read as documentation.
//!
//! A `kql` block is a query; the `result` block behind it holds the answer, the `error` block the codes of its diagnostics.
//! `UPDATE=1 cargo test -p quarry-engine --test suite` writes what the engine answers now; read the difference before you commit it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod end_to_end;
mod memory;
mod rebuilt;
mod wide_unions;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use quarry_engine::{EngineConfig, MemoryDatabase, QueryOptions, ResultTable, Session};
use quarry_value::wire;

/// 2026-11-20T00:00:00Z in ticks: suites have a clock of their own.
const NOW: i64 = 639_307_296_000_000_000;

/// A runtime whose threads have the stack that deep plans need.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_stack_size(32 << 20)
        .build()
        .unwrap()
}

#[test]
fn behaviour_suites() {
    let runtime = runtime();
    let update = std::env::var_os("UPDATE").is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kql");
    let session = Session::new(&EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(2),
        ..EngineConfig::default()
    })
    .unwrap();
    let mut failures = String::new();
    let mut cases = 0;
    for path in files(&root) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut blessed = String::new();
        let mut rest = text.as_str();
        while let Some((before, query, after)) = block(rest, "kql") {
            blessed.push_str(before);
            let _ = write!(blessed, "```kql\n{query}```\n\n");
            let (kind, actual) = runtime.block_on(answer(&session, query));
            let _ = write!(blessed, "```{kind}\n{actual}```\n");
            let (expected, tail) = expected(after);
            if expected.is_none_or(|expected| expected.trim() != format!("{kind}\n{actual}").trim()) {
                let _ = writeln!(
                    failures,
                    "{}:\n{query}\nexpected {}\nactual {kind}\n{actual}",
                    path.display(),
                    expected.unwrap_or("nothing")
                );
            }
            rest = tail;
            cases += 1;
        }
        blessed.push_str(rest);
        if update {
            std::fs::write(&path, blessed).unwrap();
        }
    }
    assert!(cases > 50, "the suites were not found");
    assert!(update || failures.is_empty(), "{failures}");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Text before the next block of a kind, the block's content, and what follows it.
fn block<'a>(text: &'a str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let fence = format!("```{kind}\n");
    let start = text.find(&fence)?;
    let content = &text[start + fence.len()..];
    let end = content.find("```\n")?;
    Some((&text[..start], &content[..end], &content[end + 4..]))
}

/// The `result` or `error` block right behind a query, as `kind\ncontent`, and what follows it.
fn expected(after: &str) -> (Option<&str>, &str) {
    let trimmed = after.trim_start_matches('\n');
    for kind in ["result", "error"] {
        if trimmed.starts_with(&format!("```{kind}\n")) {
            let end = trimmed[3..].find("```\n").expect("a block ends") + 3;
            return (Some(&trimmed[3..end]), &trimmed[end + 4..]);
        }
    }
    (None, after)
}

async fn answer(session: &Session, query: &str) -> (&'static str, String) {
    let options = QueryOptions {
        now: Some(NOW),
        ..QueryOptions::default()
    };
    match session.query(query, &MemoryDatabase::new(), &options).await {
        Ok(outcome) => ("result", outcome.tables.iter().map(table).collect::<Vec<_>>().join("--\n")),
        Err(error) => {
            let lines = error
                .diagnostics
                .iter()
                .map(|diagnostic| format!("{}: {}\n", diagnostic.code, diagnostic.message));
            ("error", lines.collect())
        }
    }
}

/// One line of `name:type`, then one line a row with cells as the wire has them.
fn table(table: &ResultTable) -> String {
    let header: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{}:{}", column.name, column.ty))
        .collect();
    let mut out = header.join(" | ") + "\n";
    for batch in &table.batches {
        for row in 0..batch.num_rows() {
            for (position, column) in table.columns.iter().enumerate() {
                if position > 0 {
                    out.push_str(" | ");
                }
                wire::cell(batch.column(position), column.ty, row, &mut out);
            }
            out.push('\n');
        }
    }
    out
}
