//! Evidence changes no answer, and what it holds gives the row again.

use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::cast::as_string_view_array;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use quarry_engine::{Database, QueryOptions, ResultTable, Session};
use quarry_schema::KqlType;

use crate::choices::Choices;
use crate::pipelines::steps::steps;
use crate::pipelines::tables::{Columns, T, U, rows};
use crate::pipelines::{normal, query};
use crate::{NOW, ask, config, database, rebuilt, runtime};

/// More events of a table than any case has.
const ALL: usize = 1_000;
/// Rows of a case that are rebuilt.
const REBUILT: usize = 3;

/// The first result with evidence.
async fn traced(session: &Session, text: &str, database: &dyn Database) -> Result<ResultTable, String> {
    let options = QueryOptions {
        now: Some(NOW),
        evidence: Some(ALL),
        ..QueryOptions::default()
    };
    let outcome = session.query(text, database, &options).await.map_err(|error| error.to_string())?;
    Ok(outcome.tables.into_iter().next().unwrap())
}

/// The evidence of each row.
fn evidence(table: &ResultTable) -> Vec<String> {
    let batches = table.evidence.as_ref().unwrap();
    let texts = batches.iter().flat_map(|array| as_string_view_array(array).unwrap().iter());
    texts.map(|text| text.unwrap().to_owned()).collect()
}

/// Runs cases that are the same every time; CASES asks for that many new ones.
fn generate(cases: u32, check: impl Fn(&mut Choices, String, String) -> Result<(), String>) {
    let asked = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: asked.unwrap_or(cases),
        failure_persistence: None,
        max_shrink_iters: 200,
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
        // Rows have a number, so that rows with the same values are events of their own.
        let numbered = |rows: String| format!("{rows} | serialize Id = row_number()");
        let (t, u) = (numbered(rows(T, &mut data)), numbered(rows(U, &mut data)));
        check(&mut Choices::new(pipeline), t.clone(), u.clone())
            .map_err(|difference| TestCaseError::fail(format!("{difference}\nT = {t}\nU = {u}")))
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

#[test]
fn evidence_changes_no_answer() {
    let runtime = runtime();
    let session = Session::new(&config(2)).unwrap();
    let answered = AtomicUsize::new(0);
    generate(60, |pipeline, t, u| {
        let text = query(pipeline);
        runtime.block_on(async {
            let database = database(&session, &[("T", &t), ("U", &u)]).await;
            let Ok(plain) = ask(&session, &text, &database).await else {
                return Ok(());
            };
            answered.fetch_add(1, Ordering::Relaxed);
            let with = traced(&session, &text, &database)
                .await
                .map_err(|error| format!("{text}\n  fails with evidence: {error}"))?;
            if with.columns != plain[0].columns || with.identity != plain[0].identity || normal(&with) != normal(&plain[0]) {
                return Err(format!("{text}\n  {:?}\n  {:?}", normal(&plain[0]), normal(&with)));
            }
            assert_eq!(evidence(&with).len(), with.row_count());
            Ok(())
        })
    });
    assert!(answered.into_inner() > 20, "few pipelines could be answered");
}

/// Operators under which a row depends on nothing but the rows that it comes from: each table is read once, and rows are grouped no more
/// than once before tables meet and once behind.
fn monotone(choices: &mut Choices) -> String {
    /// Sorts of operators: one row in, at most one row out or several; groups; tables that meet.
    const SINGLE: &[usize] = &[0, 1, 2, 9, 11];
    const GROUPS: &[usize] = &[3, 10];
    const MEET: &[usize] = &[5, 7];
    let mut columns = Columns::new(T);
    let mut kinds = Vec::new();
    for part in [true, false] {
        for _ in 0..choices.below(3) {
            kinds.push(*choices.pick(SINGLE));
        }
        if choices.chance(40) {
            kinds.push(*choices.pick(GROUPS));
        }
        if part && choices.chance(70) {
            kinds.push(*choices.pick(MEET));
        }
    }
    steps(&kinds, &mut columns, choices)
}

#[test]
fn evidence_alone_gives_the_row_again() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    let rebuilt = AtomicUsize::new(0);
    generate(40, |pipeline, t, u| {
        let text = monotone(pipeline);
        runtime.block_on(async {
            let database = database(&session, &[("T", &t), ("U", &u)]).await;
            let Ok(found) = traced(&session, &text, &database).await else {
                return Ok(());
            };
            let cells = crate::cells(&found);
            for (row, evidence) in evidence(&found).iter().enumerate().take(REBUILT) {
                let again = ask(&session, &text, &from(&session, evidence).await)
                    .await
                    .map_err(|error| format!("{text}\n  {error}"))?;
                let wanted = normal_row(&found, &cells[row]);
                if !normal(&again[0]).contains(&wanted) {
                    return Err(format!(
                        "{text}\n  {wanted:?}\n  is not found again in {evidence}\n  but {:?}",
                        normal(&again[0])
                    ));
                }
                rebuilt.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        })
    });
    let rebuilt = rebuilt.into_inner();
    println!("{rebuilt} rows were found again");
    assert!(rebuilt > 20, "{rebuilt} rows");
}

/// `T` and `U` with the events of some evidence only.
async fn from(session: &Session, evidence: &str) -> quarry_engine::MemoryDatabase {
    let events = rebuilt::events(evidence);
    let table = |name: &str, columns: &[(&str, KqlType)]| {
        let numbered = columns.iter().copied().chain([("Id", KqlType::Long)]);
        let columns: Vec<(String, KqlType)> = numbered.map(|(name, ty)| (name.to_owned(), ty)).collect();
        rebuilt::table(&columns, events.get(name).map(Vec::as_slice).unwrap_or_default())
    };
    let (t, u) = (table("T", T), table("U", U));
    database(session, &[("T", &t), ("U", &u)]).await
}

/// A row as [`normal`] writes it.
fn normal_row(table: &ResultTable, cells: &[String]) -> Vec<String> {
    let columns = cells.iter().zip(&table.columns);
    columns
        .map(|(cell, column)| crate::pipelines::normal_cell(cell, column.ty))
        .collect()
}
