//! `quarry lake vacuum`

use std::io::Write;

use quarry_storage::{Retention, VacuumOptions};

use crate::exit::{Exit, Failure, Outcome};
use crate::input::LakeArgs;
use crate::lake;
use crate::output::{Terminal, bytes, counted};

/// Delete files from disk that no table needs any more
///
/// Files leave a table when it is optimized or old rows are removed, and stay on disk for a while: queries may still read them, and `--as-of` goes back
/// as far. Files that an ingest left behind when it was killed go too. Nothing younger than --keep is touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake vacuum --dry-run
  quarry lake vacuum                    what left its table more than 7 days ago
  quarry lake vacuum --keep 1d          earlier states cannot be read any more, but for the last day")]
pub struct Args {
    /// Tables; all when none is given
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// How long files stay after they have left their table: 7d, 36h
    #[arg(long, default_value = "7d", value_name = "TIME")]
    keep: Retention,
    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    dry_run: bool,
}

pub async fn run(args: Args, _terminal: &Terminal) -> Outcome {
    let Retention::Hours(hours) = args.keep else {
        return Err(Failure::Usage("--keep unlimited deletes nothing".to_owned()));
    };
    let lake = lake::open(&args.lake.lake).await?;
    let options = VacuumOptions {
        tables: args.tables,
        keep: i64::from(hours) * quarry_value::time::HOUR,
        dry_run: args.dry_run,
        ..VacuumOptions::default()
    };
    let done = lake.vacuum(&options).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut files, mut size) = (0, 0);
    for table in &done {
        if table.left + table.orphans == 0 {
            continue;
        }
        files += table.left + table.orphans;
        size += table.bytes;
        writeln!(
            out,
            "{}: {} that left it, {} never committed, {}",
            table.table,
            counted(table.left, "file", "files"),
            counted(table.orphans, "file", "files"),
            bytes(table.bytes)
        )?;
    }
    match (files, args.dry_run) {
        (0, _) => writeln!(out, "Nothing to delete")?,
        (_, true) => writeln!(
            out,
            "Dry run: {} with {} would be deleted",
            counted(files, "file", "files"),
            bytes(size)
        )?,
        (_, false) => writeln!(out, "Deleted {} with {}", counted(files, "file", "files"), bytes(size))?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}
