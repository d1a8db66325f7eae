//! Filters on paths into documents leave out what filters on columns of text do, in files that keep the values beside the documents; and in a mix with
//! files that do not, no answer depends on it.

use std::sync::Arc;

use quarry_engine::{LakeDatabase, Pruning, QueryOptions, ScanReport, Session};
use quarry_storage::{BuiltInCatalogue, Lake, OptimizeOptions, WithoutHotColumns};

use super::asked::{self, opened, put, session};

const DAYS: u32 = 6;
const HOURS: u32 = 24;
/// The first days' files have no hot columns.
const COLD_DAYS: u32 = 3;

struct Archive {
    database: LakeDatabase,
    lake: Lake,
    _folder: tempfile::TempDir,
}

/// A file a day and a row an hour. Of `UserKey` some values are numbers.
async fn archive() -> Archive {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("lake").display().to_string();
    let cold = Lake::create_with(&place, Arc::new(WithoutHotColumns(BuiltInCatalogue)))
        .await
        .unwrap();
    let lake = Lake::create(&place).await.unwrap();
    for day in 1..=DAYS {
        let mut rows = String::new();
        for hour in 0..HOURS {
            let key = if hour % 5 == 0 {
                format!("{day}{hour:02}")
            } else {
                format!("\"key {day} {hour:02}\"")
            };
            let status = if hour % 2 == 0 { ",\"ResultStatus\":\"Succeeded\"" } else { "" };
            rows.push_str(&format!(
                "{{\"Timestamp\":\"2024-05-{day:02}T{hour:02}:30:00Z\",\"ActionType\":\"Send\",\"RawEventData\":{{\"UserId\":\"user{hour:02}@day{day}.example\",\
                 \"ObjectId\":\"object of day {day} at {hour:02}\",\"UserKey\":{key},\"Folders\":[{{\"Path\":\"\\\\Folder{day}\"}}]{status}}}}}\n"
            ));
        }
        let into = if day <= COLD_DAYS { &cold } else { &lake };
        put(into, folder.path(), &format!("{day}/CloudAppEvents.json"), &rows).await;
    }
    Archive {
        database: LakeDatabase::open(&lake).await.unwrap(),
        lake,
        _folder: folder,
    }
}

async fn rows(session: &Session, database: &LakeDatabase, query: &str) -> Vec<String> {
    asked::rows(session, database, &QueryOptions::default(), query).await
}

async fn scan(pruning: Pruning, database: &LakeDatabase, query: &str) -> ScanReport {
    let analysis = asked::analysis(&session(pruning), database, &QueryOptions::default(), query).await;
    analysis.scans.into_iter().next().unwrap()
}

/// Row groups of which rows are read; every file has one.
fn read(scan: &ScanReport) -> usize {
    opened(scan) - scan.row_groups_pruned_by_statistics - scan.row_groups_pruned_by_bloom
}

/// Conditions, the rows for which they hold, the files whose rows are read for it with all means, and without terms: then only files with hot columns
/// tell.
const CONDITIONS: &[(&str, usize, usize, usize)] = &[
    ("RawEventData.UserId == 'user07@day5.example'", 1, 1, 4),
    ("RawEventData.UserId == 'user07@day2.example'", 1, 1, 3),
    ("RawEventData['UserId'] =~ 'USER07@day5.example'", 1, 1, 6),
    (
        "tostring(RawEventData.UserId) in ('user07@day5.example', 'user08@day6.example')",
        2,
        2,
        5,
    ),
    ("RawEventData.UserId in~ ('user07@day5.example')", 1, 1, 6),
    ("RawEventData.UserId has 'day5'", 24, 1, 6),
    ("RawEventData.UserId has_any ('day4', 'day1')", 48, 2, 6),
    ("RawEventData.UserId startswith 'user07@day4.ex'", 1, 1, 6),
    ("tolower(tostring(RawEventData.UserId)) == 'user07@day4.example'", 1, 1, 6),
    ("RawEventData.ObjectId == 'object of day 5 at 07'", 1, 1, 4),
    ("RawEventData.ObjectId == 'nothing of the kind'", 0, 0, 3),
    ("RawEventData.ObjectId != 'object of day 5 at 07'", 143, 6, 6),
    ("RawEventData.ResultStatus == 'Succeeded'", 72, 6, 6),
    ("tostring(RawEventData.ResultStatus) == ''", 72, 6, 6),
    ("isnotempty(RawEventData.Folders)", 144, 6, 6),
    ("isempty(RawEventData.ResultStatus)", 72, 6, 6),
    ("RawEventData.ResultStatus == 'Failed'", 0, 0, 3),
    ("RawEventData.UserKey == 'key 5 07'", 1, 1, 4),
    ("RawEventData.UserKey == 505", 1, 4, 4),
    ("RawEventData.UserKey == 205", 1, 3, 3),
    ("505 == RawEventData.UserKey", 1, 4, 4),
    ("RawEventData.UserKey > 600", 4, 4, 4),
    ("RawEventData.UserKey <= 105", 2, 3, 3),
    ("RawEventData.UserKey != 505", 143, 6, 6),
    ("not(RawEventData.UserKey > 600)", 26, 6, 6),
    ("isnull(RawEventData.UserKey > 600)", 114, 6, 6),
    ("RawEventData.UserKey == 505.0", 1, 6, 6),
    ("tostring(RawEventData.UserKey) == '505'", 1, 1, 4),
    ("tostring(RawEventData.UserKey) in ('505', '610', 'key 1 01')", 3, 3, 5),
    ("tostring(RawEventData.UserKey) !in ('505', 'key 5 07')", 142, 6, 6),
    ("RawEventData.Folders has 'Folder4'", 24, 1, 6),
    ("RawEventData.Folders[0].Path has 'Folder4'", 24, 1, 6),
    ("not(RawEventData.UserId == 'user07@day5.example')", 143, 6, 6),
    (
        "RawEventData.UserId == 'user07@day5.example' or RawEventData.ObjectId == 'object of day 4 at 01'",
        2,
        2,
        6,
    ),
];

