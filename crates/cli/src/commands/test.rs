//! `quarry test`

mod junit;
mod report;

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use futures::StreamExt;
use quarry_content::{Document, Hunt};
use quarry_hunting::testing::{Bench, CaseReport, MutationReport, Recording, TestedHunt, changes_of, mutate, record, strays, tested_hunts};
use quarry_hunting::{EngineRunner, QueryRunner, RunOptions, Selection, Team};
use quarry_value::time;

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{self, BesideArgs, LakeArgs, MemoryArgs, existing};
use crate::lake;
use crate::output::{Bar, Terminal};
use crate::team::{self, TeamArgs};

/// Test hunts on events of your own: each case fires or stays silent, as its sidecar says
///
/// Tests stand beside the hunt, in NAME.quarry.yaml: named cases with a clock, events for each table, and what the hunt makes of them. They
/// run on the real engine with tables in memory, with the team's tunables and exclusions. docs/sidecar.md describes the format.
///
/// --mutate changes thresholds, operators, filters, joins and lists of each hunt, and the predicates of the exclusions beside its tests, one at a
/// time, and reports the changes that no test notices.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry test hunts/                                     every case of every hunt
  quarry test hunts/ --format junit > tests.xml          for a build server
  quarry test hunts/ --mutate --min-score 90             are the tests good enough?
  quarry test hunt.yaml --record 'EmailEvents | where RecipientEmailAddress startswith \"mia\" | take 20' --name 'a lure'
                                                         a case from the lake, with names replaced

Exit code: 0 all pass, 1 a test fails, a sidecar is wrong, or a score is too low.")]
pub struct Args {
    /// Files and folders with hunts; their sidecars are found beside them
    #[arg(required = true, value_name = "CONTENT", value_parser = existing)]
    content: Vec<PathBuf>,
    #[command(flatten)]
    team: TeamArgs,
    #[command(flatten)]
    beside: BesideArgs,
    /// Only hunts whose name holds this, or whose id starts with it (repeatable)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Name every case, not only those that fail
    #[arg(long, short)]
    verbose: bool,
    /// Change the hunts and see whether a test notices
    #[arg(long)]
    mutate: bool,
    /// At most so many changes of each hunt, spread over its text
    #[arg(long, value_name = "N", requires = "mutate")]
    mutate_limit: Option<usize>,
    /// Fail when the tests of a hunt notice less than this share of the changes, in percent
    #[arg(long, value_name = "PERCENT", requires = "mutate")]
    min_score: Option<f64>,
    /// Print a case made of this query's rows, with names of people, machines and addresses replaced
    #[arg(long, value_name = "QUERY", conflicts_with = "mutate")]
    record: Option<String>,
    /// The name of the recorded case
    #[arg(long, value_name = "NAME", requires = "record", default_value = "recorded")]
    name: String,
    /// What `now()` gives while recording (UTC)
    #[arg(long, value_name = "TIME", value_parser = input::parse_time, requires = "record")]
    now: Option<i64>,
    #[command(flatten)]
    lake: LakeArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// One object with everything
    Json,
    /// JUnit XML, which build servers read
    Junit,
}

/// What came of one hunt.
pub struct Tested {
    pub tested: TestedHunt,
    pub cases: Vec<CaseReport>,
    pub mutation: Option<MutationReport>,
}

impl Tested {
    /// Cases that do not pass.
    pub fn failed(&self) -> usize {
        self.cases.iter().filter(|case| !case.verdict.passed()).count()
    }
}

/// What came of all.
pub struct Run {
    pub hunts: Vec<Tested>,
    /// Sidecars with mistakes.
    pub broken: Vec<Document>,
    /// Sidecars for hunts that are not there.
    pub strays: Vec<String>,
    pub min_score: Option<f64>,
    pub started: Instant,
}

impl Run {
    /// Hunts whose tests notice too little.
    pub fn too_low(&self) -> usize {
        let score = |tested: &Tested| tested.mutation.as_ref().and_then(MutationReport::score);
        let low = |tested: &&Tested| self.min_score.is_some_and(|least| score(tested).is_some_and(|score| score < least));
        self.hunts.iter().filter(low).count()
    }

