//! Writes a simulation as log files and says how fast: `export FOLDER [EVENTS [SEED]]`.

use std::path::PathBuf;
use std::time::Instant;

use quarry_simulator::{Scenario, simulate, write_exports};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        return Err(std::io::Error::other("usage: export FOLDER [EVENTS [SEED]]"));
    };
    let number = |text: Option<String>| text.and_then(|text| text.parse::<u64>().ok());
    let mut scenario = Scenario::sized(number(arguments.next()).unwrap_or(200_000));
    scenario.seed = number(arguments.next()).unwrap_or(scenario.seed);

    let start = Instant::now();
    let (mut records, mut bytes) = (0_u64, 0_u64);
    simulate(&scenario, &mut |_, record| {
        records += 1;
        bytes += record.len() as u64;
    });
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "in memory  {records} records, {} MB, {seconds:.2} s, {:.0} records/s",
        bytes / 1_000_000,
        records as f64 / seconds
    );

    let start = Instant::now();
    let summary = write_exports(&scenario, &folder)?;
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "to files   {} records in {} files, {seconds:.2} s",
        summary.total(),
        summary.files.len()
    );
    Ok(())
}
