//! `quarry lake history`

use std::io::Write;

use quarry_storage::TableCommit;

use super::listing::{self, Cell, Field};
use crate::exit::{Exit, Outcome};
use crate::input::LakeArgs;
use crate::lake;
use crate::output::{Format, Terminal, bytes, count};

/// List the commits to a table, newest first
///
/// WRITE is an ingest, OPTIMIZE puts rows into other files, DELETE removes old ones. The log keeps 30 days.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake history SigninLogs
  quarry query 'SigninLogs | count' --as-of 17                     as the table was at version 17
  quarry query 'SigninLogs | count' --as-of 2026-11-20T08:00:00Z   as the lake was then")]
pub struct Args {
    table: String,
    #[command(flatten)]
    lake: LakeArgs,
    /// Most commits to list
    #[arg(long, short = 'n', default_value_t = 20, value_name = "N")]
    most: usize,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

const FIELDS: [Field; 8] = [
    field("version", "Version", true),
    field("at", "At", false),
    field("operation", "Operation", false),
    field("rowsAdded", "Rows written", true),
    field("bytesAdded", "Bytes written", true),
    field("filesAdded", "Files in", true),
    field("filesRemoved", "Files out", true),
    field("inputs", "Inputs", true),
];

const fn field(key: &'static str, heading: &'static str, number: bool) -> Field {
    Field { key, heading, number }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let commits = lake::open(&args.lake.lake).await?.history(&args.table, args.most).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    listing::write(&mut out, &FIELDS, commits.into_iter().map(row).collect(), args.format, terminal)?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn row(commit: TableCommit) -> Vec<Cell> {
    let whole = |number: u64| Cell::number(number, count(usize::try_from(number).unwrap_or(usize::MAX)));
    vec![
        Cell::number(commit.version, commit.version.to_string()),
        Cell::time(commit.at),
        Cell::text(commit.operation),
        whole(commit.rows_added),
        Cell::number(commit.bytes_added, bytes(commit.bytes_added)),
        whole(commit.files_added as u64),
        whole(commit.files_removed as u64),
        whole(commit.inputs as u64),
    ]
}
