//! Earlier states of tables.

use quarry_storage::{AsOf, OptimizeOptions};
use quarry_value::time::SECOND;

use super::{filled, optimized};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_as_they_were() {
    let fixture = filled(4).await;
    let rows = async |as_of| {
        fixture
            .lake
            .lake_table_as_of("Events", as_of)
            .await
            .unwrap()
            .map(|table| table.rows().unwrap())
    };
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    let history = fixture.lake.history("Events", 100).await.unwrap();
    let operations: Vec<&str> = history.iter().map(|commit| commit.operation.as_str()).collect();
    assert_eq!(operations.first(), Some(&"OPTIMIZE"));
    assert_eq!(operations.last(), Some(&"CREATE TABLE"));
    assert_eq!(
        (history[0].files_added, history[0].files_removed, history[0].rows_added),
        (1, 4, 24)
    );
    assert_eq!(fixture.lake.history("Events", 2).await.unwrap(), history[..2]);
    let writes: Vec<_> = history.iter().rev().filter(|commit| commit.operation == "WRITE").collect();
    assert_eq!(writes.len(), 4);
    assert!(writes.iter().all(|commit| (commit.rows_added, commit.inputs) == (6, 1)));
    for (number, commit) in writes.iter().enumerate() {
        let wanted = Some(6 * (number as u64 + 1));
        assert_eq!(rows(AsOf::Version(commit.version)).await, wanted);
        assert_eq!(rows(AsOf::Time(commit.at.unwrap())).await, wanted);
    }
    let created = history.last().unwrap().at.unwrap();
    assert_eq!(rows(AsOf::Time(created - SECOND)).await, None);
    assert_eq!(rows(AsOf::Time(created + 3600 * SECOND)).await, Some(24));
    assert_eq!(rows(AsOf::Version(0)).await, Some(0));
    let beyond = fixture.lake.lake_table_as_of("Events", AsOf::Version(99)).await.unwrap_err();
    assert!(beyond.to_string().contains("its newest version is"), "{beyond}");
    let then = fixture.lake.status_at(writes[1].at.unwrap()).await.unwrap();
    assert_eq!((then[0].rows, then[0].files), (12, 2));
    assert!(fixture.lake.status_at(created - SECOND).await.unwrap().is_empty());
}
