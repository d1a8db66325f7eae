//! A query that is planned once gives on every database what it gives alone.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use quarry_engine::{HeldTables, MemoryDatabase, QueryOptions, RepeatedQuery, Session};

use crate::choices::Choices;
use crate::pipelines::tables::{T, U, rows};
use crate::pipelines::{normal, query};
use crate::{NOW, ask, config, database, runtime};

fn repeated(session: &Session, text: &str) -> RepeatedQuery {
    let options = QueryOptions {
        now: Some(NOW),
        ..QueryOptions::default()
    };
    RepeatedQuery::new(session, text, options)
}

/// The rows of the first result in an order of their own, or what is wrong.
async fn again(query: &RepeatedQuery, database: &Arc<MemoryDatabase>) -> Result<Vec<Vec<String>>, String> {
    let outcome = query.run(Arc::clone(database) as Arc<dyn HeldTables>).await;
    outcome.map(|outcome| normal(&outcome.tables[0])).map_err(|error| error.to_string())
}

/// The query on each database alone, and on all of them one after another, there and back.
async fn compare(session: &Session, text: &str, databases: &[Arc<MemoryDatabase>]) -> Result<usize, String> {
    let query = repeated(session, text);
    let mut answered = 0;
    for database in databases.iter().chain(databases.iter().rev()) {
        let alone = ask(session, text, database.as_ref()).await.map(|tables| normal(&tables[0]));
        let again = again(&query, database).await;
        answered += usize::from(alone.is_ok());
        if alone != again {
            return Err(format!("{text}\n  alone {alone:?}\n  again {again:?}"));
        }
    }
    Ok(answered)
}

