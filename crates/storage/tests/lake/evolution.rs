//! The catalogue learns new columns; tables that exist follow.

use datafusion::prelude::SessionConfig;
use quarry_schema::KqlType;
use quarry_storage::IngestOptions;

use super::support::{Fixture, ingest_into, query};

#[tokio::test]
async fn new_columns_join_old_files() {
    let fixture = Fixture::new().await;
    fixture
        .ingest_text(
            "Events.json",
            "{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":1,\"City\":\"Bonn\"}\n",
        )
        .await;
    let more = vec![("City", KqlType::String), ("Arrived", KqlType::DateTime)];
    let lake = fixture.reopened(more).await;
    // The old file alone: the new columns read as nothing.
    let columns = ["Key", "City", "Arrived", "_extra"];
    let old = query(&lake, "Events", &columns, None, SessionConfig::new()).await;
    assert_eq!(old, [["1", "", "null", "{\"City\":\"Bonn\"}"]]);
    let name = fixture.file(
        "new/Events.json",
        "{\"Timestamp\":\"2024-05-02T10:00:00Z\",\"Key\":2,\"City\":\"Ulm\",\"Arrived\":\"2024-05-02T11:00:00.0000001Z\"}\n",
    );
    ingest_into(&lake, &[&name], IngestOptions::default()).await;
    let arrived = super::support::ticks("2024-05-02T11:00:00.0000001Z").to_string();
    assert_eq!(
        query(&lake, "Events", &columns, None, SessionConfig::new()).await,
        [["1", "", "null", "{\"City\":\"Bonn\"}"], ["2", "Ulm", &arrived, "null"]]
    );
    // A catalogue without them still shows what the table has.
    let older = fixture.reopened(Vec::new()).await;
    assert_eq!(
        query(&older, "Events", &["Key", "City"], None, SessionConfig::new()).await,
        [["1", ""], ["2", "Ulm"]]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_with_different_catalogues_at_once() {
    let fixture = Fixture::new().await;
    let names = ["A", "B", "C", "D"];
    let writers = names.iter().enumerate().map(|(n, name)| {
        let file = fixture.file(
            &format!("{n}/Events.json"),
            format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{n},\"{name}\":\"{n}\"}}\n"),
        );
        let lake = fixture.reopened(vec![(name, KqlType::String)]);
        async move { ingest_into(&lake.await, &[&file], IngestOptions::default()).await.total_rows() }
    });
    assert_eq!(futures::future::join_all(writers).await, [1, 1, 1, 1]);
    let found = fixture.events(&["Key", "A", "B", "C", "D"]).await;
    assert_eq!(
        found,
        [
            ["0", "0", "", "", ""],
            ["1", "", "1", "", ""],
            ["2", "", "", "2", ""],
            ["3", "", "", "", "3"]
        ]
    );
}
