//! Parses every query of JSON-lines files and counts what the parser makes of them.
//!
//! `cargo run --release -p quarry-syntax --example parse_corpus -- FILE…`
//!
//! Each line is an object with `query`, an optional `id`, and, for recorded answers of the real
//! engine, `error` and `code`. Queries that the engine refused with a `SYN…` code must fail to
//! parse; all others must parse, and every tree must reproduce its text.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::time::{Duration, Instant};

use serde_json::Value;

fn main() {
    let mut failed = false;
    for path in std::env::args().skip(1) {
        failed |= !check(&path);
    }
    std::process::exit(i32::from(failed));
}

fn check(path: &str) -> bool {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let (mut right, mut wrong, mut free, mut bytes) = (0, 0, 0, 0);
    let mut spent = Duration::ZERO;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a JSON object a line");
        let query = case["query"].as_str().expect("a query");
        let start = Instant::now();
        let parse = quarry_syntax::parse(query);
        spent += start.elapsed();
        bytes += query.len();
        let lossless = parse.syntax().text() == query;
        let code = case["code"].as_str().unwrap_or_default();
        let verdict = if case["error"].as_bool() != Some(true) {
            Some(parse.is_ok())
        } else if code.starts_with("SYN") || code == "syntax error" {
            Some(
                parse
                    .diagnostics()
                    .iter()
                    .any(|diagnostic| code == "syntax error" || diagnostic.code == code),
            )
        } else {
            // Refused for another reason: both are fine.
            None
        };
        match verdict {
            Some(true) if lossless => right += 1,
            None if lossless => free += 1,
            _ => {
                wrong += 1;
                let id = case["id"].as_str().unwrap_or("?");
                println!("{id} lossless={lossless} code={code}");
                println!("{}", quarry_text::render::terminal(id, query, parse.diagnostics(), false));
            }
        }
    }
    println!("{path}: {right} right, {wrong} wrong, {free} refused for other reasons; {bytes} bytes in {spent:?}");
    wrong == 0
}
