//! `quarry lake retain`

use std::io::Write;
use std::time::Instant;

use quarry_storage::{OptimizeOptions, Retention};

use super::optimize;
use crate::exit::{Exit, Failure, Outcome};
use crate::input::{self, LakeArgs, MemoryArgs};
use crate::lake;
use crate::output::{Grid, Terminal};

/// Say how long a table keeps its rows, or remove those that are older
///
/// The time counts from the event, not from its ingestion. What is said here is kept in the table, and takes effect with --apply and with every
/// `quarry lake optimize`. Earlier states can be read until `quarry lake vacuum`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake retain                             how long each table keeps rows
  quarry lake retain SigninLogs 90d
  quarry lake retain SigninLogs unlimited
  quarry lake retain _quarantine 30d             what was set aside is kept as long as that
  quarry lake retain --apply --dry-run           what would go")]
pub struct Args {
    #[arg(value_name = "TABLE")]
    table: Option<String>,
    /// 90d, 36h or unlimited
    #[arg(value_name = "TIME", requires = "table")]
    keep: Option<Retention>,
    #[command(flatten)]
    lake: LakeArgs,
    /// Remove the rows that are older, of TABLE or of all tables
    #[arg(long)]
    apply: bool,
    /// With --apply: say what would go, and remove nothing
    #[arg(long, requires = "apply")]
    dry_run: bool,
    /// With --apply: what counts as the present (UTC), such as 2026-11-20
    #[arg(long, value_name = "TIME", value_parser = input::parse_time, requires = "apply")]
    now: Option<i64>,
    #[command(flatten)]
    memory: MemoryArgs,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let start = Instant::now();
    let lake = lake::open(&args.lake.lake).await?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    if let (Some(table), Some(keep)) = (&args.table, args.keep) {
        lake.set_retention(table, keep).await?;
        writeln!(out, "{table} keeps rows: {keep}")?;
    }
    if args.apply {
        let defaults = OptimizeOptions::default();
        let options = OptimizeOptions {
            tables: args.table.into_iter().collect(),
            memory: args.memory.memory.unwrap_or(defaults.memory),
            now: args.now.unwrap_or(defaults.now),
            dry_run: args.dry_run,
            ..defaults
        };
        let (listener, bar) = optimize::watched(terminal, "Removing");
        let done = lake.apply_retention(&options, listener).await;
        optimize::finish(&bar);
        optimize::write(&mut out, &done?, args.dry_run, start)?;
    } else if args.keep.is_none() {
        let names = match args.table {
            Some(table) => vec![table],
            None => lake.tables().await?,
        };
        if names.is_empty() {
            return Err(Failure::with_hint(
                format!("the lake {} holds no tables", args.lake.lake),
                "fill it with `quarry ingest FOLDER`",
            ));
        }
        let mut grid = Grid::new(["Table", "Keeps"], terminal.width);
        for status in lake.status_of(&names).await? {
            grid.push([status.name, status.retention.to_string()]);
        }
        grid.write(&mut out, &terminal.paint, "")?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}
