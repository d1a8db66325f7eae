//! Reads logs into a lake: `ingest LAKE FILE...`. Prints a line per file and the state of the tables.

use std::sync::Arc;

use quarry_storage::{IngestOptions, Lake, ingest};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let Some(location) = arguments.next() else {
        return Err("usage: ingest LAKE FILE...".into());
    };
    let names: Vec<String> = arguments.collect();
    let lake = Lake::create(&location).await?;
    let started = std::time::Instant::now();
    let report = ingest(&lake, &IngestOptions::default(), &names, Arc::new(|_| {})).await?;
    for file in &report.files {
        println!(
            "{} {:?} {:?} {:?} set aside {}",
            file.path, file.format, file.outcome, file.rows, file.set_aside
        );
        for example in &file.examples {
            println!("    line {}: {}", example.line, example.reason);
        }
    }
    let rows = report.total_rows();
    println!("{rows} rows in {:.2} s", started.elapsed().as_secs_f64());
    for table in lake.status().await? {
        println!(
            "{} {} rows, {} bytes, {} files, version {}",
            table.name, table.rows, table.bytes, table.files, table.version
        );
    }
    Ok(())
}
