//! Compares what the binder makes of many queries with what is recorded about them.
//!
//! `bind_corpus corpus QUERIES.jsonl BINDINGS.jsonl`: columns and types against a recorded binder, on the built-in catalogue.
//! `bind_corpus answers CASES.jsonl…`: columns, types and refusals against recorded answers, without any tables.
//! `bind_corpus explain QUERY.kql`: the bound query as a tree.
//! Failures are printed by reason, with the query ids.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, HashMap};
use std::fs;

use quarry_semantics::{BindOptions, BindOutcome, EmptyCatalog, Mode, SchemaCatalog, bind};
use serde_json::Value;

fn lines(path: &str) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("readable file");
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| serde_json::from_str(line).expect("JSON line"))
        .collect()
}

fn columns(outcome: &BindOutcome) -> Vec<(String, String)> {
    let result = outcome.query.as_ref().and_then(|query| query.results.first());
    result
        .map(|result| result.rel.columns.iter().map(|c| (c.name.clone(), c.ty.to_string())).collect())
        .unwrap_or_default()
}

#[derive(Default)]
struct Tally {
    right: usize,
    wrong: BTreeMap<String, Vec<String>>,
}

impl Tally {
    fn fail(&mut self, reason: String, id: &str) {
        self.wrong.entry(reason).or_default().push(id.to_owned());
    }

    fn print(&self, what: &str) {
        let failed: usize = self.wrong.values().map(Vec::len).sum();
        let mut reasons: Vec<_> = self.wrong.iter().collect();
        reasons.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
        for (reason, ids) in reasons {
            println!(
                "{:4} {reason}\n       {}",
                ids.len(),
                ids.iter().take(8).cloned().collect::<Vec<_>>().join(" ")
            );
        }
        println!("{what}: {} of {} right", self.right, self.right + failed);
    }
}

fn corpus(queries: &str, bindings: &str) {
    let texts: HashMap<String, String> = lines(queries)
        .iter()
        .map(|q| (q["id"].as_str().unwrap().to_owned(), q["query"].as_str().unwrap().to_owned()))
        .collect();
    let options = BindOptions {
        mode: Mode::Editor,
        ..BindOptions::default()
    };
    let mut tally = Tally::default();
    for record in lines(bindings) {
        let id = record["id"].as_str().unwrap();
        let comparable = record["kind"] == "table" && record["open"] == false && record["errors"].as_array().is_some_and(Vec::is_empty);
        let outcome = bind(&texts[id], &options, &SchemaCatalog);
        if !comparable {
            continue;
        }
        let expected: Vec<(String, String)> = record["columns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| (c[0].as_str().unwrap().to_owned(), c[1].as_str().unwrap_or("?").to_owned()))
            .collect();
        if outcome.query.is_none() {
            let error = outcome.diagnostics.iter().find(|d| d.is_error());
            tally.fail(error.map_or("no query".into(), |d| format!("{} {}", d.code, d.message)), id);
        } else if outcome.open {
            tally.fail("open".into(), id);
        } else {
            match difference(&expected, &columns(&outcome)) {
                None => tally.right += 1,
                Some(reason) => tally.fail(reason, id),
            }
        }
    }
    tally.print("corpus");
}

fn difference(expected: &[(String, String)], found: &[(String, String)]) -> Option<String> {
    let at = expected
        .iter()
        .zip(found)
        .position(|(e, f)| e.0 != f.0 || !e.1.split('|').any(|ty| ty == f.1));
    match at {
        Some(at) => Some(format!(
            "column {at}: {}:{} expected, {}:{} found",
            expected[at].0, expected[at].1, found[at].0, found[at].1
        )),
        None if expected.len() != found.len() => {
            let extra = expected.get(found.len()).or_else(|| found.get(expected.len()));
            Some(format!("{} columns expected, {} found: {extra:?}", expected.len(), found.len()))
        }
        None => None,
    }
}

fn answers(path: &str) {
    let options = BindOptions {
        now: Some(637_134_336_000_000_000),
        ..BindOptions::default()
    };
    let mut tally = Tally::default();
    for case in lines(path) {
        let id = case["id"].as_str().unwrap();
        let outcome = bind(case["query"].as_str().unwrap(), &options, &EmptyCatalog);
        let error = outcome.diagnostics.iter().find(|d| d.is_error());
        if case["error"] == true {
            let code = case["code"].as_str().unwrap_or("refused");
            match error {
                Some(found) if !code.starts_with("SEM") || outcome.diagnostics.iter().any(|d| d.code == code) => {
                    let _ = found;
                    tally.right += 1;
                }
                Some(found) => tally.fail(format!("refused with {} instead of {code}: {}", found.code, found.message), id),
                None => tally.fail(format!("not refused, {code} expected"), id),
            }
            continue;
        }
        if outcome.discover.is_some() {
            tally.right += 1;
            continue;
        }
        if let Some(error) = error {
            tally.fail(format!("{} {}", error.code, error.message), id);
            continue;
        }
        let text = |value: &Value| -> Vec<String> {
            value
                .as_array()
                .map(|list| list.iter().map(|v| v.as_str().unwrap_or("?").to_owned()).collect())
                .unwrap_or_default()
        };
        let expected: Vec<(String, String)> = text(&case["columns"]).into_iter().zip(text(&case["types"])).collect();
        match difference(&expected, &columns(&outcome)) {
            None => tally.right += 1,
            Some(_) if outcome.open => tally.fail("open".into(), id),
            Some(reason) => tally.fail(reason, id),
        }
    }
    tally.print(path);
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["corpus", queries, bindings] => corpus(queries, bindings),
        ["explain", path] => {
            let outcome = bind(
                &fs::read_to_string(path).expect("readable file"),
                &BindOptions::default(),
                &SchemaCatalog,
            );
            outcome.diagnostics.iter().for_each(|diagnostic| println!("{diagnostic}"));
            if let Some(query) = outcome.query {
                print!("{}", quarry_semantics::ir::display::display(&query));
            }
        }
        ["answers", cases @ ..] => cases.iter().for_each(|path| answers(path)),
        _ => println!("usage: bind_corpus corpus QUERIES BINDINGS | bind_corpus answers CASES…"),
    }
}