#[test]
fn hot_columns_prune_like_columns() {
    crate::runtime().block_on(async {
        let archive = archive().await;
        let without_terms = Pruning::default().without("terms").unwrap();
        let mut wrong = Vec::new();
        let ask = |condition: &str| format!("CloudAppEvents | where {condition} | project Timestamp, RawEventData.UserId");
        for (condition, count, with, without) in CONDITIONS {
            let query = ask(condition);
            let all = rows(&session(Pruning::NONE), &archive.database, &query).await;
            assert_eq!(all.len(), *count, "{condition}");
            for pruning in [Pruning::default(), without_terms] {
                assert_eq!(rows(&session(pruning), &archive.database, &query).await, all, "{condition}");
            }
            let found = (
                read(&scan(Pruning::default(), &archive.database, &query).await),
                read(&scan(without_terms, &archive.database, &query).await),
            );
            if found != (*with, *without) {
                wrong.push(format!("{found:?}, not {:?}: {condition}", (with, without)));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));

        // Written anew with hot columns, all files tell.
        let table = archive.lake.lake_table("CloudAppEvents").await.unwrap().unwrap();
        let options = OptimizeOptions {
            // Each is large enough to stay by itself.
            target_bytes: table.files().iter().map(|file| file.bytes).max().unwrap(),
            ..OptimizeOptions::default()
        };
        archive.lake.optimize(&options, Arc::new(|_| {})).await.unwrap();
        let database = LakeDatabase::open(&archive.lake).await.unwrap();
        for (condition, ..) in CONDITIONS {
            let query = ask(condition);
            let all = rows(&session(Pruning::NONE), &archive.database, &query).await;
            for pruning in [Pruning::NONE, Pruning::default(), without_terms] {
                assert_eq!(rows(&session(pruning), &database, &query).await, all, "{condition}");
            }
        }
        let one = scan(without_terms, &database, &ask("RawEventData.UserId == 'user07@day2.example'")).await;
        assert!(one.files > 2 && read(&one) == 1, "{one:?}");
    });
}

#[test]
fn the_time_of_ingestion_prunes_files() {
    crate::runtime().block_on(async {
        let archive = archive().await;
        let times = "CloudAppEvents | summarize by Time = ingestion_time() | sort by Time asc | project tostring(Time)";
        let times = rows(&session(Pruning::default()), &archive.database, times).await;
        assert!(times.len() > 3, "{times:?}");
        let third = times[2].trim().trim_matches('"').to_owned();
        let query = format!("CloudAppEvents | where ingestion_time() <= datetime({third}) | project Timestamp");
        let all = rows(&session(Pruning::NONE), &archive.database, &query).await;
        assert_eq!(all.len(), 3 * 24);
        assert_eq!(rows(&session(Pruning::default()), &archive.database, &query).await, all);
        let report = scan(Pruning::default(), &archive.database, &query).await;
        assert_eq!((report.files_pruned_by_statistics, opened(&report)), (3, 3), "{report:?}");
        // Rows of several commits in one file: what the file says of each of them counts.
        archive.lake.optimize(&OptimizeOptions::default(), Arc::new(|_| {})).await.unwrap();
        let database = LakeDatabase::open(&archive.lake).await.unwrap();
        assert_eq!(rows(&session(Pruning::default()), &database, &query).await, all);
        let none = "CloudAppEvents | where ingestion_time() < ago(1d) | project Timestamp";
        assert_eq!(opened(&scan(Pruning::default(), &database, none).await), 0);
    });
}
