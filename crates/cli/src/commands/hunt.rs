//! `quarry hunt`

use clap::ValueEnum;
use quarry_content::{Hunt, HuntSeverity};
use quarry_engine::Session;
use quarry_hunting::export::{Circumstances, TableVersion};
use quarry_hunting::{
    EngineRunner, ExclusionMode, Functions, HuntDatabase, KeptFindings, Progress, Report, RunOptions, Selection, run_hunts, save,
};

use quarry_storage::{AsOf, Lake};

use crate::commands::findings;
use crate::exit::{Exit, Failure, Outcome};
use crate::export::{self, Export};
use crate::groups::{ClockArgs, ContentArgs, RunArgs};
use crate::input::{AsOfArgs, MemoryArgs};
use crate::lake::{self, Moment};
use crate::output::{Bar, Format, Terminal};
use crate::report;
use crate::team;

/// Run hunting content on the lake and print findings
///
/// Takes hunting queries and analytic rules as published (Sentinel YAML), as a workspace or Defender gives them out (ARM templates, detection rules in
/// JSON), pages with a query and its metadata, and plain .kql files.
/// A hunt that cannot run is never passed over in silence: the summary says which, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry hunt hunts/                                   everything below a folder
  quarry hunt rule.yaml --now 2026-11-20               as if it were that day: archives have their own time
  quarry hunt rule.yaml --evidence                     with the events that each finding comes from
  quarry hunt hunts/ --save --export report.html       keep the findings, and write a report for others
  quarry hunt hunts/ --evidence --export report.html   with the events behind each finding in it
  quarry hunt hunts/ --set LookBack=7d --tactic InitialAccess --format jsonl
  quarry hunt hunts/ --only-excluded                   what the team's exclusions hide

