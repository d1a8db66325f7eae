//! Lays out every query of JSON-lines files and every YAML file below folders, twice.
//!
//! `cargo run -p quarry-format --example format_corpus -- FILE.jsonl… FOLDER…`
//!
//! Fails when a query that parses is not laid out, or when laying it out again changes it. The last line is the counts.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::path::Path;

use quarry_format::{format_document, format_query};
use serde_json::Value;

#[derive(Default)]
struct Counts {
    formatted: usize,
    refused: usize,
    unstable: usize,
    files: usize,
    changed: usize,
    left: usize,
}

fn main() {
    let mut counts = Counts::default();
    for argument in std::env::args().skip(1) {
        let path = Path::new(&argument);
        if path.is_dir() {
            folder(path, &mut counts);
        } else {
            queries(path, &mut counts);
        }
    }
    println!(
        "formatted {} refused {} unstable {} files {} changed {} left {}",
        counts.formatted, counts.refused, counts.unstable, counts.files, counts.changed, counts.left
    );
    std::process::exit(i32::from(counts.refused + counts.unstable > 0));
}

fn queries(path: &Path, counts: &mut Counts) {
    let text = std::fs::read_to_string(path).expect("a readable file");
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let case: Value = serde_json::from_str(line).expect("a JSON object a line");
        let query = case["query"].as_str().expect("a query");
        let id = case["id"].as_str().unwrap_or("?");
        if !quarry_syntax::parse(query).is_ok() {
            continue;
        }
        match format_query(query) {
            Err(errors) => {
                counts.refused += 1;
                println!("{id} refused: {}", errors[0]);
            }
            Ok(once) if format_query(&once).as_ref() != Ok(&once) => {
                counts.unstable += 1;
                println!("{id} changes a second time");
            }
            Ok(_) => counts.formatted += 1,
        }
    }
}

fn folder(path: &Path, counts: &mut Counts) {
    for entry in std::fs::read_dir(path).expect("a readable folder") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            folder(&path, counts);
            continue;
        }
        let name = path.to_string_lossy().into_owned();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if !name.ends_with(".yaml") && !name.ends_with(".yml") {
            continue;
        }
        let once = format_document(&name, &text);
        counts.files += 1;
        counts.changed += usize::from(once.text != text);
        counts.left += once.left.len();
        if once
            .left
            .iter()
            .any(|left| left.code == "Q0011" || left.message.starts_with("this document"))
        {
            counts.refused += 1;
            println!("{name} refused: {}", once.left[0]);
        }
        if format_document(&name, &once.text).text != once.text {
            counts.unstable += 1;
            println!("{name} changes a second time");
        }
    }
}