#[test]
fn repeating_changes_no_answer() {
    let runtime = runtime();
    let session = Session::new(&config(1)).unwrap();
    let asked = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: asked.unwrap_or(60),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    };
    let strategy = (
        proptest::collection::vec(any::<u32>(), 0..600),
        proptest::collection::vec(any::<u32>(), 0..160),
    );
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let answered = std::sync::atomic::AtomicUsize::new(0);
    let outcome = runner.run(&strategy, |(data, pipeline)| {
        let mut data = Choices::new(data);
        let tables: Vec<(String, String)> = (0..3).map(|_| (rows(T, &mut data), rows(U, &mut data))).collect();
        let text = query(&mut Choices::new(pipeline));
        let compared = runtime.block_on(async {
            let mut databases = Vec::new();
            for (t, u) in &tables {
                databases.push(Arc::new(database(&session, &[("T", t), ("U", u)]).await));
            }
            compare(&session, &text, &databases).await
        });
        match compared {
            Ok(number) => {
                answered.fetch_add(number, std::sync::atomic::Ordering::Relaxed);
                Ok(())
            }
            Err(difference) => Err(TestCaseError::fail(format!("{difference}\n{tables:?}"))),
        }
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    assert!(answered.into_inner() > 100, "few pipelines could be answered");
}

/// Queries whose plans depend on the data: each of these has another answer, or other columns, on each database.
const DEPENDENT: &[&str] = &[
    "let most = toscalar(T | summarize max(k)); T | where k == most | project k, s",
    "let few = toscalar(T | count); T | sort by k asc, s asc | take few - 1 | project k, s",
    "U | where k in (T | project k) | project k, s",
    "U | where k !in ((T | where s == 'a' | project k)) | project k, s",
    "U | where s has_any (T | project s) | project k, s",
    "let kept = materialize(T | summarize n = count() by k); kept | join kind=inner (kept | where n > 1) on k | project k, n",
    "let kept = materialize(T | distinct k, s); union (kept | count), (kept | where k > 2 | count), (U | join kind=leftanti kept on k | count)",
    "T | evaluate bag_unpack(x) | summarize count()",
    "T | project k, x = bag_pack(s, k) | evaluate bag_unpack(x)",
    "T | evaluate pivot(s, count(), k)",
    "union * | summarize count()",
    "search 'b' | summarize count() by $table",
    "T | sort by k desc, s asc | take 2 | project k, s",
    "T | summarize n = count(), least = min(k), most = max(k) by s | sort by n desc, s asc | take 1",
    "T | join kind=innerunique U on k | summarize count()",
    "T | join kind=fullouter U on k, s | summarize count() by isnull(k1), isnull(k)",
    "T | partition by s (top 1 by k desc | project s, k)",
    "T | summarize k = make_list(k) by s | mv-apply k to typeof(long) on (summarize total = sum(k)) | project s, total",
    "T | evaluate ipv4_lookup(U, s, s) | summarize count()",
    "T | as hint.materialized=true X | where k == toscalar(X | summarize min(k)) | project k, s",
];

#[test]
fn what_depends_on_the_data_is_seen() {
    let table = |rows: &[&str]| format!("datatable(k:long, s:string, x:dynamic)[{}]", rows.join(", "));
    let tables = [
        (
            table(&["1, 'a', dynamic({'p': 1})", "2, 'b', dynamic({'q': 'x'})", "2, 'a', dynamic(null)"]),
            table(&["1, 'a', dynamic(null)", "3, 'b c', dynamic(null)"]),
        ),
        (table(&[]), table(&["2, 'b', dynamic(null)"])),
        (
            table(&[
                "3, 'b', dynamic({'r': true})",
                "4, 'c', dynamic({'p': 2.5})",
                "4, 'b', dynamic({'p': 1})",
                "5, '10.0.0.1', dynamic({})",
            ]),
            table(&["4, 'c', dynamic(null)", "4, 'b', dynamic(null)", "9, '10.0.0.0/8', dynamic(null)"]),
        ),
        (table(&["2, 'b', dynamic({'q': 5})"]), table(&[])),
    ];
    runtime().block_on(async {
        let session = Session::new(&config(1)).unwrap();
        let mut databases = Vec::new();
        for (t, u) in &tables {
            databases.push(Arc::new(database(&session, &[("T", t), ("U", u)]).await));
        }
        for text in DEPENDENT {
            let answered = compare(&session, text, &databases).await.unwrap();
            assert!(answered > 0, "{text} cannot be answered");
        }
    });
}

/// Tables that are there, or have other columns, on some databases only.
#[test]
fn other_tables_are_bound_anew() {
    runtime().block_on(async {
        let session = Session::new(&config(1)).unwrap();
        let mut databases = Vec::new();
        for tables in [
            [("T", "datatable(k:long)[1, 2]"), ("V", "datatable(k:long)[7]")],
            [("T", "datatable(k:string)['x']"), ("W", "datatable(k:long)[8, 9]")],
            [("T", "datatable(a:int, k:long)[1, 2]"), ("V", "datatable(k:long)[]")],
        ] {
            databases.push(Arc::new(database(&session, &tables).await));
        }
        for text in [
            "T | summarize count() by k = tostring(k)",
            "union * | summarize count()",
            "union isfuzzy=true T, V | count",
            "V | count",
        ] {
            compare(&session, text, &databases).await.unwrap();
        }
    });
}

/// Several runs of one query at the same time do not see each other's rows.
#[test]
fn runs_at_the_same_time_are_apart() {
    runtime().block_on(async {
        let session = Session::new(&config(1)).unwrap();
        let text = "let most = toscalar(T | summarize max(k)); T | join kind=inner (T | where k <= most) on k | summarize sum(k), count()";
        let query = Arc::new(repeated(&session, text));
        let mut running = tokio::task::JoinSet::new();
        for number in 0..40_i64 {
            let rows: Vec<String> = (0..=number % 7).map(|row| (number * 10 + row).to_string()).collect();
            let table = format!("datatable(k:long)[{}]", rows.join(", "));
            let database = Arc::new(database(&session, &[("T", &table)]).await);
            let (query, session) = (Arc::clone(&query), session.clone());
            running.spawn(async move {
                let alone = ask(&session, text, database.as_ref()).await.map(|tables| normal(&tables[0]));
                assert_eq!(again(&query, &database).await, alone);
            });
        }
        while let Some(done) = running.join_next().await {
            done.unwrap();
        }
    });
}
