//! Vacuum deletes what nothing needs, and nothing else.

use quarry_storage::{AsOf, OptimizeOptions, TableVacuumed, VacuumOptions};
use quarry_value::time::{DAY, HOUR, MINUTE, system_now};

use super::super::support::Fixture;
use super::{ALL, filled, optimized};

fn in_days(days: i64, keep: i64) -> VacuumOptions {
    VacuumOptions {
        now: system_now() + days * DAY,
        keep: keep * DAY,
        ..VacuumOptions::default()
    }
}

async fn vacuumed(fixture: &Fixture, options: &VacuumOptions) -> TableVacuumed {
    let done = fixture.lake.vacuum(options).await.unwrap();
    done.into_iter().find(|table| table.table == "Events").unwrap()
}

fn data_files(fixture: &Fixture) -> usize {
    let entries = std::fs::read_dir(fixture.path("lake/Events")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().path().is_file()).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_have_left_go_when_their_time_has_come() {
    let fixture = filled(5).await;
    let before = fixture.events(&ALL).await;
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    assert_eq!(data_files(&fixture), 6);
    assert_eq!(
        vacuumed(&fixture, &in_days(6, 7)).await,
        TableVacuumed {
            table: "Events".to_owned(),
            ..TableVacuumed::default()
        }
    );
    // Longer than checkpoints remember what has left.
    assert_eq!(vacuumed(&fixture, &in_days(8, 9)).await.left, 0);
    let tried = VacuumOptions {
        dry_run: true,
        ..in_days(8, 7)
    };
    assert_eq!(vacuumed(&fixture, &tried).await.left, 5);
    assert_eq!(data_files(&fixture), 6);
    let as_it_was = fixture.lake.lake_table_as_of("Events", AsOf::Version(5)).await.unwrap().unwrap();
    assert_eq!(as_it_was.files().len(), 5);

    let done = vacuumed(&fixture, &in_days(8, 7)).await;
    assert_eq!((done.left, done.orphans), (5, 0));
    assert!(done.bytes > 0);
    assert_eq!(data_files(&fixture), 1);
    assert_eq!(fixture.events(&ALL).await, before);
    let gone = fixture
        .lake
        .lake_table_as_of("Events", AsOf::Version(5))
        .await
        .unwrap_err()
        .to_string();
    assert_eq!(
        gone,
        "table `Events` cannot be read as of version 5: vacuum has removed 5 of its 5 files"
    );
    assert_eq!(vacuumed(&fixture, &in_days(8, 7)).await.left, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orphans_go() {
    let fixture = filled(2).await;
    let before = fixture.events(&ALL).await;
    let folder = fixture.path("lake/Events");
    std::fs::create_dir_all(folder.join("_other")).unwrap();
    for name in ["part-x.zstd.parquet", "part-y.zstd.parquet#1", "_other/x.parquet", "notes.txt"] {
        std::fs::write(folder.join(name), "x").unwrap();
    }
    assert_eq!(vacuumed(&fixture, &in_days(0, 7)).await.orphans, 0, "they are young");
    let done = vacuumed(&fixture, &in_days(8, 7)).await;
    assert_eq!((done.left, done.orphans), (0, 2));
    assert!(folder.join("notes.txt").exists() && folder.join("_other/x.parquet").exists());
    assert!(!folder.join("part-x.zstd.parquet").exists() && !folder.join("part-y.zstd.parquet#1").exists());
    assert_eq!(fixture.events(&ALL).await, before);
}

#[tokio::test]
async fn there_is_a_least_time_to_keep() {
    let fixture = filled(1).await;
    let options = VacuumOptions {
        keep: HOUR - MINUTE,
        ..VacuumOptions::default()
    };
    assert!(
        fixture
            .lake
            .vacuum(&options)
            .await
            .unwrap_err()
            .to_string()
            .contains("an hour at least")
    );
}
