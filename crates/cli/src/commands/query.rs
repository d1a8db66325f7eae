//! `quarry query`

use std::io::Write;
use std::time::Duration;

use quarry_engine::QueryOptions;
use quarry_hunting::{HuntDatabase, ResultTable};
use quarry_storage::AsOf;
use quarry_text::render;

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::ClockArgs;
use crate::input::{self, AsOfArgs, BesideArgs, LakeArgs, MemoryArgs, PruningArgs, QueryArgs};
use crate::lake::{self, Moment};
use crate::output::{self, Format, Paint, Terminal};

/// Run a KQL query on the lake and print its rows
///
/// The first result goes to standard output in the format asked for; counts and warnings go to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry query 'SigninLogs | where TimeGenerated > ago(1d) | summarize count() by ResultType'
  quarry query --file hunt.kql --now 2026-11-20 --format jsonl | jq .
  quarry query 'EmailEvents | count' --as-of 2026-11-20T08:00:00Z      the lake as it was then
  quarry query 'print strlen(\"no lake is needed for this\")'

`ago()` and `now()` follow the clock; --now sets it, so that archives are asked about their own time.
See also: quarry show tables, quarry docs FUNCTION")]
pub struct Args {
    #[command(flatten)]
    query: QueryArgs,
    #[command(flatten)]
    lake: LakeArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Form of the rows
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Most rows of the result; more is an error, never a silent cut
    #[arg(long, default_value_t = 500_000, value_name = "N")]
    max_rows: usize,
    /// Longest time the query may take: 20s, 5m, 1h
    #[arg(long, value_name = "TIME", value_parser = input::parse_duration)]
    timeout: Option<Duration>,
    #[command(flatten)]
    as_of: AsOfArgs,
    #[command(flatten)]
    memory: MemoryArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    pruning: PruningArgs,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let (name, text) = args.query.read()?;
    let session = lake::session_with(args.memory, args.pruning.pruning())?;
    let options = QueryOptions {
        now: args.clock.now,
        timeout: args.timeout,
        max_rows: Some(args.max_rows),
        ..QueryOptions::default()
    };
    let errors = Paint::new(terminal.colour_errors);
    let mut database = match args.as_of.as_of {
        Some(AsOf::Time(ticks)) => lake::database_as_of(&args.lake.lake, &args.beside, &[], &Moment::Time(ticks)).await?,
        _ => lake::database(&args.lake.lake, &args.beside, &[]).await?,
    };
    if let Some(AsOf::Version(version)) = args.as_of.as_of {
        let table = match session.tables_read(&text, &database, &options).await {
            Ok(tables) => only_table(version, &tables)?,
            Err(error) => return refuse(&name, &text, &error.diagnostics, &database, args.as_of.as_of, errors),
        };
        database = lake::database_as_of(&args.lake.lake, &args.beside, &[], &Moment::Version(&table, version)).await?;
    }
    let answer = session.query(&text, &database, &options).await;
    let outcome = match answer {
        Ok(outcome) => outcome,
        Err(error) => return refuse(&name, &text, &error.diagnostics, &database, args.as_of.as_of, errors),
    };
    eprint!("{}", render::terminal(&name, &text, &outcome.diagnostics, errors.is_on()));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (number, table) in outcome.tables.into_iter().map(ResultTable::from).enumerate() {
        if number > 0 && args.format == Format::Table {
            writeln!(out)?;
        }
        output::write_result(&mut out, &table, args.format, terminal)?;
        out.flush()?;
        if terminal.progress && args.format == Format::Table {
            let rows = output::counted(table.rows(), "row", "rows");
            eprintln!("{}", errors.dim(format!("{rows} in {}", output::elapsed(outcome.elapsed))));
        }
    }
    Ok(Exit::Clean)
}

/// The table that a version is of. Versions are counted table by table.
fn only_table(version: u64, tables: &[String]) -> Result<String, Failure> {
    match tables {
        [table] => Ok(table.clone()),
        [] => Err(Failure::Usage(format!("--as-of {version}: the query reads no table of the lake"))),
        tables => Err(Failure::Usage(format!(
            "--as-of {version}: the query reads {}, and each table counts versions of its own; give a time",
            tables.join(", ")
        ))),
    }
}

/// Prints why a query has no answer.
pub fn refuse(
    name: &str,
    text: &str,
    diagnostics: &[quarry_text::Diagnostic],
    database: &HuntDatabase,
    as_of: Option<AsOf>,
    paint: Paint,
) -> Outcome {
    eprint!("{}", render::terminal(name, text, diagnostics, paint.is_on()));
    if database.is_empty() && diagnostics.iter().any(|diagnostic| diagnostic.code == "Q0004") {
        let why = match as_of {
            Some(_) => "the lake had no tables yet at the time of --as-of",
            None => "the lake is empty: fill it with `quarry ingest FOLDER`, or see `quarry demo`",
        };
        eprintln!("{}", paint.dim(why));
    }
    Ok(if diagnostics.iter().any(lake::is_about_text) {
        Exit::Wrong
    } else {
        Exit::Failed
    })
}

impl From<quarry_storage::StorageError> for Failure {
    fn from(error: quarry_storage::StorageError) -> Self {
        Self::new(error)
    }
}
