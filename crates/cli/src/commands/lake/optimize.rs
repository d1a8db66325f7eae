//! `quarry lake optimize`

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use quarry_storage::{OptimizeListener, OptimizeOptions, OptimizeProgress, TableOptimized};

use super::content;
use crate::exit::{Exit, Outcome};
use crate::input::{self, LakeArgs, MemoryArgs, existing};
use crate::lake;
use crate::output::{Bar, Terminal, bytes, count, counted, elapsed};

/// Put small and overlapping files together, sorted by time, add hot columns to files that lack them, and remove rows that are too old
///
/// Hot columns hold the values at often used paths into dynamic columns, such as RawEventData.UserId, beside the documents. A table has those that
/// published content follows and those that most of its records have; --content adds what your own content follows. A path that is new means that all files
/// of its table are written again. Answers stay the same, the time at which rows were ingested included; queries and ingests go on meanwhile. Killed at any moment, it leaves the lake as
/// it was or better. A second run finds nothing to do. The old files stay on disk until `quarry lake vacuum`, so that earlier states can be read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake optimize
  quarry lake optimize CloudAppEvents --dry-run
  quarry lake optimize --content hunts/          with hot columns for the paths that these hunts follow
  quarry lake optimize --target 256MB --memory 2GB")]
pub struct Args {
    /// Tables; all when none is given
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// Files and folders with content whose paths into dynamic columns are to be hot (repeatable)
    #[arg(long, value_name = "PATH", value_parser = existing)]
    content: Vec<PathBuf>,
    /// Size of files to aim at
    #[arg(long, default_value = "128MB", value_name = "SIZE", value_parser = input::parse_size)]
    target: usize,
    #[command(flatten)]
    memory: MemoryArgs,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let start = Instant::now();
    let lake = lake::open(&args.lake.lake).await?;
    let defaults = OptimizeOptions::default();
    let options = OptimizeOptions {
        tables: args.tables,
        target_bytes: args.target as u64,
        memory: args.memory.memory.unwrap_or(defaults.memory),
        hot: content::paths(&args.lake.lake, &args.content).await?,
        dry_run: args.dry_run,
        ..defaults
    };
    let (listener, bar) = watched(terminal, "Optimizing");
    let done = lake.optimize(&options, listener).await;
    finish(&bar);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    write(&mut out, &done?, args.dry_run, start)?;
    out.flush()?;
    Ok(Exit::Clean)
}

type SharedBar = Arc<Mutex<Option<Bar>>>;

/// A bar that shows the rows written of each table in turn.
pub fn watched(terminal: &Terminal, label: &'static str) -> (OptimizeListener, SharedBar) {
    let bar = SharedBar::default();
    let (shared, screen) = (Arc::clone(&bar), terminal.clone());
    let listener = Arc::new(move |news: OptimizeProgress| {
        let mut bar = shared.lock().unwrap_or_else(PoisonError::into_inner);
        match news {
            OptimizeProgress::Planned { table, rows } => {
                if let Some(bar) = bar.take() {
                    bar.finish();
                }
                let new = Bar::steps(&screen, label, usize::try_from(rows).unwrap_or(usize::MAX), "rows");
                new.message(&table);
                *bar = Some(new);
            }
            OptimizeProgress::Written { rows } => {
                if let Some(bar) = bar.as_ref() {
                    bar.advance(rows);
                }
            }
        }
    });
    (listener, bar)
}

/// Takes the bar away.
pub fn finish(bar: &SharedBar) {
    if let Some(bar) = bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
        bar.finish();
    }
}

/// A line for every table that changed, and the sum.
pub fn write(out: &mut dyn Write, done: &[TableOptimized], dry_run: bool, start: Instant) -> std::io::Result<()> {
    let rows = |number: u64| count(usize::try_from(number).unwrap_or(usize::MAX));
    for table in done {
        if let Some(reason) = &table.left_alone {
            writeln!(out, "{}: left alone: {reason}", table.table)?;
        }
        if !table.changed() {
            continue;
        }
        let mut parts = Vec::new();
        if table.files.0 != table.files.1 || table.rewritten > 0 {
            parts.push(format!("{} → {}", counted(table.files.0, "file", "files"), count(table.files.1)));
        }
        if table.bytes.0 != table.bytes.1 {
            parts.push(format!("{} → {}", bytes(table.bytes.0), bytes(table.bytes.1)));
        }
        if table.rewritten > 0 {
            parts.push(format!("{} rows rewritten", rows(table.rewritten)));
        }
        if table.hot > 0 {
            parts.push(counted(table.hot, "hot column", "hot columns") + " more");
        }
        if table.expired > 0 {
            let about = if dry_run { "about " } else { "" };
            parts.push(format!("{about}{} rows too old", rows(table.expired)));
        }
        writeln!(out, "{}: {}", table.table, parts.join(", "))?;
    }
    let changed = done.iter().filter(|table| table.changed()).count();
    let time = elapsed(start.elapsed());
    match (changed, dry_run) {
        (0, _) => writeln!(
            out,
            "Nothing to do ({} looked at in {time})",
            counted(done.len(), "table", "tables")
        ),
        (_, true) => writeln!(
            out,
            "Dry run: {} would change; the lake is as it was",
            counted(changed, "table", "tables")
        ),
        (_, false) => writeln!(out, "{} changed in {time}", counted(changed, "table", "tables")),
    }
}
