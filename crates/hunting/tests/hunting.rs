//! Hunts on a runner that answers by rote, and on the engine with tables in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod intel;
mod outside;
mod team;

use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema};
use quarry_content::{Hunt, HuntSeverity, load_text};
use quarry_engine::{EngineConfig, Exclusion, MemoryDatabase, Session};
use quarry_hunting::{
    EngineRunner, HuntOutcome, Overrides, Progress, QueryRunner, Reason, ResultTable, RunError, RunOptions, Selection, Team, run_hunts,
};
use quarry_schema::KqlType;
use quarry_text::{Diagnostic, Span};

fn yaml(name: &str, severity: &str, query: &str, more: &str) -> String {
    let query = query.replace('\n', "\n  ");
    format!(
        "id: 00000000-0000-4000-8000-{:012x}\nname: {name}\ndescription: d\nseverity: {severity}\ntactics: [Execution]\nrelevantTechniques: [T1059.001]\n{more}query: |\n  {query}\n",
        name.len()
    )
}

fn hunt(text: &str) -> Hunt {
    let document = load_text("hunt.yaml", text);
    document
        .hunts
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("{:?}", document.diagnostics))
}

fn table(rows: usize) -> ResultTable {
    let schema = Arc::new(Schema::new(vec![
        Field::new("n", DataType::Int64, true),
        Field::new("s", DataType::Utf8View, true),
    ]));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..i64::try_from(rows).unwrap()));
    let texts: ArrayRef = Arc::new(StringViewArray::from_iter_values((0..rows).map(|row| format!("row \"{row}\""))));
    let batch = RecordBatch::try_new(schema, vec![numbers, texts]).unwrap();
    ResultTable {
        columns: vec![("n".to_owned(), KqlType::Long), ("s".to_owned(), KqlType::String)],
        identity: vec![0, 1],
        batches: vec![batch],
        ..ResultTable::default()
    }
}

/// Answers `rows N` with so many rows, `missing T` with a missing table, anything else with a mistake at its first word.
#[derive(Default)]
struct ByRote {
    asked: Mutex<Vec<String>>,
}

impl QueryRunner for ByRote {
    async fn run(&self, query: &str, _options: &RunOptions) -> Result<ResultTable, RunError> {
        self.asked.lock().unwrap().push(query.to_owned());
        let last = query.trim().lines().last().unwrap_or_default().to_owned();
        match last.split_once(' ') {
            Some(("rows", number)) => Ok(table(number.parse().unwrap())),
            Some(("missing", table)) => Err(RunError {
                missing_tables: vec![table.to_owned()],
                diagnostics: Vec::new(),
            }),
            _ => {
                let start = u32::try_from(query.find(&last).unwrap()).unwrap();
                let span = Span::new(start, start + u32::try_from(last.len()).unwrap());
                Err(RunError {
                    missing_tables: Vec::new(),
                    diagnostics: vec![Diagnostic::error("Q0100", "scan is not supported yet", span)],
                })
            }
        }
    }

    async fn rows_excluded(&self, _query: &str, _options: &RunOptions, _exclusion: &Exclusion) -> Result<u64, RunError> {
        Ok(0)
    }
}

#[tokio::test]
async fn every_hunt_comes_to_an_outcome_and_the_gravest_come_first() {
    let hunts = [
        hunt(&yaml("fires", "Low", "rows 3", "")),
        hunt(&yaml("is silent", "High", "rows 0", "")),
        hunt(&yaml("lacks data", "Medium", "missing SigninLogs", "")),
        hunt(&yaml("lacks data too", "Medium", "missing SigninLogs", "")),
        hunt(&yaml("is not supported", "High", "scan", "")),
        hunt(&yaml(
            "rule below",
            "High",
            "rows 2",
            "kind: Scheduled\ntriggerOperator: gt\ntriggerThreshold: 2\n",
        )),
    ];
    let hunts: Vec<&Hunt> = hunts.iter().collect();
    let mut seen = Vec::new();
    let report = run_hunts(&ByRote::default(), &hunts, &Team::default(), &RunOptions::default(), &mut |step| {
        if let Progress::Ends(report) = step {
            seen.push(report.hunt.name.clone());
        }
    })
    .await;
    assert_eq!(seen.len(), 6);
    let names: Vec<&str> = report.hunts.iter().map(|report| report.hunt.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "is not supported",
            "is silent",
            "rule below",
            "lacks data",
            "lacks data too",
            "fires"
        ]
    );
    let totals = report.totals();
    assert_eq!(
        (totals.hunts, totals.fired, totals.silent, totals.could_not_run, totals.findings),
        (6, 1, 2, 3, 3)
    );
    let obstacles = report.obstacles();
    assert_eq!((obstacles[0].0.as_str(), obstacles[0].1.len()), ("no table SigninLogs", 2));
    let HuntOutcome::CannotRun(reasons) = &report.hunts[0].outcome else {
        panic!()
    };
    let Reason::Unsupported(found) = &reasons[0] else {
        panic!("{reasons:?}")
    };
    assert_eq!(
        found.span.text(&yaml("is not supported", "High", "scan", "")),
        "scan",
        "its place is in the document"
    );
}

