//! Care of the lake: what it does to files it never does to answers.

mod as_of;
mod concurrency;
mod hot;
mod killed;
mod optimize;
mod retention;
mod vacuum;

use std::sync::Arc;

use quarry_storage::{Lake, OptimizeOptions, TableOptimized};

use super::support::Fixture;

/// Everything that a row of `Events` shows.
pub const ALL: [&str; 14] = [
    "Key",
    "Timestamp",
    "TimeGenerated",
    "Flag",
    "Count",
    "Ratio",
    "Exact",
    "Name",
    "Id",
    "Bag",
    "Span",
    "Seen",
    "_extra",
    "_ingestion_time",
];

pub async fn optimized(lake: &Lake, options: OptimizeOptions) -> Vec<TableOptimized> {
    lake.optimize(&options, Arc::new(|_| {})).await.unwrap()
}

/// A lake of small files: times that overlap, ticks below the microsecond in some, columns that others lack.
pub async fn filled(files: usize) -> Fixture {
    let fixture = Fixture::new().await;
    for file in 0..files {
        let mut lines = String::new();
        for row in 0..6 {
            let key = file * 6 + row;
            let fraction = ["", ".1234567", ".5"][file % 3];
            let mut more = match file % 4 {
                0 => format!(",\"Name\":\"n{key}\",\"Exact\":\"{key}.25\",\"Ratio\":{key}.5"),
                1 => format!(",\"Id\":\"0f8fad5b-d9cb-469f-a165-7086772895{key:02x}\",\"Bag\":{{\"a\":[{key}]}},\"Other\":{key}"),
                2 => format!(",\"Flag\":true,\"Count\":{key},\"Span\":\"01:00:00.0000001\",\"Seen\":\"2024-06-01T00:00:00.0000003Z\""),
                _ => String::new(),
            };
            // Rows without a time are rows all the same.
            if row < 5 {
                more.push_str(&format!(
                    ",\"Timestamp\":\"2024-05-{:02}T{row:02}:00:00{fraction}Z\"",
                    1 + (file + row * 5) % 28
                ));
            }
            lines.push_str(&format!("{{\"Key\":{key}{more}}}\n"));
        }
        fixture.ingest_text(&format!("{file}/Events.json"), lines).await;
        // So that no two files are committed in the same millisecond.
        tokio::time::sleep(std::time::Duration::from_millis(3)).await;
    }
    fixture
}

pub async fn files(lake: &Lake, table: &str) -> usize {
    lake.lake_table(table).await.unwrap().unwrap().files().len()
}
