//! `quarry demo`

mod place;
mod verdict;

use std::io::Write;
use std::time::Instant;

use quarry_content::Hunt;
use quarry_hunting::{
    EngineRunner, Functions, HuntDatabase, HuntOutcome, Progress, Report, RunOptions, Team, fingerprints, run_hunts, save,
};
use quarry_simulator::{Reported, Scenario, Summary, Table, write_exports};
use quarry_storage::Lake;
use quarry_value::format;

use crate::bundled;
use crate::commands::ingest;
use crate::exit::{Exit, Failure, Outcome};
use crate::input::MemoryArgs;
use crate::lake;
use crate::output::{Bar, Terminal, count, counted, elapsed};
use crate::report;

/// Simulate a Microsoft 365 tenant, plant intrusions in it, and hunt for them
///
/// Writes the logs of an invented company (mail, sign-ins, cloud application events) as exports, ingests them like any other logs,
/// runs the bundled hunts with the exclusions that come with them, and compares what they find with what was planted: precision and recall,
/// before and after exclusions. The same seed and sizes give the same logs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry demo                              30 days of a tenant, in seconds
  quarry demo --seed 11 --events 2000000   another company, ten times busier

The lake stays, with what was found, so that you can look around: quarry findings, quarry evidence FINGERPRINT, quarry show tables")]
pub struct Args {
    /// Chooses people, habits and intrusions
    #[arg(long, default_value_t = Scenario::default().seed, value_name = "N")]
    seed: u64,
    /// Days to simulate, 22 to 365
    #[arg(long, default_value_t = Scenario::default().days, value_name = "N", value_parser = clap::value_parser!(u32).range(22..=365))]
    days: u32,
    /// Events in all tables together
    #[arg(long, default_value_t = Scenario::default().events, value_name = "N", value_parser = clap::value_parser!(u64).range(..=1_000_000_000))]
    events: u64,
    /// Folder for the lake; an earlier demo's lake there is replaced, any other is left alone
    #[arg(long, default_value = "quarry-lake", value_name = "DIR")]
    lake: std::path::PathBuf,
    /// Keep the simulated exports in this folder
    #[arg(long, value_name = "DIR")]
    exports: Option<std::path::PathBuf>,
    /// Rows shown of each hunt
    #[arg(long, default_value_t = 3, value_name = "N")]
    rows: usize,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let scenario = Scenario {
        seed: args.seed,
        days: args.days,
        ..Scenario::sized(args.events)
    }
    .normalised();
    place::prepare(&args.lake)?;
    let kept = args.exports.clone();
    // Deleted when dropped, at the end of the demo.
    let passing = if kept.is_none() { Some(tempfile::tempdir()?) } else { None };
    let exports = kept
        .or_else(|| passing.as_ref().map(|folder| folder.path().to_path_buf()))
        .unwrap_or_default();

    let start = Instant::now();
    let mut out = std::io::stdout();
    let summary = simulate(&scenario, &exports)?;
    let what = format!(
        "Simulating contoso.example, {} days to {} (seed {}): {} events, {} planted intrusions",
        scenario.days,
        day(scenario.end_ticks),
        scenario.seed,
        count(usize::try_from(summary.total()).unwrap_or(usize::MAX)),
        summary.truth.intrusions.len()
    );
    timed(&mut out, &what, start, terminal)?;

    let begin = Instant::now();
    let location = args.lake.to_string_lossy().into_owned();
    let lake = Lake::create(&location).await?;
    place::mark(&args.lake)?;
    place::keep_truth(&args.lake, &summary.truth)?;
    let rows = ingest::folder(&lake, &exports, terminal).await?;
    let parts: Vec<String> = Table::ALL
        .iter()
        .filter_map(|table| {
            Some(format!(
                "{} {}",
                table.name(),
                count(usize::try_from(*rows.get(table.name())?).unwrap_or(usize::MAX))
            ))
        })
        .collect();
    timed(&mut out, &format!("Ingesting   {}", parts.join(" · ")), begin, terminal)?;

    let documents = bundled::documents();
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let database = HuntDatabase::open(&lake, Functions::default()).await?;
    let session = lake::session(MemoryArgs::default())?;
    let begin = Instant::now();
    // Exclusions end on days of the simulated time: the demo is the same whenever it runs.
    let team = Team::of(&documents, &[], scenario.end_ticks);
    let runner = EngineRunner::new(&session, &database);
    let report = hunt(&runner, &hunts, &team, scenario.end_ticks, terminal).await;
    let ran = hunts.len() - report.totals().could_not_run;
    timed(
        &mut out,
        &format!("Hunting     {} over {} days", counted(ran, "hunt", "hunts"), scenario.days),
        begin,
        terminal,
    )?;
    writeln!(out)?;

