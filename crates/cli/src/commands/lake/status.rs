//! `quarry lake status`

use std::io::Write;

use quarry_storage::{HotStatus, TableStatus};

use super::listing::{self, Cell, Field};
use crate::exit::{Exit, Outcome};
use crate::input::LakeArgs;
use crate::lake;
use crate::output::{Format, Terminal, bytes, count};

/// Show what every table holds: rows, size, files, times, how long rows are kept
///
/// `from` and `to` are the times of the first and the last event, `ingested` when the newest rows came in, `hot` the paths into dynamic columns whose
/// values files keep beside the documents, so that hunts read small columns. Reads transaction logs only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake status
  quarry lake status SigninLogs _quarantine --format json
  quarry lake status CloudAppEvents --hot        the paths of its hot columns, and how many files have each

A table of many small files, or with files that lack hot columns, answers slower: `quarry lake optimize` mends both.")]
pub struct Args {
    /// Tables; all when none is given
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// List the hot columns of each table instead
    #[arg(long)]
    hot: bool,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

const FIELDS: [Field; 12] = [
    field("table", "Table", false),
    field("rows", "Rows", true),
    field("bytes", "Size", true),
    field("files", "Files", true),
    field("from", "From", false),
    field("to", "To", false),
    field("ingested", "Ingested", false),
    field("committed", "Last commit", false),
    field("version", "Version", true),
    field("retention", "Keeps", false),
    field("hot", "Hot", true),
    field("hot_files", "in files", true),
];

const HOT_FIELDS: [Field; 4] = [
    field("table", "Table", false),
    field("path", "Path", false),
    field("files", "In files", true),
    field("files_in_all", "of", true),
];

const fn field(key: &'static str, heading: &'static str, number: bool) -> Field {
    Field { key, heading, number }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let lake = lake::open(&args.lake.lake).await?;
    let all = match args.tables.as_slice() {
        [] => lake.status().await?,
        names => lake.status_of(names).await?,
    };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if all.is_empty() && args.format == Format::Table {
        writeln!(
            out,
            "The lake {} holds no tables: fill it with `quarry ingest FOLDER`.",
            args.lake.lake
        )?;
        return Ok(Exit::Clean);
    }
    if args.hot {
        let rows = all.iter().flat_map(|table| table.hot.iter().map(|hot| hot_row(table, hot)));
        listing::write(&mut out, &HOT_FIELDS, rows.collect(), args.format, terminal)?;
    } else {
        listing::write(&mut out, &FIELDS, all.into_iter().map(row).collect(), args.format, terminal)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

fn row(status: TableStatus) -> Vec<Cell> {
    let hot_files = status.hot_files() as u64;
    vec![
        Cell::text(status.name),
        whole(status.rows),
        Cell::number(status.bytes, bytes(status.bytes)),
        whole(status.files as u64),
        Cell::time(status.span.map(|(from, _)| from)),
        Cell::time(status.span.map(|(_, to)| to)),
        Cell::time(status.ingested),
        Cell::time(status.last_commit),
        Cell::number(status.version, status.version.to_string()),
        Cell::text(status.retention.to_string()),
        whole(status.hot.len() as u64),
        whole(hot_files),
    ]
}

fn hot_row(table: &TableStatus, hot: &HotStatus) -> Vec<Cell> {
    vec![
        Cell::text(&table.name),
        Cell::text(&hot.path),
        whole(hot.files as u64),
        whole(table.files as u64),
    ]
}

fn whole(number: u64) -> Cell {
    Cell::number(number, count(usize::try_from(number).unwrap_or(usize::MAX)))
}
