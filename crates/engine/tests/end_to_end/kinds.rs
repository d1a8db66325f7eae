//! Rows of a kind lie together in their file, so that who asks for one kind reads few pages of the others; no answer depends on how they lie.

use std::fmt::Write as _;
use std::sync::Arc;

use quarry_engine::{LakeDatabase, Pruning, QueryOptions, ScanReport};
use quarry_storage::{Lake, OptimizeOptions};

use super::asked::{analysis, put, rows, session};

/// Rows of a day: several pages of every column, in one file or several that an ingest makes of it.
const ROWS: usize = 36_000;
/// Rows of a day where many queries are asked.
const FEWER: usize = 6_000;
/// One row in so many is of the kind that is asked for.
const EVERY: usize = 12;

/// Rows of one day in order of time; `kind` names the kind of each, if it has one.
fn day(day: usize, rows: usize, kind: impl Fn(usize) -> Option<String>) -> String {
    let mut text = String::new();
    for row in 0..rows {
        let (hour, minute, second) = (row / 3_600 + 1, row / 60 % 60, row % 60);
        let kind = kind(row).map(|kind| format!(",\"ActionType\":\"{kind}\"")).unwrap_or_default();
        writeln!(
            text,
            "{{\"Timestamp\":\"2024-05-{day:02}T{hour:02}:{minute:02}:{second:02}Z\",\"AccountId\":\"{day}-{row}\"{kind},\"RawEventData\":{{\"UserId\":\"u{}\"}}}}",
            row % 100
        )
        .unwrap();
    }
    text
}

fn usual(row: usize) -> Option<String> {
    Some(match row % EVERY {
        0 => "MailItemsAccessed".to_owned(),
        other => format!("Other{}", other % 4),
    })
}

const QUERIES: &[&str] = &[
    "CloudAppEvents | where ActionType == 'MailItemsAccessed' | project Timestamp, AccountId, RawEventData.UserId",
    "CloudAppEvents | where ActionType == 'MailItemsAccessed' and RawEventData.UserId == 'u24' | project AccountId, RawEventData",
    "CloudAppEvents | where ActionType in ('MailItemsAccessed', 'Other3') and Timestamp > datetime(2024-05-01 09:00) | project AccountId",
    "CloudAppEvents | where Timestamp between (datetime(2024-05-01 03:00) .. datetime(2024-05-02 02:10)) | project AccountId, ActionType",
    "CloudAppEvents | where isempty(ActionType) and RawEventData.UserId == 'u7' | project AccountId",
    "CloudAppEvents | where ActionType startswith 'Kind12' | project AccountId, ActionType",
    "CloudAppEvents | where ActionType != 'Other1' | summarize count(), min(Timestamp), max(Timestamp) by ActionType",
];

async fn same_with_and_without_pruning(database: &LakeDatabase) -> Vec<Vec<String>> {
    let options = QueryOptions::default();
    let mut answers = Vec::new();
    for query in QUERIES {
        let all = rows(&session(Pruning::NONE), database, &options, query).await;
        let some = rows(&session(Pruning::default()), database, &options, query).await;
        assert!(some == all, "{query}: {} rows, not {}", some.len(), all.len());
        answers.push(all);
    }
    answers
}

async fn scan(database: &LakeDatabase, query: &str) -> ScanReport {
    let pruning = Pruning::default().without("terms").unwrap();
    let analysis = analysis(&session(pruning), database, &QueryOptions::default(), query).await;
    analysis.scans.into_iter().next().unwrap()
}

#[test]
fn a_kind_is_read_without_the_others() {
    super::super::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
        put(&lake, folder.path(), "1/CloudAppEvents.json", &day(1, ROWS, usual)).await;
        let database = LakeDatabase::open(&lake).await.unwrap();
        same_with_and_without_pruning(&database).await;

        let kind = scan(&database, QUERIES[0]).await;
        assert_eq!(kind.rows, ROWS, "{kind:?}");
        assert!(
            kind.rows_out >= ROWS / EVERY && kind.rows_out + kind.rows_pruned_by_pages <= ROWS,
            "{kind:?}"
        );
        // The rows of the kind fill less than a page of a file, which may lie across the end of one.
        assert!(kind.pages_pruned + 2 * kind.files >= kind.pages, "{kind:?}");
        assert!(kind.rows_pruned_by_pages * 2 > ROWS, "{kind:?}");
    });
}

#[test]
fn answers_do_not_depend_on_how_rows_lie() {
    super::super::runtime().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let lake = Lake::create(folder.path().join("lake").to_str().unwrap()).await.unwrap();
        put(&lake, folder.path(), "1/CloudAppEvents.json", &day(1, FEWER, usual)).await;
        // Too many kinds to lie together, no kind, and some without one.
        put(
            &lake,
            folder.path(),
            "2/CloudAppEvents.json",
            &day(2, FEWER, |row| Some(format!("Kind{}", row % 1_000))),
        )
        .await;
        put(&lake, folder.path(), "3/CloudAppEvents.json", &day(3, FEWER, |_| None)).await;
        put(
            &lake,
            folder.path(),
            "4/CloudAppEvents.json",
            &day(4, FEWER, |row| usual(row).filter(|_| row % 7 > 0)),
        )
        .await;
        let database = LakeDatabase::open(&lake).await.unwrap();
        let before = same_with_and_without_pruning(&database).await;
        assert!(before.iter().all(|rows| !rows.is_empty()));
        let many = scan(
            &database,
            "CloudAppEvents | where Timestamp between (datetime(2024-05-02 02:20) .. datetime(2024-05-02 23:00)) | project AccountId",
        )
        .await;
        let opened = many.rows - many.rows_pruned_by_file_statistics;
        assert!(
            many.rows_pruned_by_pages * 2 > opened,
            "rows of many kinds lie in order of time: {many:?}"
        );

        let table = lake.lake_table("CloudAppEvents").await.unwrap().unwrap();
        let bytes: u64 = table.files().iter().map(|file| file.bytes).sum();
        for target_bytes in [bytes, bytes * 2] {
            let options = OptimizeOptions {
                target_bytes,
                ..OptimizeOptions::default()
            };
            lake.optimize(&options, Arc::new(|_| {})).await.unwrap();
            let database = LakeDatabase::open(&lake).await.unwrap();
            assert_eq!(same_with_and_without_pruning(&database).await, before);
        }
    });
}
