//! Optimizing changes files and no answer.

use arrow::util::display::array_value_to_string;
use datafusion::logical_expr::lit;
use datafusion::prelude::{SessionConfig, col};
use deltalake_core::DeltaTableBuilder;
use deltalake_core::kernel::{ArrayType, DataType, StructField};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_schema::KqlType;
use quarry_storage::OptimizeOptions;
use url::Url;

use super::super::support::{Fixture, query};
use super::{ALL, files, filled, optimized};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_small_files_become_one() {
    let fixture = filled(9).await;
    let before = fixture.events(&ALL).await;
    assert_eq!((before.len(), files(&fixture.lake, "Events").await), (54, 9));

    let tried = OptimizeOptions {
        dry_run: true,
        ..OptimizeOptions::default()
    };
    let events = |done: Vec<quarry_storage::TableOptimized>| done.into_iter().find(|table| table.table == "Events").unwrap();
    let told = events(optimized(&fixture.lake, tried).await);
    assert_eq!((told.files, told.rewritten), ((9, 1), 54));
    assert_eq!(files(&fixture.lake, "Events").await, 9);

    let done = events(optimized(&fixture.lake, OptimizeOptions::default()).await);
    assert_eq!((done.files, done.rewritten, done.expired), ((9, 1), 54, 0));
    assert_eq!(fixture.events(&ALL).await, before);
    // Also for who has not seen the lake before.
    let other = fixture.reopened(Vec::new()).await;
    assert_eq!(query(&other, "Events", &ALL, None, SessionConfig::new()).await, before);

    // The rows lie in order of their time, those without one first.
    let times: Vec<Option<i64>> = in_file_order(&fixture).await.iter().map(|time| time.parse().ok()).collect();
    assert!(times.is_sorted(), "{times:?}");

    // A second time there is nothing to do.
    let versions = async || {
        fixture
            .lake
            .status()
            .await
            .unwrap()
            .iter()
            .map(|status| status.version)
            .collect::<Vec<_>>()
    };
    let settled = versions().await;
    let again = optimized(&fixture.lake, OptimizeOptions::default()).await;
    assert!(again.iter().all(|table| !table.changed()), "{again:?}");
    assert_eq!(versions().await, settled);
}