`quarry show tunables hunts/` lists what --set can change and where values come from, strongest first: --set, QUARRY_SET_NAME in the
environment, the hunt's sidecar (NAME.quarry.yaml), the team's file (quarry.yaml), the hunt itself.
Exit code: 0 nothing found, 1 findings, 3 nothing found but some hunts could not run.")]
pub struct Args {
    #[command(flatten)]
    content: ContentArgs,
    #[command(flatten)]
    run: RunArgs,
    #[command(flatten)]
    clock: ClockArgs,
    /// Show all findings, as if the team had no exclusions
    #[arg(long, conflicts_with = "only_excluded")]
    no_exclusions: bool,
    /// Show the findings that exclusions hide, and no others
    #[arg(long)]
    only_excluded: bool,
    /// Only hunts whose name holds this, or whose id starts with it (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Only hunts for this tactic (repeatable)
    #[arg(long, value_name = "TACTIC")]
    tactic: Vec<String>,
    /// Only hunts for this technique, sub-techniques included (repeatable)
    #[arg(long, value_name = "T1234")]
    technique: Vec<String>,
    /// Only hunts of at least this severity; those without one run too
    #[arg(long, value_enum, value_name = "SEVERITY")]
    severity: Option<LeastSeverity>,
    /// Rows shown of each hunt; 0 shows all
    #[arg(long, default_value_t = 5, value_name = "N")]
    rows: usize,
    /// Form of the findings
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// Write a file for others: a report (.html), a timeline (.csv, .jsonl) or a STIX 2.1 bundle (.json) (repeatable)
    #[arg(long, value_name = "FILE")]
    export: Vec<Export>,
    /// Keep the findings in the lake: `quarry findings` lists them and compares runs
    #[arg(long)]
    save: bool,
    /// Show the events that each finding comes from: table, time, and the fields that mattered
    #[arg(long)]
    evidence: bool,
    /// Most events of each table in the evidence of a finding; the others are counted
    #[arg(long, default_value_t = 20, value_name = "N", requires = "evidence")]
    evidence_limit: usize,
    #[command(flatten)]
    as_of: AsOfArgs,
    #[command(flatten)]
    memory: MemoryArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LeastSeverity {
    High,
    Medium,
    Low,
    Informational,
}

/// More findings than anybody reads; a hunt that gives more needs tuning, not patience.
const MOST_ROWS: usize = 500_000;

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let documents = args.content.load();
    let selection = Selection {
        only: args.only,
        tactics: args.tactic,
        techniques: args.technique,
        least: args.severity.map(|severity| match severity {
            LeastSeverity::High => HuntSeverity::High,
            LeastSeverity::Medium => HuntSeverity::Medium,
            LeastSeverity::Low => HuntSeverity::Low,
            LeastSeverity::Informational => HuntSeverity::Informational,
        }),
    };
    let all: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    let hunts: Vec<&Hunt> = all.iter().copied().filter(|hunt| selection.allows(hunt)).collect();
    if hunts.is_empty() {
        return Err(nothing_to_run(all.len(), &documents));
    }
    let elsewhere = args.run.team.documents();
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let mut team = team::assemble(&documents, &elsewhere, &args.run.set, &hunts)?;
    team.mode = match (args.no_exclusions, args.only_excluded) {
        (true, _) => ExclusionMode::Ignore,
        (false, true) => ExclusionMode::OnlyExcluded,
        (false, false) => ExclusionMode::Apply,
    };
    let beside = team::together(&documents, &elsewhere);
    let database = match args.as_of.as_of {
        None => lake::database(&args.run.lake.lake, &args.run.beside, &beside).await?,
        Some(AsOf::Time(ticks)) => lake::database_as_of(&args.run.lake.lake, &args.run.beside, &beside, &Moment::Time(ticks)).await?,
        Some(AsOf::Version(version)) => {
            return Err(Failure::Usage(format!(
                "--as-of {version}: hunts read many tables, and each counts versions of its own; give a time"
            )));
        }
    };
    if database.has_no_data() {
        return Err(Failure::with_hint(
            format!("the lake {} holds no data", args.run.lake.lake),
            "fill it with `quarry ingest FOLDER`",
        ));
    }
    let session = lake::session(args.memory)?;
    let runner = EngineRunner::new(&session, &database);
    let options = RunOptions {
        now: args.clock.now,
        timeout: Some(args.run.timeout),
        max_rows: Some(MOST_ROWS),
        evidence: args.evidence.then_some(args.evidence_limit),
        ..RunOptions::default()
    };
    let bar = Bar::steps(terminal, "Hunting", hunts.len(), "hunts");
    let mut progress = |step: Progress<'_, '_>| match step {
        Progress::Starts { hunt, .. } => bar.message(hunt.title()),
        Progress::Ends(_) => bar.step(),
    };
    let report = run_hunts(&runner, &hunts, &team, &options, &mut progress).await;
    bar.finish();
    report::write(&report, &team, &documents, args.format, args.rows, terminal)?;
    let clock = args.clock.now.unwrap_or_else(quarry_value::time::system_now);
    if args.save || !args.export.is_empty() {
        let lake = lake::open(&args.run.lake.lake).await?;
        if !args.export.is_empty() {
            let circumstances = Circumstances {
                lake: lake.url().to_string(),
                tables: TableVersion::all_of(&database),
                team: &team,
                evidence: args.evidence,
                made: quarry_value::time::system_now(),
                clock,
            };
            export::write(&args.export, &report, circumstances)?;
        }
        if args.save {
            keep(&report, &lake, clock, &session).await?;
        }
    }
    let totals = report.totals();
    Ok(match (totals.findings, totals.could_not_run) {
        (0, 0) => Exit::Clean,
        (0, _) => Exit::Failed,
        _ => Exit::Found,
    })
}

/// Why there is no hunt to run.
pub fn nothing_to_run(loaded: usize, documents: &[quarry_content::Document]) -> Failure {
    if loaded > 0 {
        return Failure::Usage(format!("none of the {loaded} hunts is selected: see `quarry show hunts`"));
    }
    let reason = documents
        .iter()
        .flat_map(|document| document.diagnostics.iter().map(move |found| (document, found)))
        .next();
    match reason {
        Some((document, found)) => Failure::with_hint(
            format!("no hunts: {}: {}", document.name, found.message),
            "`quarry check` tells more",
        ),
        None => Failure::new("no hunts: there are no content files (.yaml, .yml, .json, .kql, .txt, .md)"),
    }
}

/// Keeps what was found, and says how it compares with the run before.
async fn keep(report: &Report<'_>, lake: &Lake, clock: i64, session: &Session) -> Result<(), Failure> {
    let saved = save(lake, report, clock).await?;
    let database = HuntDatabase::open(lake, Functions::default()).await?;
    let runner = EngineRunner::new(session, &database);
    let changes = KeptFindings::new(&runner).changes(&saved.run).await.map_err(findings::failed)?;
    let parts: Vec<String> = changes.iter().map(|row| format!("{} {}", row.text(1), row.text(0))).collect();
    let parts = if parts.is_empty() { "nothing".to_owned() } else { parts.join(", ") };
    eprintln!("Saved: {parts} (quarry findings)");
    Ok(())
}
