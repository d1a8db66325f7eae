//! `quarry tune`

mod truths;

use std::io::{self, Write};
use std::path::PathBuf;

use quarry_content::Hunt;
use quarry_hunting::tune::{Kept, Truth, Tuned, Vary, combinations, tune};
use quarry_hunting::{EngineRunner, RunOptions, Selection};
use serde_json::json;

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{ClockArgs, ContentArgs, RunArgs};
use crate::input::MemoryArgs;
use crate::lake;
use crate::output::{Bar, Format, Grid, Terminal, count, counted, one_line};
use crate::team;

pub use truths::OF_DEMO;

/// See what each value of a tunable keeps: findings, known truths, false alarms
///
/// Runs a hunt with every combination of the values given, on the same lake and at the same time, with the team's exclusions. Truths are a
/// JSON-lines or CSV file with a `value` that a finding carries (an account, an address) and, where wanted, `hunt`, `column` and `bad`
/// (true: to be found; false: known to be harmless). The lake of `quarry demo` brings its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry tune hunt.yaml --vary MailboxThreshold=1..10
  quarry tune hunt.yaml --vary UserThreshold=1..5 --vary LookBack=7d,14d,30d --now 2026-11-20
  quarry tune hunts/ --only spray --vary MinimumAccounts=5..50/5 --truths known.csv --format csv

Ranges are FROM..TO or FROM..TO/STEP, with a unit where the tunable has one (1d..14d); lists are A,B,C.")]
pub struct Args {
    #[command(flatten)]
    content: ContentArgs,
    /// A tunable and its values (repeatable: all combinations are tried)
    #[arg(long, required = true, value_name = "NAME=VALUES", value_parser = Vary::parse)]
    vary: Vec<Vary>,
    /// The hunt, by the beginning of its id or a part of its name, where the content holds several
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// What is known to be true: JSON lines or CSV
    #[arg(long, value_name = "FILE")]
    truths: Option<PathBuf>,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Form of the result
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let documents = args.content.load();
    let elsewhere = args.run.team.documents();
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let selection = Selection {
        only: args.only.clone(),
        ..Selection::default()
    };
    let hunts: Vec<&Hunt> = documents
        .iter()
        .flat_map(|document| &document.hunts)
        .filter(|hunt| selection.allows(hunt))
        .collect();
    let hunt = chosen(&hunts, &args.vary)?;
    let team = team::assemble(&documents, &elsewhere, &args.run.set, &[hunt])?;
    let combinations = combinations(hunt, &args.vary).map_err(Failure::Usage)?;
    let truths: Vec<Truth> = truths::read(args.truths.as_deref(), &args.run.lake.lake)?
        .into_iter()
        .filter(|truth| truth.is_for(hunt))
        .collect();
    let database = lake::database(&args.run.lake.lake, &args.run.beside, &team::together(&documents, &elsewhere)).await?;
    if database.has_no_data() {
        return Err(Failure::with_hint(
            format!("the lake {} holds no data", args.run.lake.lake),
            "fill it with `quarry ingest FOLDER`",
        ));
    }
    let session = lake::session(MemoryArgs::default())?;
    let options = RunOptions {
        now: args.clock.now,
        timeout: Some(args.run.timeout),
        ..RunOptions::default()
    };
    let bar = Bar::steps(terminal, "Tuning", combinations.len(), "runs");
    let mut progress = || bar.step();
    let runner = EngineRunner::new(&session, &database);
    let results = tune(&runner, hunt, &args.vary, combinations, &team, (&options, &truths), &mut progress).await;
    bar.finish();
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args
        .format
        .unwrap_or(if terminal.width.is_some() { Format::Table } else { Format::Csv })
    {
        Format::Table => people(&mut out, hunt, &args.vary, &results, &truths, terminal)?,
        Format::Csv => rows(&mut out, &args.vary, &results, &truths)?,
        Format::Json => writeln!(
            out,
            "{}",
            serde_json::to_string_pretty(&objects(&args.vary, &results, &truths)).unwrap_or_default()
        )?,
        Format::Jsonl => {
            for object in objects(&args.vary, &results, &truths) {
                writeln!(out, "{object}")?;
            }
        }
    }
    out.flush()?;
    let failed = results.iter().find_map(|tuned| tuned.outcome.as_ref().err());
    if let Some(reason) = failed.and_then(|reasons| reasons.first()) {
        return Err(Failure::new(format!("a run could not be done: {}", reason.summary())));
    }
    Ok(Exit::Clean)
}

/// The one hunt that is meant: the only one, or the only one with these tunables.
fn chosen<'h>(hunts: &[&'h Hunt], vary: &[Vary]) -> Result<&'h Hunt, Failure> {
    let has = |hunt: &&Hunt| {
        vary.iter()
            .all(|one| hunt.tunables().iter().any(|tunable| tunable.name == one.name))
    };
    let fitting: Vec<&Hunt> = hunts.iter().copied().filter(has).collect();
    match (hunts, fitting.as_slice()) {
        ([], _) => Err(Failure::Usage(
            "no hunts in this content are meant: see `quarry show hunts`".to_owned(),
        )),
        ([hunt], _) | (_, [hunt]) => Ok(hunt),
        (_, []) => Err(Failure::Usage(
            "none of these hunts has these tunables: see `quarry show tunables`".to_owned(),
        )),
        (_, many) => {
            let names: Vec<String> = many.iter().take(5).map(|hunt| one_line(hunt.title())).collect();
            Err(Failure::Usage(format!(
                "several hunts have these tunables, choose one with --only: {}",
                names.join(", ")
            )))
        }
    }
}

