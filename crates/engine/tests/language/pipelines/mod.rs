//! Generated pipelines over generated tables give the same rows with and without optimization.

mod expressions;
mod pruned;
pub mod steps;
pub mod tables;

use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use quarry_engine::{Database, ResultTable, Session};
use quarry_schema::KqlType;

use self::tables::{T, U, rows};
use crate::choices::Choices;
use crate::{ask, cells, config, database, runtime};

pub use steps::query;

/// The rows, in an order of their own, with reals to as many digits as any order of additions gives.
pub fn normal(table: &ResultTable) -> Vec<Vec<String>> {
    let mut rows = cells(table);
    for row in &mut rows {
        for (cell, column) in row.iter_mut().zip(&table.columns) {
            *cell = normal_cell(cell, column.ty);
        }
    }
    rows.sort();
    rows
}

/// A cell as [`normal`] writes it.
pub fn normal_cell(cell: &str, ty: KqlType) -> String {
    match cell.parse::<f64>() {
        Ok(value) if ty == KqlType::Real => format!("{value:.9e}"),
        _ => cell.to_owned(),
    }
}

static ANSWERED: AtomicUsize = AtomicUsize::new(0);
static ASKED: AtomicUsize = AtomicUsize::new(0);

/// What differs between two ways to answer, if anything does. The second leaves out more than the first.
async fn compare(
    (without, plain): (&str, &Session),
    (with, optimized): (&str, &Session),
    text: &str,
    database: &dyn Database,
) -> Result<(), String> {
    ASKED.fetch_add(1, Ordering::Relaxed);
    match (ask(plain, text, database).await, ask(optimized, text, database).await) {
        (Ok(plain), Ok(optimized)) => {
            ANSWERED.fetch_add(1, Ordering::Relaxed);
            let (plain, optimized) = (normal(&plain[0]), normal(&optimized[0]));
            if plain == optimized {
                return Ok(());
            }
            let only = |these: &[Vec<String>], those: &[Vec<String>]| -> Vec<String> {
                these
                    .iter()
                    .filter(|row| !those.contains(row))
                    .take(5)
                    .map(|row| row.join(" | "))
                    .collect()
            };
            Err(format!(
                "{text}\n  {without} {} rows, among them\n{}\n  {with} {} rows, among them\n{}",
                plain.len(),
                only(&plain, &optimized).join("\n"),
                optimized.len(),
                only(&optimized, &plain).join("\n")
            ))
        }
        // What is not needed may be left out, and with it what fails; no failure may come in.
        (Err(_), _) => Ok(()),
        (Ok(_), Err(error)) => Err(format!("{text}\n  fails {with} only: {error}")),
    }
}

#[test]
fn optimization_changes_no_answer() {
    let runtime = runtime();
    let plain = Session::without_optimization(&config(1)).unwrap();
    let optimized = Session::new(&config(3)).unwrap();
    // The same pipelines every time, so that a failure is about the change at hand; CASES asks for that many new ones.
    let asked = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(150);
    let config = ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    let strategy = (
        proptest::collection::vec(any::<u32>(), 0..400),
        proptest::collection::vec(any::<u32>(), 0..160),
    );
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let outcome = runner.run(&strategy, |(data, pipeline)| {
        let mut data = Choices::new(data);
        let (t, u) = (rows(T, &mut data), rows(U, &mut data));
        let text = query(&mut Choices::new(pipeline));
        let compared = runtime.block_on(async {
            let database = database(&optimized, &[("T", &t), ("U", &u)]).await;
            compare(("without optimization", &plain), ("with it", &optimized), &text, &database).await
        });
        compared.map_err(|difference| TestCaseError::fail(format!("{difference}\nT = {t}\nU = {u}")))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (answered, asked) = (ANSWERED.load(Ordering::Relaxed), ASKED.load(Ordering::Relaxed));
    println!("{answered} of {asked} pipelines gave rows");
    assert!(answered * 2 > asked, "only {answered} of {asked} pipelines could be answered");
}
