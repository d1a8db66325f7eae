//! Generated pipelines over files of a lake give the same rows with all means of pruning and with none.

use std::cell::Cell;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use quarry_engine::{EngineConfig, LakeDatabase, MemoryDatabase, Pruning, QueryOptions, Session};
use quarry_schema::KqlType;
use quarry_storage::{ColumnOrigin, ColumnShape, HotPath, IngestOptions, Lake, TableCatalogue, TableShape, ingest};
use quarry_value::dynamic::Segment;

use super::tables::{T, U, domain};
use super::{compare, query};
use crate::choices::Choices;
use crate::{NOW, ask, cells, runtime};

/// The tables of the pipelines, with paths into their documents that files keep.
#[derive(Debug)]
struct Catalogue(&'static [&'static str]);

impl TableCatalogue for Catalogue {
    fn table(&self, name: &str) -> Option<TableShape> {
        let (columns, time, document) = match name {
            "T" => (T, Some("t"), "x"),
            "U" => (U, None, "w"),
            _ => return None,
        };
        let shape = |(name, ty): &(&str, KqlType)| ColumnShape {
            name: (*name).to_owned(),
            ty: *ty,
            origin: ColumnOrigin::Stored,
        };
        let path = |key: &&str| HotPath::whole(document, vec![Segment::Key((*key).to_owned())]);
        Some(TableShape {
            name: name.to_owned(),
            columns: columns.iter().map(shape).collect(),
            time: time.map(str::to_owned),
            hot: self.0.iter().map(path).collect(),
        })
    }

    fn spelling(&self, name: &str) -> Option<String> {
        self.names().into_iter().find(|known| known.eq_ignore_ascii_case(name))
    }

    fn names(&self) -> Vec<String> {
        vec!["T".to_owned(), "U".to_owned()]
    }

    fn closest(&self, _: &str) -> Option<String> {
        None
    }
}

/// Rows of a file as lines of JSON. Of each column it has some of the values only, so that there is something to leave out.
async fn lines(session: &Session, columns: &[(&str, KqlType)], choices: &mut Choices) -> String {
    let some: Vec<Vec<&str>> = columns
        .iter()
        .map(|(_, ty)| (0..2).map(|_| *choices.pick(domain(*ty))).collect())
        .collect();
    let header: Vec<String> = columns.iter().map(|(name, ty)| format!("{name}:{}", ty.name())).collect();
    let values: Vec<&str> = (0..12)
        .flat_map(|_| some.iter().map(|of| *choices.pick(of)).collect::<Vec<_>>())
        .collect();
    let rows = format!("datatable({})[{}]", header.join(", "), values.join(", "));
    let table = ask(session, &rows, &MemoryDatabase::new()).await.unwrap().swap_remove(0);
    let line = |row: Vec<String>| {
        let members = columns.iter().zip(row).map(|((name, _), cell)| format!("\"{name}\":{cell}"));
        format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
    };
    cells(&table).into_iter().map(line).collect()
}

/// A lake with several files of each table: without hot columns, with some, with all.
async fn lake(session: &Session, folder: &Path) -> LakeDatabase {
    let place = folder.join("lake").display().to_string();
    let mut choices = Choices::seeded(7);
    for number in 0..9 {
        let hot: &[&str] = [&[][..], &["a"], &["a", "b"]][number % 3];
        let lake = Lake::create_with(&place, Arc::new(Catalogue(hot))).await.unwrap();
        for (name, columns) in [("T", T), ("U", U)] {
            let file = folder.join(format!("{name}-{number}.json"));
            std::fs::write(&file, lines(session, columns, &mut choices).await).unwrap();
            let options = IngestOptions {
                table: Some(name.to_owned()),
                ..IngestOptions::default()
            };
            let report = ingest(&lake, &options, &[file.display().to_string()], Arc::new(|_| {}))
                .await
                .unwrap();
            assert_eq!((report.total_rows(), report.set_aside()), (12, 0), "{report:?}");
        }
    }
    let lake = Lake::create_with(&place, Arc::new(Catalogue(&["a", "b"]))).await.unwrap();
    LakeDatabase::open(&lake).await.unwrap()
}

fn session(pruning: Pruning) -> Session {
    let config = EngineConfig {
        memory: Some(1 << 30),
        // Rows come in the order of the files, which operators that number rows depend on.
        partitions: Some(1),
        pruning,
    };
    Session::new(&config).unwrap()
}

#[test]
fn pruning_changes_no_answer() {
    let runtime = runtime();
    let (none, all) = (session(Pruning::NONE), session(Pruning::default()));
    let folder = tempfile::tempdir().unwrap();
    let database = runtime.block_on(lake(&none, folder.path()));
    // As for optimization: the same pipelines every time, and new ones when CASES asks for some.
    let asked = std::env::var("CASES").ok().and_then(|cases| cases.parse().ok());
    let config = ProptestConfig {
        cases: asked.unwrap_or(60),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let counts = Cell::new((0, 0));
    let options = QueryOptions {
        now: Some(NOW),
        ..QueryOptions::default()
    };
    let outcome = runner.run(&proptest::collection::vec(any::<u32>(), 0..160), |numbers| {
        let text = query(&mut Choices::new(numbers));
        runtime
            .block_on(compare(("without pruning", &none), ("with it", &all), &text, &database))
            .map_err(TestCaseError::fail)?;
        let analysis = runtime.block_on(all.analyze(&text, &database, &options));
        let found = analysis.map(|analysis| analysis.scans).unwrap_or_default();
        let (scans, less) = counts.get();
        let fewer = found.iter().filter(|scan| scan.rows_out < scan.rows).count();
        counts.set((scans + found.len(), less + fewer));
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (scans, less) = counts.get();
    println!("{less} of {scans} scans read less than everything");
    assert!(less * 10 > scans, "{less} of {scans} scans read less than everything");
}
