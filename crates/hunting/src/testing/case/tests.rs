#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use super::*;
use crate::engine::EngineRunner;
use crate::functions::Functions;
use crate::runner::QueryRunner;
use crate::team::Team;
use crate::testing::tested_hunts;

/// The rows as text, in an order of their own.
fn rows(table: &ResultTable) -> Vec<Vec<String>> {
    let mut rows: Vec<_> = table.iter().map(|row| row.texts()).collect();
    rows.sort();
    rows
}

fn turned(expect: &Expectation) -> Expectation {
    match expect {
        Expectation::Silent => Expectation::Fires {
            findings: None,
            rows: Vec::new(),
            span: Span::default(),
        },
        Expectation::Fires { .. } => Expectation::Silent,
    }
}

async fn cases_of_all_hunts() {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let documents = quarry_content::load_paths(&[content]);
    let bench = Bench::new(Functions::of(&documents), &Team::of(&documents, &[], 0)).unwrap();
    let mut number = 0;
    for tested in tested_hunts(&documents, &[]) {
        let trial = Trial::of(&tested.hunt);
        for case in &tested.tests.cases {
            let named = format!("{}: {}", tested.hunt.title(), case.name);
            let mut prepared = bench.prepare(&tested, case).unwrap();
            let shared = prepared.run(&bench, &trial, prepared.exclusions.clone()).await.unwrap();
            let alone = EngineRunner::new(&bench.session, prepared.database.as_ref());
            let text = prepared.overrides.apply(&tested.hunt).unwrap().text;
            let alone = alone.run(&text, &prepared.options(prepared.exclusions.clone())).await.unwrap();
            assert_eq!(rows(&shared), rows(&alone), "{named}");
            assert!(prepared.verdict(&bench, &trial).await.passed(), "{named}");
            prepared.expect = turned(&prepared.expect);
            let turned = prepared.verdict(&bench, &trial).await;
            assert!(matches!(turned, Verdict::Failed(_)), "{named}: {turned:?}");
            number += 1;
        }
    }
    assert!(number > 80, "{number}");
}

#[test]
fn cases_that_share_plans_come_out_as_alone() {
    // Plans of debug builds are deep.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .thread_stack_size(32 << 20)
        .build()
        .unwrap();
    runtime.block_on(async { tokio::spawn(cases_of_all_hunts()).await.unwrap() });
}
