//! Rows that are too old go, all of them and no others.

use std::sync::Arc;

use datafusion::logical_expr::lit;
use datafusion::prelude::{SessionConfig, col};
use quarry_storage::{OptimizeOptions, Retention, TableOptimized};

use super::super::support::{Fixture, query, ticks};
use super::{ALL, filled, optimized};

fn at(now: &str) -> OptimizeOptions {
    OptimizeOptions {
        now: ticks(now),
        ..OptimizeOptions::default()
    }
}

async fn applied(fixture: &Fixture, options: &OptimizeOptions) -> TableOptimized {
    let done = fixture.lake.apply_retention(options, Arc::new(|_| {})).await.unwrap();
    done.into_iter().find(|table| table.table == "Events").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_too_old_go() {
    let fixture = filled(9).await;
    let before = fixture.events(&ALL).await;
    assert!(!applied(&fixture, &at("2024-05-20")).await.changed(), "nothing is said yet");
    fixture.lake.set_retention("Events", "5d".parse().unwrap()).await.unwrap();
    assert_eq!(fixture.lake.retention("Events").await.unwrap(), Retention::Hours(120));
    assert_eq!(fixture.events(&ALL).await, before, "it stays until it is applied");

    let cutoff = ticks("2024-05-15");
    let young = |row: &&Vec<String>| row[1].parse::<i64>().map_or(true, |time| time >= cutoff);
    let expected: Vec<Vec<String>> = before.iter().filter(young).cloned().collect();
    assert!(expected.len() < before.len() && expected.len() > 9);
    let told = applied(
        &fixture,
        &OptimizeOptions {
            dry_run: true,
            ..at("2024-05-20")
        },
    )
    .await;
    assert!(told.expired > 0);
    assert_eq!(fixture.events(&ALL).await, before);
    let done = applied(&fixture, &at("2024-05-20")).await;
    assert_eq!(done.expired, (before.len() - expected.len()) as u64);
    assert_eq!(fixture.events(&ALL).await, expected);
    assert!(!applied(&fixture, &at("2024-05-20")).await.changed(), "all are gone");
    // The same with everything in one file, and on the way of optimizing.
    optimized(&fixture.lake, at("2024-05-20")).await;
    assert_eq!(fixture.events(&ALL).await, expected);
    let done = optimized(&fixture.lake, at("2024-05-22")).await;
    let later: Vec<Vec<String>> = expected
        .iter()
        .filter(|row| row[1].parse::<i64>().map_or(true, |time| time >= ticks("2024-05-17")))
        .cloned()
        .collect();
    assert_eq!(fixture.events(&ALL).await, later);
    let events = done.iter().find(|table| table.table == "Events").unwrap();
    assert_eq!(events.expired, (expected.len() - later.len()) as u64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_too_old_go_as_a_whole() {
    let fixture = Fixture::new().await;
    for day in 1..=4 {
        let line = format!("{{\"Timestamp\":\"2024-05-0{day}T10:00:00.0000005Z\",\"Key\":{day}}}\n");
        fixture.ingest_text(&format!("{day}/Events.json"), line).await;
    }
    fixture.lake.set_retention("Events", "24h".parse().unwrap()).await.unwrap();
    let done = applied(&fixture, &at("2024-05-03T10:00:00.0000005Z")).await;
    assert_eq!((done.files, done.expired), ((4, 3), 1));
    assert_eq!(fixture.events(&["Key"]).await, [["2"], ["3"], ["4"]]);
    // What went can come back only by hand: the same file is known.
    let again = fixture
        .ingest_text("again/Events.json", "{\"Timestamp\":\"2024-05-01T10:00:00.0000005Z\",\"Key\":1}\n")
        .await;
    assert_eq!(again.already_in(), 1);
    let rest = applied(&fixture, &at("2030-01-01")).await;
    assert_eq!((rest.files, rest.expired), ((3, 0), 3));
    assert_eq!(fixture.events(&["Key"]).await.len(), 0);
    fixture.lake.set_retention("Events", Retention::Unlimited).await.unwrap();
    assert_eq!(fixture.lake.retention("Events").await.unwrap(), Retention::Unlimited);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_without_a_time_count_from_their_ingestion() {
    let fixture = Fixture::new().await;
    fixture.ingest_text("Events.json", "{\"Key\":1}\n{\"Key\":2}\n").await;
    fixture.lake.set_retention("Events", "30d".parse().unwrap()).await.unwrap();
    let now = quarry_value::time::system_now();
    let options = |days: i64| OptimizeOptions {
        now: now + days * quarry_value::time::DAY,
        ..OptimizeOptions::default()
    };
    assert_eq!(applied(&fixture, &options(29)).await.expired, 0);
    assert_eq!(applied(&fixture, &options(31)).await.expired, 2);
    let none = query(
        &fixture.lake,
        "Events",
        &["Key"],
        Some(col("\"Key\"").gt(lit(0i64))),
        SessionConfig::new(),
    )
    .await;
    assert!(none.is_empty());
}
