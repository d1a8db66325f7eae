//! `quarry ready`

mod groups;

use std::io::{self, Write};

use clap::ValueEnum;
use quarry_content::{Document, Hunt, parallel};
use quarry_engine::Database as _;
use quarry_hunting::{Functions, HuntDatabase, KnownTables, LakeState, Obstacle, Readiness, readiness};
use quarry_value::format;
use serde_json::{Value, json};

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{ClockArgs, ContentArgs};
use crate::input::{BesideArgs, LakeArgs};
use crate::lake;
use crate::output::{Terminal, counted, one_line};

/// Tell which hunts this lake can answer, and what would enable the others
///
/// Before anything runs: is each table there, with rows, recent enough and reaching back far enough; do the columns that conditions read hold
/// anything; are functions, watchlists and files known. Only transaction logs are read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry ready hunts/                               how many can run, and what keeps the others
  quarry ready hunts/ --now 2026-11-20              as if it were that day: archives have their own time
  quarry ready hunts/ --each                        every hunt with its obstacles
  quarry ready rule.yaml --format json              for programs

Exit code: 0 every hunt can run, 1 some cannot.")]
pub struct Args {
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    lake: LakeArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// List every hunt
    #[arg(long)]
    each: bool,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReadyFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ReadyFormat {
    /// For people
    #[default]
    Table,
    /// One JSON array, an object a hunt
    Json,
    /// One object a line
    Jsonl,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let documents = args.content.load();
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    if hunts.is_empty() {
        return Err(Failure::with_hint(
            "no hunts in this content",
            "`quarry check` tells what the files are",
        ));
    }
    let reports = judged(&hunts, &documents, &args.lake, &args.beside, args.clock.now).await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        ReadyFormat::Json => {
            let objects: Vec<Value> = reports.iter().map(object).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&objects).unwrap_or_default())?;
        }
        ReadyFormat::Jsonl => {
            for report in &reports {
                writeln!(out, "{}", object(report))?;
            }
        }
        ReadyFormat::Table => {
            if args.each {
                each(&mut out, &reports, terminal)?;
            }
            groups::write(&mut out, &reports, terminal)?;
        }
    }
    out.flush()?;
    Ok(if reports.iter().all(Readiness::is_ready) {
        Exit::Clean
    } else {
        Exit::Found
    })
}

/// What keeps each hunt from being answered by the lake. `documents` are the content that the hunts are of.
pub async fn judged<'h>(
    hunts: &[&'h Hunt],
    documents: &[Document],
    lake_args: &LakeArgs,
    beside: &BesideArgs,
    now: Option<i64>,
) -> Result<Vec<Readiness<'h>>, Failure> {
    let database = lake::database(&lake_args.lake, beside, documents).await?;
    database.fetch_all().await?;
    let state = state(&database, lake_args).await?;
    let mut all = documents.to_vec();
    all.extend(quarry_content::load_paths(&beside.functions));
    let known = KnownTables::new(Functions::of(&all));
    let now = now.unwrap_or_else(quarry_value::time::system_now);
    Ok(parallel::map(hunts, |hunt| readiness(hunt, &known, &database, &state, now)))
}

/// What the lake holds.
pub async fn state(database: &HuntDatabase, lake_args: &LakeArgs) -> Result<LakeState, Failure> {
    if database.is_empty() {
        return Ok(LakeState::default());
    }
    LakeState::of(&lake::open(&lake_args.lake).await?).await.map_err(Failure::new)
}

fn each(out: &mut dyn Write, reports: &[Readiness<'_>], terminal: &Terminal) -> io::Result<()> {
    let paint = &terminal.paint;
    for report in reports {
        let mark = if report.is_ready() {
            paint.green("can run")
        } else {
            paint.yellow("cannot ")
        };
        writeln!(out, "{mark}  {}", one_line(report.hunt.title()))?;
        for obstacle in &report.obstacles {
            writeln!(out, "           {}", paint.dim(one_line(&words(obstacle))))?;
        }
    }
    writeln!(out)
}

/// What stands in the way, in a sentence.
fn words(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NoTable { table } => format!("no data: the lake has no {table}"),
        Obstacle::Empty { table } => format!("no data: {table} is empty"),
        Obstacle::Stale { table, latest, back } => {
            format!(
                "stale: the newest event of {table} is of {}, and the hunt looks back {}",
                time(*latest),
                days(*back)
            )
        }
        Obstacle::TooShort { table, asks, holds } => {
            format!(
                "too short: it asks for {} of {table}, the lake reaches back {}",
                days(*asks),
                days(*holds)
            )
        }
        Obstacle::Unfilled { table, columns } => format!("never filled: {} of {table}", columns.join(", ")),
        Obstacle::Query(diagnostic) => match &diagnostic.help {
            Some(help) => format!("cannot: {} ({help})", diagnostic.message),
            None => format!("cannot: {}", diagnostic.message),
        },
        Obstacle::NotRunnable(reason) => format!("cannot: {reason}"),
    }
}

fn object(report: &Readiness<'_>) -> Value {
    let obstacles: Vec<Value> = report
        .obstacles
        .iter()
        .map(|obstacle| {
            let mut fields = match obstacle {
                Obstacle::NoTable { table } => {
                    json!({ "kind": "no table", "table": table, "connectors": groups::connectors(table, &[report.hunt]) })
                }
                Obstacle::Empty { table } => json!({ "kind": "empty", "table": table }),
                Obstacle::Stale { table, latest, back } => {
                    json!({ "kind": "stale", "table": table, "latest": time(*latest), "asks_days": in_days(*back) })
                }
                Obstacle::TooShort { table, asks, holds } => {
                    json!({ "kind": "too short", "table": table, "asks_days": in_days(*asks), "holds_days": in_days(*holds) })
                }
                Obstacle::Unfilled { table, columns } => json!({ "kind": "never filled", "table": table, "columns": columns }),
                Obstacle::Query(diagnostic) => json!({ "kind": "query", "code": diagnostic.code }),
                Obstacle::NotRunnable(_) => json!({ "kind": "not runnable" }),
            };
            if let Some(fields) = fields.as_object_mut() {
                fields.insert("message".to_owned(), json!(words(obstacle)));
            }
            fields
        })
        .collect();
    json!({
        "id": report.hunt.id,
        "name": report.hunt.title(),
        "file": report.hunt.path,
        "tables": report.tables,
        "ready": report.is_ready(),
        "obstacles": obstacles,
    })
}

fn time(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime(ticks, &mut text);
    text.get(..16).unwrap_or(&text).replacen('T', " ", 1)
}

const HOUR: i64 = 36_000_000_000;
const DAY: i64 = 24 * HOUR;

/// Tenths of days, for programs.
fn in_days(ticks: i64) -> f64 {
    #[allow(clippy::cast_precision_loss)]
    let days = (ticks / (DAY / 10)) as f64;
    days / 10.0
}

/// A length of time as people say it.
fn days(ticks: i64) -> String {
    let counted = |number: i64, one: &str, many: &str| counted(usize::try_from(number).unwrap_or(0), one, many);
    if ticks >= 2 * DAY {
        counted(ticks / DAY, "day", "days")
    } else if ticks >= HOUR {
        counted(ticks / HOUR, "hour", "hours")
    } else {
        counted(ticks / (HOUR / 60), "minute", "minutes")
    }
}
