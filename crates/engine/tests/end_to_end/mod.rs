//! From exported logs to findings, held against a calculation that knows neither KQL nor the engine.

mod asked;
mod evidence;
mod hot;
mod hot_lists;
mod hot_pruning;
mod kinds;
mod pruned_hunts;
mod pruning;
mod tables;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quarry_content::load_text;
use quarry_engine::{EngineConfig, LakeDatabase, QueryOptions, ResultTable, Session};
use quarry_simulator::reference::{Records, bundled, seed_email_signin, seed_mailbox};
use quarry_simulator::{Scenario, Table, World, write_exports};
use quarry_storage::{IngestOptions, Lake, ingest};
use quarry_value::wire;
use serde_json::Value;

/// A tenant small enough for a debug build, with all the intrusions and look-alikes.
const EVENTS: u64 = 6_000;

struct Tenant {
    session: Session,
    database: LakeDatabase,
    records: Records,
    now: i64,
    _folder: tempfile::TempDir,
}

async fn tenant() -> Tenant {
    let scenario = Scenario::sized(EVENTS).normalised();
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("exports");
    std::fs::create_dir_all(&exports).unwrap();
    write_exports(&scenario, &exports).unwrap();
    let database = lake_of(&exports, &folder.path().join("lake")).await;

    let world = World::new(&scenario);
    let mut records = Records::default();
    for table in Table::ALL {
        for day in 0..scenario.days {
            world.write_day(table, day, &mut |json| records.add(table.name(), json).unwrap());
        }
    }
    let session = Session::new(&EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(2),
        ..EngineConfig::default()
    })
    .unwrap();
    Tenant {
        session,
        database,
        records,
        now: scenario.end_ticks,
        _folder: folder,
    }
}

async fn lake_of(logs: &Path, place: &Path) -> LakeDatabase {
    let lake = Lake::create(place.to_str().unwrap()).await.unwrap();
    let names = [logs.to_str().unwrap().to_owned()];
    ingest(&lake, &IngestOptions::default(), &names, Arc::new(|_| {})).await.unwrap();
    LakeDatabase::open(&lake).await.unwrap()
}

impl Tenant {
    async fn run(&self, query: &str) -> Vec<serde_json::Map<String, Value>> {
        let options = QueryOptions {
            now: Some(self.now),
            ..QueryOptions::default()
        };
        let outcome = self
            .session
            .query(query, &self.database, &options)
            .await
            .unwrap_or_else(|error| panic!("{error}\n{query}"));
        rows(&outcome.tables[0])
    }
}

fn rows(table: &ResultTable) -> Vec<serde_json::Map<String, Value>> {
    let mut found = Vec::new();
    for batch in &table.batches {
        for row in 0..batch.num_rows() {
            let mut object = serde_json::Map::new();
            for (position, column) in table.columns.iter().enumerate() {
                let mut cell = String::new();
                wire::cell(batch.column(position), column.ty, row, &mut cell);
                object.insert(column.name.clone(), serde_json::from_str(&cell).unwrap());
            }
            found.push(object);
        }
    }
    found
}

fn text(row: &serde_json::Map<String, Value>, column: &str) -> String {
    row[column].as_str().unwrap_or_else(|| panic!("{column} of {row:?}")).to_owned()
}

fn set(row: &serde_json::Map<String, Value>, column: &str) -> BTreeSet<String> {
    row[column]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

/// The files of the bundled hunts, without what lies beside them.
fn bundled_hunts() -> Vec<PathBuf> {
    let content = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let files = std::fs::read_dir(content).unwrap().map(|entry| entry.unwrap().path());
    let is_hunt = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.ends_with(".yaml") && !name.ends_with(".quarry.yaml")
    };
    files.filter(is_hunt).collect()
}

/// The folder of reference material beside the repository, where there is one.
fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("QUARRY_SHARED")
        .map_or(Some(beside), |folder| Some(PathBuf::from(folder)))
        .filter(|folder| folder.is_dir())
}

/// The published page of a hunt, as text.
fn page(shared: &Path, id: &str) -> String {
    let pages = std::fs::read_dir(shared.join("seeds")).unwrap();
    pages
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .find(|text| text.contains(id))
        .unwrap()
}

fn query_of(name: &str, text: &str) -> String {
    let document = load_text(name, text);
    document
        .hunts
        .first()
        .unwrap_or_else(|| panic!("{name}: {:?}", document.diagnostics))
        .query
        .text
        .clone()
}