#[tokio::test]
async fn tunables_are_replaced_and_places_stay_right() {
    let text = yaml("tuned", "High", "let Days = 5d;\nlet Name = \"a\"; // who\nscan", "");
    let hunt = hunt(&text);
    let overrides = Overrides::parse(&["Days=14d", "Name=b\"c"]).unwrap();
    let runner = ByRote::default();
    let report = run_hunts(&runner, &[&hunt], &Team::from(overrides), &RunOptions::default(), &mut |_| {}).await;
    assert_eq!(
        runner.asked.lock().unwrap()[0].trim(),
        "let Days = 14d;\nlet Name = \"b\\\"c\"; // who\nscan"
    );
    let HuntOutcome::CannotRun(reasons) = &report.hunts[0].outcome else {
        panic!()
    };
    assert_eq!(reasons[0].diagnostic().unwrap().span.text(&text), "scan");
    let unknown = Overrides::parse(&["Dayss=1d"]).unwrap();
    assert_eq!(unknown.unknown(&[&hunt]), [("Dayss", Some("Days"))]);
    let wrong = Overrides::parse(&["Days=many"]).unwrap().apply(&hunt).unwrap_err();
    assert_eq!(wrong[0].span.text(&text), "5d");
    assert!(Overrides::parse(&["Days"]).is_err());
}

#[test]
fn selections_narrow_by_name_id_tactic_technique_and_severity() {
    let hunt = hunt(&yaml("Odd Shell", "Medium", "T", ""));
    let only = |text: &str| Selection {
        only: vec![text.to_owned()],
        ..Selection::default()
    };
    assert!(Selection::default().allows(&hunt));
    assert!(only("shell").allows(&hunt) && only("00000000").allows(&hunt) && !only("mail").allows(&hunt));
    let technique = |text: &str| Selection {
        techniques: vec![text.to_owned()],
        ..Selection::default()
    };
    assert!(technique("T1059").allows(&hunt) && technique("t1059.001").allows(&hunt) && !technique("T1566").allows(&hunt));
    let least = |severity| Selection {
        least: Some(severity),
        ..Selection::default()
    };
    assert!(least(HuntSeverity::Low).allows(&hunt) && !least(HuntSeverity::High).allows(&hunt));
    assert!(
        !Selection {
            tactics: vec!["Impact".to_owned()],
            ..Selection::default()
        }
        .allows(&hunt)
    );
}

#[test]
fn rows_are_json_and_text() {
    let table = table(2);
    let row = table.iter().nth(1).unwrap();
    let mut json = String::new();
    row.object(&["n".to_owned(), "s".to_owned()], &mut json);
    assert_eq!(json, "{\"n\":1,\"s\":\"row \\\"1\\\"\"}");
    assert_eq!(row.text(1), "row \"1\"");
    assert_eq!(row.text(7), "");
}

#[tokio::test]
async fn the_engine_answers_hunts() {
    let mut database = MemoryDatabase::new();
    let columns = vec![("n".to_owned(), KqlType::Long), ("s".to_owned(), KqlType::String)];
    database.add("Numbers_CL", columns, table(5).batches).unwrap();
    let session = Session::new(&EngineConfig::default()).unwrap();
    let hunts = [
        hunt(&yaml("finds", "High", "let Least = 3;\nNumbers_CL | where n >= Least", "")),
        hunt(&yaml("lacks", "High", "SigninLogs | take 1", "")),
        hunt(&yaml("errs", "High", "Numbers_CL | where m > 1", "")),
    ];
    let hunts: Vec<&Hunt> = hunts.iter().collect();
    let runner = EngineRunner::new(&session, &database);
    let report = run_hunts(
        &runner,
        &hunts,
        &Team::from(Overrides::parse(&["Least=4"]).unwrap()),
        &RunOptions::default(),
        &mut |_| {},
    )
    .await;
    let of = |name: &str| report.hunts.iter().find(|report| report.hunt.name == name).unwrap();
    assert_eq!(of("finds").findings(), 1);
    let HuntOutcome::CannotRun(lacks) = &of("lacks").outcome else {
        panic!()
    };
    assert_eq!(lacks, &[Reason::MissingTables(vec!["SigninLogs".to_owned()])]);
    let HuntOutcome::CannotRun(errs) = &of("errs").outcome else {
        panic!()
    };
    assert!(
        matches!(&errs[0], Reason::Query(found) if found.code.starts_with("SEM")),
        "{errs:?}"
    );
}
