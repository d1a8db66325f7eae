//! `quarry batch`

mod case;
mod tables;

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{self, BesideArgs, MemoryArgs};
use crate::lake;

/// Answer many queries in one process, one JSON line each
///
/// Input: one JSON object a line, `{"id", "query"}`. Output, in the same order: `{"id", "columns", "types", "rows"}` or
/// `{"id", "error": {"code", "message", "start", "end"}}`. Cases bring their own data, unless --lake names a lake to ask. A case that
/// fails, takes too long or breaks something gives an error line and leaves the others alone. Offsets count UTF-16 code units, as Kusto
/// clients do.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry batch cases.jsonl > results.jsonl
  quarry batch --bind queries.jsonl      columns and errors from the known tables, without running: {\"id\", \"kind\", \"open\", \"columns\", \"errors\"}")]
pub struct Args {
    /// File with the cases; `-` reads standard input
    #[arg(value_name = "CASES")]
    cases: PathBuf,
    /// Bind against the table catalogue and run nothing
    #[arg(long)]
    bind: bool,
    /// Folder or URL of a lake; cases without tables of their own ask it
    #[arg(long, value_name = "LAKE", conflicts_with = "bind")]
    lake: Option<String>,
    #[command(flatten)]
    beside: BesideArgs,
    /// Longest time for each case
    #[arg(long, default_value = "20s", value_name = "TIME", value_parser = input::parse_duration)]
    timeout: Duration,
    /// Cases at a time; one per processor when not given
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    #[command(flatten)]
    memory: MemoryArgs,
}

pub async fn run(args: Args) -> Outcome {
    let jobs = args
        .jobs
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, usize::from))
        .max(1);
    let session = lake::session(args.memory)?;
    let lines = read_lines(&args.cases)?;
    let (bind, timeout) = (args.bind, args.timeout);
    let beside = lake::beside(None, &args.beside, &[]).await?;
    let lake = match &args.lake {
        Some(location) => Some(Arc::new(lake::database(location, &args.beside, &[]).await?)),
        None => None,
    };
    let answers = futures::stream::iter(lines).map(|line| {
        let (session, lake) = (session.clone(), lake.clone());
        let beside = beside.clone();
        async move {
            if bind {
                case::bind(line, beside, timeout).await
            } else {
                case::run(line, session, lake, beside, timeout).await
            }
        }
    });
    let mut answers = answers.buffered(jobs);
    while let Some(answer) = answers.next().await {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}")?;
    }
    Ok(Exit::Clean)
}

fn read_lines(path: &std::path::Path) -> Result<Vec<String>, Failure> {
    let reader: Box<dyn BufRead> = if path.as_os_str() == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        let file = std::fs::File::open(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        Box::new(std::io::BufReader::new(file))
    };
    let mut lines = Vec::new();
    for line in reader.lines() {
        let line = line?;
        if !line.trim().is_empty() {
            lines.push(line);
        }
    }
    Ok(lines)
}
