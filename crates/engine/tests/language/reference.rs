//! Runs the example of every declared function and operator, and holds `docs/reference` to the declarations and to the answers.
//!
//! `UPDATE=1 cargo test -p quarry-engine --test language reference` writes the pages; read the difference before you commit it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use quarry_engine::{MemoryDatabase, OutsideData, QueryOptions, ResultTable, Session};
use quarry_schema::reference::{Answer, AnswerTable, TABLES, pages};
use quarry_storage::outside::{DataEntry, DataFile, DataKind};

use crate::{NOW, cells, config, database, runtime};

/// What a construct that is declared and does not run is refused with; every other error is a mistake in the example.
const REFUSALS: &[&str] = &["Q0001", "Q0010", "Q0100", "Q0103"];

#[test]
fn the_reference_is_up_to_date_and_every_example_runs() {
    let runtime = runtime();
    // One partition, so that rows without an order come in the same one every time.
    let session = Session::new(&config(1)).unwrap();
    let mut wrong = String::new();
    let folder = tempfile::tempdir().unwrap();
    let database = runtime.block_on(database(&session, TABLES)).with_outside(outside(folder.path()));
    let pages = pages(|query| runtime.block_on(answer(&session, query, &database, &mut wrong)));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference");
    let update = std::env::var_os("UPDATE").is_some();
    let mut expected = BTreeSet::new();
    let mut stale = Vec::new();
    for page in pages {
        let path = root.join(&page.path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(page.text.as_str()) {
            if update {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, &page.text).unwrap();
            } else {
                stale.push(page.path.clone());
            }
        }
        expected.insert(path);
    }
    for path in files(&root) {
        if !expected.contains(&path) {
            if update {
                std::fs::remove_file(&path).unwrap();
            } else {
                stale.push(path.display().to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(
        stale.is_empty(),
        "out of date: {}; renew them with UPDATE=1 cargo test -p quarry-engine --test language reference",
        stale.join(", ")
    );
}

/// Local files for the examples that read data from outside.
fn outside(folder: &Path) -> OutsideData {
    let mut data = OutsideData::default();
    let files = [
        (DataKind::File, "addresses.csv", "10.0.0.1\n10.0.0.2\n"),
        (DataKind::Watchlist, "HighValueAssets", "Host,Owner\nsrv-01,ann\n"),
        (
            DataKind::Profiles,
            "profiles",
            "SHA1,GlobalPrevalence,Signer\n2fd4e1c67a2d28fced849ee1bb76e7391b93eb12,12,Contoso\n",
        ),
    ];
    for (kind, name, text) in files {
        let path = folder.join(format!("{name}.csv"));
        std::fs::write(&path, text).unwrap();
        let mut entry = DataEntry::new(kind, name, &path);
        entry.added = NOW;
        data.register.add(DataFile::open(entry, path, None).unwrap());
    }
    data
}

async fn answer(session: &Session, query: &str, database: &MemoryDatabase, wrong: &mut String) -> Answer {
    let options = QueryOptions {
        now: Some(NOW),
        ..QueryOptions::default()
    };
    match session.query(query, database, &options).await {
        Ok(outcome) => Answer::Tables(outcome.tables.iter().map(table).collect()),
        Err(error) => {
            let refused = error
                .diagnostics
                .iter()
                .find(|diagnostic| REFUSALS.contains(&diagnostic.code.as_ref()) || diagnostic.message.ends_with(" is not supported"));
            if refused.is_none() {
                wrong.push_str(&format!("{query}\n  {error}\n"));
            }
            Answer::Refused(refused.map(|diagnostic| diagnostic.message.clone()).unwrap_or_default())
        }
    }
}

fn table(table: &ResultTable) -> AnswerTable {
    // Texts come in quotes; a dynamic text has its own inside.
    let plain = |cell: String| serde_json::from_str::<String>(&cell).unwrap_or(cell);
    AnswerTable {
        columns: table.columns.iter().map(|column| (column.name.clone(), column.ty)).collect(),
        rows: cells(table).into_iter().map(|row| row.into_iter().map(plain).collect()).collect(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
