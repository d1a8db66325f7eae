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
    const SINGLE: &[usize] = &[0, 1, 2, 9, 11, 14];
    const GROUPS: &[usize] = &[3, 10];
    const MEET: &[usize] = &[5, 7, 13];
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

/// A pipeline of each operator that rows go through, over tables whose rows have a number.
const OPERATORS: &[&str] = &[
    "T | mv-expand x | project Id, x",
    "T | mv-apply e = x on (where tostring(e) != '1' | summarize n = count()) | project Id, n",
    "let M = materialize(U | where isnotempty(s)); M | join kind=inner (M | project s, Other = Id) on s | project Id, Other",
    "union withsource=Origin (T | project Id, s), (U | project Id, s)",
    "T | distinct k, s",
    "T | lookup kind=leftouter (U | project k, Other = Id) on k | project Id, Other",
    "T | lookup kind=inner (U | project k, Other = Id) on k | project Id, Other",
    "T | top 3 by Id desc | project Id, s",
    "T | sort by Id asc | take 3 | project Id, s",
    "T | summarize arg_max(Id, *) by k | project k, Id, s",
    "T | summarize arg_min(Id, s) by b | project b, Id, s",
    "T | summarize Count = count(), Users = array_sort_asc(make_set(s)) by k",
    "T | partition by s (top 1 by Id desc | project s, Id)",
    "T | join kind=leftanti (U | where v > 1) on k | project Id",
    "T | join kind=leftsemi (U | where v > 1) on k | project Id",
    "T | join kind=rightsemi (U) on s | project Id, v",
    "T | where s in ((U | where v > 1 | project s)) | project Id, s",
    "T | parse-where s with 'key=' n:long ';' * | project Id, n",
    "T | parse-kv s as (key: long) with (pair_delimiter=';', kv_delimiter='=') | project Id, key",
];

#[test]
fn each_operator_passes_on_what_gives_its_rows_again() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    let rebuilt: Vec<AtomicUsize> = OPERATORS.iter().map(|_| AtomicUsize::new(0)).collect();
    generate(8, |_, t, u| {
        runtime.block_on(async {
            let database = database(&session, &[("T", &t), ("U", &u)]).await;
            for (text, rebuilt) in OPERATORS.iter().zip(&rebuilt) {
                let found = traced(&session, text, &database)
                    .await
                    .map_err(|error| format!("{text}\n  {error}"))?;
                let cells = crate::cells(&found);
                for (row, evidence) in evidence(&found).iter().enumerate().take(REBUILT) {
                    if evidence.contains("{\"Untraced\"") || !evidence.contains("{\"Table\"") {
                        return Err(format!("{text}\n  has no evidence but {evidence}"));
                    }
                    let again = ask(&session, text, &from(&session, evidence).await)
                        .await
                        .map_err(|error| format!("{text}\n  {error}"))?;
                    let wanted = normal_row(&found, &cells[row]);
                    if !normal(&again[0]).contains(&wanted) {
                        return Err(format!("{text}\n  {wanted:?}\n  is not found again in {evidence}"));
                    }
                    rebuilt.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(())
        })
    });
    for (text, rebuilt) in OPERATORS.iter().zip(rebuilt) {
        assert!(rebuilt.into_inner() > 2, "few rows of {text}");
    }
}

/// The tables with events in evidence, and those that it says are absent.
fn named(evidence: &str) -> (Vec<String>, Vec<String>) {
    let entries: Vec<serde_json::Value> = serde_json::from_str(evidence).unwrap();
    let texts = |value: &serde_json::Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        list.map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let mut events: Vec<String> = entries
        .iter()
        .filter_map(|entry| Some(entry.get("Table")?.as_str()?.to_owned()))
        .collect();
    events.sort();
    events.dedup();
    let absent = entries.iter().filter_map(|entry| entry.get("Absent")).flat_map(texts).collect();
    (events, absent)
}

#[test]
fn joins_tell_what_a_row_met_and_what_is_absent() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    let (met, alone) = (AtomicUsize::new(0), AtomicUsize::new(0));
    generate(12, |_, t, u| {
        runtime.block_on(async {
            let database = database(&session, &[("T", &t), ("U", &u)]).await;
            for kind in [
                "inner",
                "innerunique",
                "leftouter",
                "rightouter",
                "fullouter",
                "leftsemi",
                "rightsemi",
                "leftanti",
                "rightanti",
            ] {
                let text = format!("T | join kind={kind} (U) on k");
                let found = traced(&session, &text, &database)
                    .await
                    .map_err(|error| format!("{text}\n  {error}"))?;
                for evidence in evidence(&found) {
                    let (events, absent) = named(&evidence);
                    let both = events == ["T", "U"] && absent.is_empty();
                    let only = |here: &str, there: &str| events == [here] && absent == [there];
                    let right = match kind {
                        "inner" | "innerunique" | "leftsemi" | "rightsemi" => both,
                        "leftouter" => both || only("T", "U"),
                        "rightouter" => both || only("U", "T"),
                        "fullouter" => both || only("T", "U") || only("U", "T"),
                        "leftanti" => only("T", "U"),
                        _ => only("U", "T"),
                    };
                    if !right {
                        return Err(format!("{text}\n  {evidence}"));
                    }
                    if both { &met } else { &alone }.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(())
        })
    });
    let (met, alone) = (met.into_inner(), alone.into_inner());
    assert!(met > 50 && alone > 50, "{met} rows met another, {alone} did not");
}

#[test]
fn what_is_not_followed_says_so() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    generate(4, |_, t, u| {
        runtime.block_on(async {
            let database = database(&session, &[("T", &t), ("U", &u)]).await;
            for (text, operator) in [
                ("T | make-series n = count() on k from 0 to 6 step 2 by s", "make-series"),
                ("T | sort by Id asc | extend before = prev(s)", "window functions"),
                ("T | reduce by s", "reduce"),
                ("T | evaluate autocluster()", "evaluate autocluster"),
            ] {
                let found = traced(&session, text, &database)
                    .await
                    .map_err(|error| format!("{text}\n  {error}"))?;
                for evidence in evidence(&found) {
                    if !evidence.contains(&format!("{{\"Untraced\":\"{operator}\",\"Tables\":[\"T\"]}}")) {
                        return Err(format!("{text}\n  {evidence}"));
                    }
                }
            }
            Ok(())
        })
    });
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