fn bad(truths: &[Truth]) -> usize {
    truths.iter().filter(|truth| truth.bad).count()
}

fn people(out: &mut dyn Write, hunt: &Hunt, vary: &[Vary], results: &[Tuned], truths: &[Truth], terminal: &Terminal) -> io::Result<()> {
    let paint = &terminal.paint;
    writeln!(out, "{}", paint.bold(one_line(hunt.title())))?;
    let mut headings: Vec<String> = vary.iter().map(|one| one.name.clone()).collect();
    headings.push("Findings".to_owned());
    if !truths.is_empty() {
        headings.extend(["Truths kept", "False alarms", "Unknown"].map(str::to_owned));
    }
    headings.push(String::new());
    let mut grid = Grid::new(headings, terminal.width);
    for column in vary.len()..vary.len() + if truths.is_empty() { 1 } else { 4 } {
        grid = grid.right(column);
    }
    let total = bad(truths);
    for tuned in results {
        let mut cells = tuned.values.clone();
        match &tuned.outcome {
            Ok(kept) => {
                cells.push(count(kept.findings));
                if !truths.is_empty() {
                    cells.push(format!("{} of {}", count(kept.truths.len()), count(total)));
                    cells.push(count(kept.false_alarms));
                    cells.push(count(kept.unknown));
                }
            }
            Err(reasons) => {
                cells.push("failed".to_owned());
                cells.extend(std::iter::repeat_n(String::new(), if truths.is_empty() { 0 } else { 3 }));
                if let Some(reason) = reasons.first() {
                    eprintln!("{}: {}", tuned.values.join(", "), reason.summary());
                }
            }
        }
        cells.push(if tuned.current { "now".to_owned() } else { String::new() });
        grid.push(cells);
    }
    grid.write(out, paint, "  ")?;
    // Truths that the most generous value misses are not a matter of tuning.
    let kept: std::collections::BTreeSet<usize> = results
        .iter()
        .filter_map(|tuned| tuned.outcome.as_ref().ok())
        .flat_map(|kept: &Kept| kept.truths.iter().copied())
        .collect();
    let never: Vec<&str> = truths
        .iter()
        .enumerate()
        .filter(|(at, truth)| truth.bad && !kept.contains(at))
        .map(|(_, truth)| truth.value.as_str())
        .collect();
    if !never.is_empty() {
        let shown: Vec<String> = never.iter().take(5).map(|value| one_line(value)).collect();
        writeln!(out, "{}", paint.yellow(format!("kept by no value: {}", shown.join(", "))))?;
    }
    writeln!(
        out,
        "{}",
        paint.dim(format!(
            "{} · set one with --set, a sidecar or quarry.yaml",
            counted(results.len(), "run", "runs")
        ))
    )
}

fn rows(out: &mut dyn Write, vary: &[Vary], results: &[Tuned], truths: &[Truth]) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let names = vary.iter().map(|one| one.name.as_str());
    let headings: Vec<&str> = names
        .chain(["findings", "truths_kept", "truths", "false_alarms", "unknown", "current", "error"])
        .collect();
    writer.write_record(&headings).map_err(io::Error::from)?;
    for tuned in results {
        let mut cells = tuned.values.clone();
        let (kept, error) = match &tuned.outcome {
            Ok(kept) => (kept.clone(), String::new()),
            Err(reasons) => (Kept::default(), reasons.first().map(|reason| reason.summary()).unwrap_or_default()),
        };
        let numbers = [kept.findings, kept.truths.len(), bad(truths), kept.false_alarms, kept.unknown];
        cells.extend(numbers.map(|number| number.to_string()));
        cells.extend([tuned.current.to_string(), error]);
        writer.write_record(&cells).map_err(io::Error::from)?;
    }
    writer.flush()
}

fn objects(vary: &[Vary], results: &[Tuned], truths: &[Truth]) -> Vec<serde_json::Value> {
    let object = |tuned: &Tuned| {
        let values: serde_json::Map<String, serde_json::Value> = vary
            .iter()
            .zip(&tuned.values)
            .map(|(one, value)| (one.name.clone(), json!(value)))
            .collect();
        match &tuned.outcome {
            Ok(kept) => json!({
                "values": values, "current": tuned.current, "findings": kept.findings, "truths": bad(truths),
                "truths_kept": kept.truths.iter().filter_map(|at| Some(truths.get(*at)?.value.as_str())).collect::<Vec<_>>(),
                "false_alarms": kept.false_alarms, "unknown": kept.unknown,
            }),
            Err(reasons) => json!({
                "values": values, "current": tuned.current, "error": reasons.first().map(|reason| reason.summary()),
            }),
        }
    };
    results.iter().map(object).collect()
}
