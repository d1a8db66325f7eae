//! Log files as people hold them: newline-delimited JSON, a file for a table and some days.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use crate::scenario::{Scenario, Table};
use crate::ticks::{DAY, civil};
use crate::truth::Truth;
use crate::world::World;

/// Days in one file.
const DAYS_PER_FILE: usize = 5;
/// The table whose files are compressed.
const COMPRESSED: Table = Table::AADSignInEventsBeta;

/// One file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportedFile {
    pub path: PathBuf,
    pub table: Table,
    pub records: u64,
    /// Bytes of JSON text before compression.
    pub json_bytes: u64,
}

/// What [`write_exports`] wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// By table, then time.
    pub files: Vec<ExportedFile>,
    pub truth: Truth,
}

impl Summary {
    /// Records of one table.
    pub fn records(&self, table: Table) -> u64 {
        let of_table = self.files.iter().filter(|file| file.table == table);
        of_table.map(|file| file.records).sum()
    }

    /// Records of all tables.
    pub fn total(&self) -> u64 {
        self.files.iter().map(|file| file.records).sum()
    }
}

/// Writes the scenario's records below `directory`, which is created: for each table and every
/// five days one file `<Table>_<first day>.json`, the sign-ins as `.json.gz`. The same scenario
/// gives the same files.
///
/// # Errors
/// The first error of creating or writing a file; files written until then stay.
pub fn write_exports(scenario: &Scenario, directory: &Path) -> io::Result<Summary> {
    fs::create_dir_all(directory)?;
    let world = World::new(scenario);
    let days: Vec<u32> = (0..world.scenario().days).collect();
    let parts: Vec<(Table, &[u32])> = Table::ALL
        .iter()
        .rev()
        .flat_map(|table| days.chunks(DAYS_PER_FILE).map(|days| (*table, days)))
        .collect();
    let queue = Mutex::new(parts.into_iter());
    let written = Mutex::new(Vec::new());
    let worker = || {
        while let Some((table, days)) = take(&queue) {
            let result = write_file(&world, table, days, directory);
            if let Ok(mut written) = written.lock() {
                written.push(result);
            }
        }
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        for _ in 1..workers.min(8) {
            scope.spawn(worker);
        }
        worker();
    });
    let written = written
        .into_inner()
        .map_err(|_| io::Error::other("a writer of log files stopped"))?;
    let mut files = written.into_iter().collect::<io::Result<Vec<_>>>()?;
    files.sort_by(|a, b| (a.table, &a.path).cmp(&(b.table, &b.path)));
    Ok(Summary {
        files,
        truth: world.into_truth(),
    })
}

fn take<T>(queue: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    queue.lock().ok()?.next()
}

fn write_file(world: &World, table: Table, days: &[u32], directory: &Path) -> io::Result<ExportedFile> {
    let first = i64::from(days.first().copied().unwrap_or_default());
    let (year, month, day) = civil(world.scenario().start_ticks() + first * DAY);
    let ending = if table == COMPRESSED { "json.gz" } else { "json" };
    let name = format!("{}_{year:04}-{month:02}-{day:02}.{ending}", table.name());
    let path = directory.join(name);
    let mut file = ExportedFile {
        path: path.clone(),
        table,
        records: 0,
        json_bytes: 0,
    };
    let target = BufWriter::with_capacity(1 << 18, File::create(&path)?);
    if table == COMPRESSED {
        let mut encoder = GzEncoder::new(target, Compression::fast());
        write_records(world, days, &mut file, &mut encoder)?;
        encoder.finish()?.flush()?;
    } else {
        let mut target = target;
        write_records(world, days, &mut file, &mut target)?;
        target.flush()?;
    }
    Ok(file)
}

fn write_records(world: &World, days: &[u32], file: &mut ExportedFile, target: &mut impl Write) -> io::Result<()> {
    let mut result = Ok(());
    for day in days {
        world.write_day(file.table, *day, &mut |record| {
            if result.is_ok() {
                result = target.write_all(record.as_bytes()).and_then(|()| target.write_all(b"\n"));
                file.records += 1;
                file.json_bytes += record.len() as u64 + 1;
            }
        });
    }
    result
}
