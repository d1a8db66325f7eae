//! Hunts as people run them answer the same by all means of pruning, without each of them and without any, over files with hot columns, without, and over
//! a mix of both.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quarry_engine::{EngineConfig, LakeDatabase, Pruning, QueryOptions, Session};
use quarry_simulator::{Scenario, write_exports};
use quarry_storage::{BuiltInCatalogue, IngestOptions, Lake, WithoutHotColumns, ingest};
use serde_json::Value;

use super::{bundled_hunts, page, query_of, rows, shared};

const EVENTS: u64 = 2_000;

/// What narrows a scan, in the words of those who hunt. The names are some that the tenant has.
const QUESTIONS: &[&str] = &[
    "CloudAppEvents | where RawEventData.UserId == '{who}' | project Timestamp, ActionType, tostring(RawEventData.ClientIP)",
    "CloudAppEvents | where RawEventData has '{who}' | summarize count() by ActionType",
    "CloudAppEvents | where tostring(RawEventData.UserId) in ('{who}', 'nobody@nowhere.example') | count",
    "CloudAppEvents | where RawEventData.UserId !in ('{who}') and isnotempty(RawEventData.Folders) | count",
    "CloudAppEvents | where tostring(RawEventData.UserId) startswith '{start}' | count",
    "EmailEvents | where RecipientEmailAddress =~ '{who}' and Timestamp > ago(7d) | project Timestamp, SenderFromAddress, Subject",
    "EmailEvents | where RecipientEmailAddress startswith '{start}' or Subject has 'notification' | count",
    "EmailEvents | where Subject has_any ('code', 'invoice') and bin(Timestamp, 1d) > ago(20d) | summarize count() by bin(Timestamp, 1d)",
    "AADSignInEventsBeta | where AccountUpn in~ ('{who}') and ErrorCode == 0 | summarize count() by IPAddress",
    "search in (CloudAppEvents, EmailEvents, AADSignInEventsBeta) '{who}' | summarize count() by $table",
    "search in (EmailEvents) 'zebra' | count",
];

/// The tenant's files in a lake, each with hot columns or without, as is said for its place in the list.
async fn lake(place: &Path, files: &[PathBuf], is_hot: impl Fn(usize) -> bool) -> LakeDatabase {
    let place = place.to_str().unwrap();
    let hot = Lake::create(place).await.unwrap();
    let cold = Lake::create_with(place, Arc::new(WithoutHotColumns(BuiltInCatalogue)))
        .await
        .unwrap();
    // One ingest each, so that they do not share data files.
    for (at, file) in files.iter().enumerate() {
        let into = if is_hot(at) { &hot } else { &cold };
        let names = [file.to_str().unwrap().to_owned()];
        ingest(into, &IngestOptions::default(), &names, Arc::new(|_| {})).await.unwrap();
    }
    LakeDatabase::open(&Lake::open(place).await.unwrap()).await.unwrap()
}

fn session(pruning: Pruning) -> Session {
    Session::new(&EngineConfig {
        memory: Some(1 << 30),
        partitions: Some(2),
        pruning,
    })
    .unwrap()
}

/// A value with the elements of its lists in an order of their own: sets and lists come in that of the rows.
fn ordered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(ordered).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, ordered(value))).collect(),
        other => other,
    }
}

async fn answer(session: &Session, database: &LakeDatabase, now: i64, query: &str) -> Vec<String> {
    let options = QueryOptions {
        now: Some(now),
        ..QueryOptions::default()
    };
    let outcome = session.query(query, database, &options).await;
    let outcome = outcome.unwrap_or_else(|error| panic!("{error}\n{query}"));
    let rows = rows(&outcome.tables[0])
        .into_iter()
        .map(|row| ordered(Value::Object(row)).to_string());
    let mut rows: Vec<String> = rows.collect();
    rows.sort();
    rows
}

/// Queries, and whether each means of pruning is tried for them by itself.
fn queries(who: &str) -> Vec<(String, bool)> {
    let start = who.get(..6).unwrap_or(who);
    let questions = QUESTIONS.iter().map(|text| text.replace("{who}", who).replace("{start}", start));
    let mut queries: Vec<(String, bool)> = questions.map(|query| (query, true)).collect();
    for path in bundled_hunts() {
        let text = std::fs::read_to_string(&path).unwrap();
        queries.push((query_of(path.to_str().unwrap(), &text), false));
    }
    if let Some(shared) = shared() {
        queries.push((query_of("sign-in", &page(&shared, "a7acfaf4-e03e-409d-a16e-dcde33f7dba3")), true));
        queries.push((query_of("mailbox", &page(&shared, "6a927d9a-66c3-4491-815d-a31d4bbb2948")), true));
    }
    queries
}

#[test]
fn hunts_answer_the_same_however_much_is_left_out() {
    crate::runtime().block_on(async {
        let scenario = Scenario::sized(EVENTS).normalised();
        let folder = tempfile::tempdir().unwrap();
        let exports = folder.path().join("exports");
        std::fs::create_dir_all(&exports).unwrap();
        write_exports(&scenario, &exports).unwrap();
        let mut files: Vec<PathBuf> = std::fs::read_dir(&exports).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() > 6, "{files:?}");
        let without = lake(&folder.path().join("without"), &files, |_| false).await;
        let with = lake(&folder.path().join("with"), &files, |_| true).await;
        let mixed = lake(&folder.path().join("mixed"), &files, |at| at % 2 == 0).await;

        let (none, all) = (session(Pruning::NONE), session(Pruning::default()));
        let each: Vec<(&str, Session)> = Pruning::NAMES
            .into_iter()
            .map(|name| (name, session(Pruning::default().without(name).unwrap())))
            .collect();
        let now = scenario.end_ticks;
        let who = "CloudAppEvents | summarize n = count() by who = tostring(RawEventData.UserId) | where who has '@' | top 1 by n asc | project who";
        let who: Value = serde_json::from_str(&answer(&none, &without, now, who).await[0]).unwrap();
        let (mut with_rows, mut asked) = (0, 0);
        for (query, by_itself) in queries(who["who"].as_str().unwrap()) {
            let expected = answer(&none, &without, now, &query).await;
            with_rows += usize::from(!expected.is_empty());
            asked += 1;
            for (name, database) in [("without", &without), ("with", &with), ("mixed", &mixed)] {
                assert_eq!(answer(&all, database, now, &query).await, expected, "lake {name}, all means: {query}");
            }
            assert_eq!(answer(&none, &mixed, now, &query).await, expected, "mixed lake, no means: {query}");
            for (means, session) in each.iter().filter(|_| by_itself) {
                assert_eq!(answer(session, &mixed, now, &query).await, expected, "mixed lake without {means}: {query}");
            }
        }
        assert!(with_rows * 3 > asked * 2, "{with_rows} of {asked} questions have an answer");
    });
}