    fn is_good(&self) -> bool {
        self.broken.is_empty() && self.too_low() == 0 && self.hunts.iter().all(|tested| tested.failed() == 0)
    }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let started = Instant::now();
    let documents = quarry_content::load_paths(&args.content);
    let elsewhere = args.team.documents();
    let selection = Selection {
        only: args.only.clone(),
        ..Selection::default()
    };
    let mut tested = tested_hunts(&documents, &elsewhere);
    tested.retain(|one| selection.allows(&one.hunt));
    if tested.is_empty() {
        return Err(Failure::with_hint(
            "no hunts to test here",
            "`quarry show hunts CONTENT` lists what there is",
        ));
    }
    let team = Team::of(&documents, &elsewhere, time::system_now());
    // Without the lake's: a test must not depend on where it runs.
    let beside = lake::beside(None, &args.beside, &team::together(&documents, &elsewhere)).await?;
    let bench = Bench::new(beside, &team).map_err(|problem| Failure::new(problem.message))?;
    if let Some(query) = &args.record {
        return recorded(&args, query, &bench, &tested, &documents).await;
    }
    let mut run = Run {
        hunts: Vec::with_capacity(tested.len()),
        broken: broken(&documents, &elsewhere),
        strays: strays(&documents)
            .into_iter()
            .map(|(document, sidecar)| format!("{} is for {}, which is not here", document.name, sidecar.hunt))
            .collect(),
        min_score: args.min_score,
        started,
    };
    let steps = tested.iter().map(|one| steps(&bench, one, &args)).sum();
    let bar = Bar::steps(terminal, "Testing", steps, "runs");
    let reports: Vec<Vec<CaseReport>> = {
        let done = |cases: &Vec<CaseReport>| bar.advance(u64::try_from(cases.len()).unwrap_or_default());
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let runs = tested.iter().map(|one| bench.run(one));
        futures::stream::iter(runs).buffered(workers).inspect(done).collect().await
    };
    for (one, cases) in tested.into_iter().zip(reports) {
        bar.message(one.hunt.title());
        let mutation = if args.mutate && !cases.is_empty() {
            let mut progress = || bar.step();
            Some(mutate(&bench, &one, args.mutate_limit, &mut progress).await)
        } else {
            None
        };
        run.hunts.push(Tested {
            tested: one,
            cases,
            mutation,
        });
    }
    bar.finish();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.format {
        ReportFormat::Text => report::people(&mut out, &run, args.verbose, &terminal.paint)?,
        ReportFormat::Json => report::json(&mut out, &run)?,
        ReportFormat::Junit => junit::write(&mut out, &run)?,
    }
    out.flush()?;
    Ok(if run.is_good() { Exit::Clean } else { Exit::Found })
}

fn steps(bench: &Bench, tested: &TestedHunt, args: &Args) -> usize {
    let cases = tested.tests.cases.len();
    let changes = if args.mutate && cases > 0 {
        let all = changes_of(bench, tested);
        args.mutate_limit.map_or(all, |most| most.min(all))
    } else {
        0
    };
    cases + changes
}

fn broken(documents: &[Document], elsewhere: &[Document]) -> Vec<Document> {
    let all = documents.iter().chain(elsewhere);
    let sidecars = all.filter(|document| quarry_content::sidecar::is_sidecar(&document.name));
    sidecars
        .filter(|document| quarry_text::has_errors(&document.diagnostics))
        .cloned()
        .collect()
}

/// Prints a case out of the lake.
async fn recorded(args: &Args, query: &str, bench: &Bench, tested: &[TestedHunt], documents: &[Document]) -> Outcome {
    const MOST_EVENTS: usize = 1_000;
    let [one] = tested else {
        let names: Vec<&str> = tested.iter().take(5).map(|one: &TestedHunt| Hunt::title(&one.hunt)).collect();
        return Err(Failure::Usage(format!(
            "a recording is for one hunt, choose it with --only: {}",
            names.join(", ")
        )));
    };
    let database = lake::database(&args.lake.lake, &BesideArgs::default(), documents).await?;
    let session = lake::session(MemoryArgs::default())?;
    let now = args.now.unwrap_or_else(time::system_now);
    let options = RunOptions {
        now: Some(now),
        max_rows: Some(MOST_EVENTS),
        ..RunOptions::default()
    };
    let rows = EngineRunner::new(&session, &database).run(query, &options).await;
    let rows = rows.map_err(|error| {
        let told = error.diagnostics.first().map(|found| found.message.clone());
        Failure::new(told.unwrap_or_else(|| format!("no table {}", error.missing_tables.join(", "))))
    })?;
    let recording = Recording {
        name: &args.name,
        query,
        now,
    };
    let case = record(bench, one, &rows, &recording).await.map_err(Failure::new)?;
    let mut out = std::io::stdout().lock();
    write!(out, "{}", case.yaml)?;
    eprintln!(
        "{} events, {} names replaced; the hunt has {} findings on them. Look the case over before it leaves this machine, then put it under `tests:` in {}",
        case.events,
        case.replaced,
        case.findings,
        sidecar_name(&one.hunt.path)
    );
    Ok(Exit::Clean)
}

fn sidecar_name(path: &str) -> String {
    PathBuf::from(path).with_extension("quarry.yaml").display().to_string()
}
