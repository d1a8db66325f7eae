//! `quarry lake status`

use std::io::Write;

use quarry_storage::TableStatus;

use super::listing::{self, Cell, Field};
use crate::exit::{Exit, Outcome};
use crate::input::LakeArgs;
use crate::lake;
use crate::output::{Format, Terminal, bytes, count};

/// Show what every table holds: rows, size, files, times, how long rows are kept
///
/// `from` and `to` are the times of the first and the last event, `ingested` when the newest rows came in. Reads transaction logs only.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake status
  quarry lake status SigninLogs _quarantine --format json

A table of many small files answers slower: `quarry lake optimize` puts them together.")]
pub struct Args {
    /// Tables; all when none is given
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    #[command(flatten)]
    lake: LakeArgs,
    /// Form of the output
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
}

const FIELDS: [Field; 10] = [
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
    listing::write(&mut out, &FIELDS, all.into_iter().map(row).collect(), args.format, terminal)?;
    out.flush()?;
    Ok(Exit::Clean)
}

fn row(status: TableStatus) -> Vec<Cell> {
    let whole = |number: u64| Cell::number(number, count(usize::try_from(number).unwrap_or(usize::MAX)));
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
    ]
}