async fn in_file_order(fixture: &Fixture) -> Vec<String> {
    let context = datafusion::prelude::SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let table = fixture.lake.table("Events").await.unwrap().unwrap();
    let frame = context.read_table(table).unwrap().select(vec![col("\"Timestamp\"")]).unwrap();
    let batches = frame.collect().await.unwrap();
    let column = batches
        .iter()
        .map(|batch| arrow::util::display::array_value_to_string(batch.column(0), 0).map(|_| batch.column(0)));
    let mut times = Vec::new();
    for column in column {
        let column = column.unwrap();
        for row in 0..column.len() {
            times.push(arrow::util::display::array_value_to_string(column, row).unwrap());
        }
    }
    times
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_of_ingestion_stays_with_each_row() {
    let fixture = filled(6).await;
    let old: Vec<Vec<String>> = fixture.events(&["Key", "_ingestion_time"]).await;
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    // New files beside an optimized one, and another round over both.
    let late = "{\"Timestamp\":\"2024-05-02T00:00:00Z\",\"Key\":1000}\n";
    fixture.ingest_text("late/Events.json", late).await;
    let mixed = fixture.events(&["Key", "_ingestion_time"]).await;
    assert_eq!(mixed[..old.len()], old);
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    assert_eq!(fixture.events(&["Key", "_ingestion_time"]).await, mixed);
    // Filters on it give the same with and without pruning.
    let cut: i64 = mixed[20][1].parse().unwrap();
    let expected: Vec<Vec<String>> = mixed.iter().filter(|row| row[1].parse::<i64>().unwrap() > cut).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < mixed.len());
    for on in [true, false] {
        let config = SessionConfig::new()
            .set_bool("datafusion.execution.parquet.pruning", on)
            .set_bool("datafusion.execution.parquet.pushdown_filters", on);
        let filter = col("\"_ingestion_time\"").gt(lit(cut));
        assert_eq!(
            query(&fixture.lake, "Events", &["Key", "_ingestion_time"], Some(filter), config).await,
            expected
        );
    }
    let status = fixture.lake.status().await.unwrap();
    assert_eq!(status[0].ingested.unwrap().to_string(), mixed.last().unwrap()[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_is_known_to_be_in() {
    let fixture = Fixture::new().await;
    let names: Vec<String> = (0..5)
        .map(|n| {
            fixture.file(
                &format!("{n}/Events.json"),
                format!("{{\"Timestamp\":\"2024-05-01T10:00:00Z\",\"Key\":{n}}}\n"),
            )
        })
        .collect();
    for name in &names {
        fixture.ingest(&[name]).await;
    }
    optimized(&fixture.lake, OptimizeOptions::default()).await;
    assert_eq!(files(&fixture.lake, "_ingest").await, 1);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(fixture.ingest(&names).await.already_in(), 5);
    assert_eq!(fixture.events(&["Key"]).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_tables_are_cut_by_time() {
    let fixture = Fixture::new().await;
    for file in 0..4 {
        let mut lines = String::new();
        for row in 0..600 {
            let key = file * 600 + row;
            let minute = (key * 7) % 1440;
            lines.push_str(&format!(
                "{{\"Timestamp\":\"2024-05-01T{:02}:{:02}:00Z\",\"Key\":{key},\"Name\":\"{}\"}}\n",
                minute / 60,
                minute % 60,
                quarry_value::time::date_of(i64::from(key) * 864_000_000_000).day * key
            ));
        }
        fixture.ingest_text(&format!("{file}/Events.json"), lines).await;
    }
    let before = fixture.events(&["Key", "Timestamp", "Name"]).await;
    let options = in_three(&fixture).await;
    optimized(&fixture.lake, options.clone()).await;
    assert_eq!(fixture.events(&["Key", "Timestamp", "Name"]).await, before);
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    let mut spans: Vec<(i64, i64)> = table.files().iter().map(|file| file.times("Timestamp").unwrap()).collect();
    spans.sort_unstable();
    assert!(spans.len() > 1);
    assert!(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 10), "{spans:?}");
    let again = optimized(&fixture.lake, options).await;
    assert!(again.iter().all(|table| !table.changed()), "{again:?}");
}

/// Files of a third of what there is.
async fn in_three(fixture: &Fixture) -> OptimizeOptions {
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    let bytes: u64 = table.files().iter().map(|file| file.bytes).sum();
    OptimizeOptions {
        target_bytes: bytes / 3 + 1,
        ..OptimizeOptions::default()
    }
}

/// Four files of the same hours, whose rows are of some kinds, with values that only some kinds have.
async fn kinds() -> Fixture {
    let fixture = Fixture::with(vec![("ActionType", KqlType::String)]).await;
    for file in 0..4 {
        let mut lines = String::new();
        for row in 0..600 {
            let key = file * 600 + row;
            let minute = (key * 7) % 1440;
            let more = match key % 5 {
                0 => String::new(),
                1 => format!(",\"ActionType\":\"Removed\",\"Seen\":\"2024-06-01T00:00:00.{:07}Z\"", key + 1),
                kind => format!(",\"ActionType\":\"Kind{kind}\",\"Id\":\"0f8fad5b-d9cb-469f-a165-70867728{key:04x}\""),
            };
            let (hour, minute) = (minute / 60, minute % 60);
            lines.push_str(&format!(
                "{{\"Timestamp\":\"2024-05-01T{hour:02}:{minute:02}:00Z\",\"Key\":{key}{more}}}\n"
            ));
        }
        fixture.ingest_text(&format!("{file}/Events.json"), lines).await;
    }
    fixture
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_cut_by_time_and_their_rows_lie_by_kind() {
    let fixture = kinds().await;
    let columns = ["Key", "Timestamp", "ActionType", "Seen", "Id", "_ingestion_time"];
    let before = fixture.events(&columns).await;
    let options = in_three(&fixture).await;
    optimized(&fixture.lake, options.clone()).await;
    assert_eq!(fixture.events(&columns).await, before);
    let table = fixture.lake.lake_table("Events").await.unwrap().unwrap();
    let mut files = table.files().to_vec();
    files.sort_by_key(|file| file.times("Timestamp"));
    assert!(files.len() > 1);
    let spans: Vec<(i64, i64)> = files.iter().map(|file| file.times("Timestamp").unwrap()).collect();
    assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "{spans:?}");
    for file in files {
        let rows = rows_of_file(&fixture, &file).await;
        assert!(rows.len() > 100 && rows.is_sorted(), "{}", file.path);
    }
    // The files have what they need, though their first rows do not: nothing is left to do.
    let again = optimized(&fixture.lake, options).await;
    assert!(again.iter().all(|table| !table.changed()), "{again:?}");
}

/// Kind and time of the rows of a file as they lie.
async fn rows_of_file(fixture: &Fixture, file: &quarry_storage::DataFile) -> Vec<(String, String)> {
    let path = fixture.path("lake").join(file.path.as_ref());
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap();
    let mut rows = Vec::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let cell = |name: &str, row| array_value_to_string(batch.column_by_name(name).unwrap(), row).unwrap();
        rows.extend((0..batch.num_rows()).map(|row| (cell("ActionType", row), cell("Timestamp", row))));
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_only_other_programs_know_is_left_alone() {
    let fixture = filled(3).await;
    let folder = fixture.path("lake/Events");
    let mut table = DeltaTableBuilder::from_url(Url::from_directory_path(&folder).unwrap())
        .unwrap()
        .build()
        .unwrap();
    table.load().await.unwrap();
    let list = DataType::from(ArrayType::new(DataType::STRING, true));
    table
        .add_columns()
        .with_fields(vec![StructField::nullable("Tags", list)])
        .await
        .unwrap();
    let done = optimized(&fixture.lake, OptimizeOptions::default()).await;
    let events = done.iter().find(|table| table.table == "Events").unwrap();
    assert!(events.left_alone.as_ref().unwrap().contains("Tags"), "{events:?}");
    assert_eq!(files(&fixture.lake, "Events").await, 3);
}

#[tokio::test]
async fn a_table_that_is_not_there_is_named() {
    let fixture = filled(1).await;
    let options = OptimizeOptions {
        tables: vec!["Event".to_owned()],
        ..OptimizeOptions::default()
    };
    let error = fixture.lake.optimize(&options, std::sync::Arc::new(|_| {})).await.unwrap_err();
    assert_eq!(error.to_string(), "the lake has no table `Event`; it has Events");
}