#[test]
fn bundled_hunts_find_what_the_calculation_finds() {
    super::runtime().block_on(async {
        let tenant = tenant().await;
        let mut ran = 0;
        for path in bundled_hunts() {
            let text = std::fs::read_to_string(&path).unwrap();
            let document = load_text(path.to_str().unwrap(), &text);
            let hunt = &document.hunts[0];
            let id = hunt.id.clone();
            let expected = bundled::entities(&id, &tenant.records, tenant.now).expect("the calculation knows every bundled hunt");
            let found = tenant.run(&hunt.query.text).await;
            // The entity is whatever column holds it: its values are compared without the column's name.
            let cells: BTreeSet<String> = found
                .iter()
                .flat_map(|row| row.values())
                .filter_map(Value::as_str)
                .map(str::to_lowercase)
                .collect();
            for entity in &expected {
                assert!(cells.contains(&entity.to_lowercase()), "{}: {entity} is not found", path.display());
            }
            assert!(
                expected.len() <= found.len(),
                "{}: {} rows for {} entities",
                path.display(),
                found.len(),
                expected.len()
            );
            assert_eq!(expected.is_empty(), found.is_empty(), "{}", path.display());
            ran += 1;
        }
        assert!(ran >= 8, "the bundled hunts were not found");
    });
}

#[test]
fn the_published_pages_find_what_the_calculation_finds() {
    let Some(shared) = shared() else {
        println!("skipped: the published pages are not beside this repository");
        return;
    };
    super::runtime().block_on(async {
        let tenant = tenant().await;

        let expected = seed_email_signin(&tenant.records);
        assert!(!expected.is_empty());
        let mut found = tenant
            .run(&query_of("sign-in", &page(&shared, "a7acfaf4-e03e-409d-a16e-dcde33f7dba3")))
            .await;
        found.sort_by_key(|row| (text(row, "Timestamp"), text(row, "ReportId")));
        assert_eq!(found.len(), expected.len());
        for (row, finding) in found.iter().zip(&expected) {
            assert_eq!(text(row, "AccountUpn"), finding.account_upn);
            assert_eq!(text(row, "AccountObjectId"), finding.account_object_id);
            assert_eq!(text(row, "IPAddress"), finding.ip_address);
            assert_eq!(text(row, "RequestId"), finding.request_id);
            assert_eq!(row["RiskLevelDuringSignIn"], 100);
        }

        let expected = seed_mailbox(&tenant.records, tenant.now);
        assert!(!expected.is_empty());
        let found = tenant
            .run(&query_of("mailbox", &page(&shared, "6a927d9a-66c3-4491-815d-a31d4bbb2948")))
            .await;
        assert_eq!(found.len(), expected.len());
        for finding in &expected {
            let row = found
                .iter()
                .find(|row| text(row, "UserId") == finding.user_id)
                .unwrap_or_else(|| panic!("{}", finding.user_id));
            assert_eq!(row["FolderCount"], finding.folder_count);
            assert_eq!(row["UserCount"], finding.user_count);
            assert_eq!(text(row, "Reason"), finding.reason);
            assert_eq!(set(row, "foldersPathSet"), finding.folders_path_set);
            assert_eq!(set(row, "ClientInfoStringSet"), finding.client_info_string_set);
            assert_eq!(set(row, "ClientIPSet"), finding.client_ip_set);
            assert_eq!(set(row, "MailBoxGuidSet"), finding.mail_box_guid_set);
            assert_eq!(set(row, "MailboxOwnerUPNSet"), finding.mailbox_owner_upn_set);
        }
        let counts: Vec<i64> = found.iter().map(|row| row["UserCount"].as_i64().unwrap()).collect();
        assert!(
            counts.is_sorted_by(|left, right| left >= right),
            "sorted by UserCount, largest first: {counts:?}"
        );
    });
}

/// The recording holds one MailItemsAccessed, by the mailbox's owner, whose folders are no JSON: the page must find nothing in it.
#[test]
fn a_real_recording_without_foreign_access_has_no_findings() {
    let Some(shared) = shared() else {
        println!("skipped: the recording is not beside this repository");
        return;
    };
    super::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let database = lake_of(&shared.join("data/golden-saml"), &folder.path().join("lake")).await;
        let session = Session::new(&EngineConfig {
            memory: Some(1 << 30),
            partitions: Some(2),
            ..EngineConfig::default()
        })
        .unwrap();
        let recorded = quarry_value::parse::datetime("2021-08-03").unwrap();
        let options = QueryOptions {
            now: Some(recorded),
            ..QueryOptions::default()
        };

        let seen = "CloudAppEvents | where ActionType == 'MailItemsAccessed' | count";
        let outcome = session.query(seen, &database, &options).await.unwrap();
        assert_eq!(rows(&outcome.tables[0])[0]["Count"], 1, "the one access is in the lake");

        let query = query_of("mailbox", &page(&shared, "6a927d9a-66c3-4491-815d-a31d4bbb2948"));
        let outcome = session.query(&query, &database, &options).await.unwrap();
        assert_eq!(outcome.tables[0].row_count(), 0);

        // There is no mail in the recording: the other page cannot run, and says what is missing.
        let query = query_of("sign-in", &page(&shared, "a7acfaf4-e03e-409d-a16e-dcde33f7dba3"));
        let error = session.query(&query, &database, &options).await.unwrap_err();
        assert!(
            error
                .diagnostics
                .iter()
                .any(|diagnostic| diagnostic.code == "Q0004" && diagnostic.message.contains("EmailEvents")),
            "{error}"
        );
    });
}