    for found in &report.hunts {
        report::findings(&mut out, found, args.rows, terminal)?;
    }
    let (before, after) = (reported(&report, false), reported(&report, true));
    let judged = summary.truth.judge(&after);
    verdict::write(&mut out, &judged, &report, &terminal.paint)?;
    verdict::score(&mut out, "without exclusions", &summary.truth.judge(&before), before.len())?;
    verdict::score(&mut out, "with exclusions", &judged, after.len())?;
    report::exclusions::write(&mut out, &report, &team, &terminal.paint)?;
    report::summary(&mut out, &report, &terminal.paint)?;
    save(&lake, &report, scenario.end_ticks).await?;
    next(&mut out, &location, scenario.end_ticks, gravest(&report).as_deref(), terminal)?;
    Ok(if report.totals().could_not_run == hunts.len() {
        Exit::Failed
    } else {
        Exit::Clean
    })
}

fn simulate(scenario: &Scenario, exports: &std::path::Path) -> Result<Summary, Failure> {
    write_exports(scenario, exports).map_err(|error| Failure::new(format!("{}: {error}", exports.display())))
}

async fn hunt<'h>(runner: &EngineRunner<'_>, hunts: &[&'h Hunt], team: &Team, now: i64, terminal: &Terminal) -> Report<'h> {
    let bar = Bar::steps(terminal, "Hunting", hunts.len(), "hunts");
    let options = RunOptions {
        now: Some(now),
        ..RunOptions::default()
    };
    let mut progress = |step: Progress<'_, '_>| match step {
        Progress::Starts { hunt, .. } => bar.message(hunt.title()),
        Progress::Ends(_) => bar.step(),
    };
    let report = run_hunts(runner, hunts, team, &options, &mut progress).await;
    bar.finish();
    report
}

/// The findings with the team's exclusions, or without any.
fn reported(report: &Report<'_>, excluded: bool) -> Vec<Reported> {
    let mut rows = Vec::new();
    for hunt in &report.hunts {
        let with = match &hunt.outcome {
            HuntOutcome::Findings(table) => Some(table),
            HuntOutcome::Silent | HuntOutcome::CannotRun(_) => None,
        };
        let table = if excluded { with } else { hunt.before.as_ref().or(with) };
        for row in table.into_iter().flat_map(|table| table.iter()) {
            let values = row.texts();
            rows.push(Reported {
                hunt: hunt.hunt.id.clone(),
                values,
            });
        }
    }
    rows
}

/// A line about a finished step, with its time at the right.
fn timed(out: &mut dyn Write, text: &str, start: Instant, terminal: &Terminal) -> std::io::Result<()> {
    let time = elapsed(start.elapsed());
    let width = terminal.width.unwrap_or(110).clamp(80, 120);
    let gap = width.saturating_sub(text.chars().count() + time.chars().count()).max(2);
    writeln!(out, "{text}{}{}", " ".repeat(gap), terminal.paint.dim(time))
}

fn day(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime(ticks, &mut text);
    text.get(..10).unwrap_or_default().to_owned()
}

/// So much of the fingerprint of the gravest finding as tells it from all others.
fn gravest(report: &Report<'_>) -> Option<String> {
    const LEAST: usize = 4;
    let found = report.hunts.iter().filter_map(|hunt| match &hunt.outcome {
        HuntOutcome::Findings(table) => Some(fingerprints(hunt.hunt, table).map(|(fingerprint, _)| fingerprint)),
        HuntOutcome::Silent | HuntOutcome::CannotRun(_) => None,
    });
    let all: Vec<String> = found.flatten().collect();
    let first = all.first()?;
    let alone = |length: &usize| {
        all.iter()
            .all(|other| other == first || other.get(..*length) != first.get(..*length))
    };
    let length = (LEAST..first.len()).find(alone).unwrap_or(first.len());
    first.get(..length).map(str::to_owned)
}

fn next(out: &mut dyn Write, location: &str, end: i64, finding: Option<&str>, terminal: &Terminal) -> std::io::Result<()> {
    let lake = if location == "quarry-lake" {
        String::new()
    } else {
        format!(" --lake {location}")
    };
    let evidence = finding.map(|finding| (format!("quarry evidence {finding}{lake}"), "the events behind the first finding"));
    let steps = evidence.into_iter().chain([
        (format!("quarry findings{lake}"), "all of them, kept in the lake"),
        (format!("quarry query 'CloudAppEvents | take 5'{lake}"), "the logs"),
        (format!("quarry hunt FOLDER --now {}{lake}", day(end)), "your own hunts on them"),
    ]);
    let steps: Vec<(String, &str)> = steps.collect();
    let width = steps.iter().map(|(step, _)| step.len()).max().unwrap_or_default();
    writeln!(out, "Next:")?;
    for (step, what) in steps {
        let gap = " ".repeat(width - step.len());
        writeln!(out, "  {}{gap}  {}", terminal.paint.cyan(step), terminal.paint.dim(what))?;
    }
    Ok(())
}
