//! `quarry run`

mod daemon;
mod plan;
mod tell;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use clap::ValueEnum;
use quarry_content::schedule_file::{self, CatchUp};
use quarry_content::{Document, Hunt, ScheduleFile};
use quarry_hunting::Functions;
use quarry_hunting::notify::{Outbox, Sink};
use quarry_hunting::schedule::{Plan, Scheduler};
use quarry_text::{Diagnostic, render};
use quarry_value::time;

use crate::exit::{Exit, Failure, Outcome};
use crate::input::{self, BesideArgs, MemoryArgs};
use crate::lake;
use crate::output::{Format, Paint, Terminal};
use crate::team::{self, SettingArgs};

/// Run rules and hunts on a schedule, and tell of what they find
///
/// Analytic rules run as they say themselves (queryFrequency, queryPeriod, trigger, suppression, grouping), near-real-time rules every minute,
/// hunts at the times of cron that the schedule file gives them. Each looks at windows of time that are the same for every run: findings,
/// alerts and how far the schedule has come are in the lake, so it may be stopped or killed at any moment and goes on where it was, without
/// losing or doubling a finding. Windows are looked at again when data come late, and caught up with after downtime.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry run --schedule soc.yaml                         run until Ctrl-C or SIGTERM
  quarry run --schedule soc.yaml --once                  do what is due now and end: for a crontab
  quarry run --schedule soc.yaml --once --dry-run        which rule would look at which window, and why
  quarry run --schedule soc.yaml --once --now 2026-11-20T08:00:00Z     as if it were that time

A schedule file:
  content: [rules/, hunts/]
  rules:
    - match: mailbox            # the beginning of an id, or a part of a name
      cron: 15 6 * * *          # minute, hour, day of the month, month, day of the week (UTC)
  notify: [soc]
  sinks:
    - name: soc
      webhook: https://soc.example/alerts
      secret-from: SOC_SECRET   # the environment variable with the secret that signs

docs/schedules.md tells every field. Findings: `quarry findings`; incidents: `quarry incidents`.
Exit code: 0 done, 2 the schedule file is wrong, 3 a rule could not run or an alert was not delivered.")]
pub struct Args {
    /// The schedule file
    #[arg(long, value_name = "FILE")]
    schedule: PathBuf,
    /// Do what is due now and end
    #[arg(long)]
    once: bool,
    /// Print what is due and do nothing
    #[arg(long)]
    dry_run: bool,
    /// The time to take for now (UTC), such as 2026-11-20T08:00:00Z; with --once or --dry-run
    #[arg(long, value_name = "TIME", value_parser = input::parse_time)]
    now: Option<i64>,
    /// What to do about windows that were missed; the file's, or else `every`
    #[arg(long, value_enum, value_name = "POLICY")]
    catch_up: Option<CatchUpArg>,
    /// Folder or URL of the lake; the file's, or else quarry-lake
    #[arg(long, env = "QUARRY_LAKE", value_name = "LAKE")]
    lake: Option<String>,
    /// With --once, how long to try to deliver alerts
    #[arg(long, default_value = "30s", value_name = "TIME", value_parser = input::parse_duration)]
    deliver_within: Duration,
    /// Form of what --dry-run prints
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT", requires = "dry_run")]
    format: Format,
    #[command(flatten)]
    memory: MemoryArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum CatchUpArg {
    /// Look at each of them, the oldest first
    Every,
    /// Look at the newest of each rule; the others are told of
    Latest,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    if args.now.is_some() && !args.once && !args.dry_run {
        return Err(Failure::Usage(
            "--now needs --once or --dry-run: time does not stand still".to_owned(),
        ));
    }
    let text = input::read_file(&args.schedule)?;
    let file = match schedule_file::read(&text) {
        Ok(file) => file,
        Err(diagnostics) => return Ok(wrong(&args.schedule, &text, &diagnostics, terminal)),
    };
    let places = Places::of(&args, &file);
    let documents = quarry_content::load_paths(&places.content);
    let elsewhere = quarry_content::load_paths(&places.team);
    team::warn(&documents.iter().chain(&elsewhere).collect::<Vec<_>>(), terminal);
    let hunts: Vec<&Hunt> = documents.iter().flat_map(|document| &document.hunts).collect();
    if hunts.is_empty() {
        return Err(super::hunt::nothing_to_run(0, &documents));
    }
    let functions = functions(&documents, &places);
    let mut plan = match Plan::new(&file, &places.name, &hunts, &functions) {
        Ok(plan) => plan,
        Err(diagnostics) => return Ok(wrong(&args.schedule, &text, &diagnostics, terminal)),
    };
    match args.catch_up {
        Some(CatchUpArg::Every) => plan.catch_up = CatchUp::Every,
        Some(CatchUpArg::Latest) => plan.catch_up = CatchUp::Latest,
        None => {}
    }
    let lake = lake::open(&places.lake).await?;
    let session = lake::session(args.memory)?;
    let team = team::assemble(&documents, &elsewhere, &SettingArgs::default(), &hunts)?;
    let beside = lake::beside(Some(&lake), &places.beside, &team::together(&documents, &elsewhere)).await?;
    let stop = AtomicBool::new(false);
    let scheduler = Scheduler {
        lake: &lake,
        session: &session,
        plan: &plan,
        team: &team,
        beside: &beside,
        stop: &stop,
    };
    if args.dry_run {
        return plan::write(&scheduler, args.now.unwrap_or_else(time::system_now), args.format, terminal).await;
    }
    let variable = |name: &str| std::env::var(name).ok();
    let sinks: Result<Vec<Sink>, String> = file.sinks.iter().map(|sink| Sink::open(sink, &places.folder, &variable)).collect();
    let outbox = Outbox::new(&lake, &session, &plan.name, sinks.map_err(Failure::new)?);
    let teller = tell::Teller::new(&plan, terminal);
    if args.once {
        daemon::once(&scheduler, outbox, teller, args.now, args.deliver_within).await
    } else {
        daemon::forever(&scheduler, outbox, teller).await
    }
}

/// Where everything is that a schedule file names. Paths in it are beside it.
struct Places {
    folder: PathBuf,
    /// The name of the state, where the file gives none.
    name: String,
    lake: String,
    content: Vec<PathBuf>,
    team: Vec<PathBuf>,
    beside: BesideArgs,
}

impl Places {
    fn of(args: &Args, file: &ScheduleFile) -> Self {
        let folder = args.schedule.parent().map(Path::to_path_buf).unwrap_or_default();
        let paths = |texts: &[String]| texts.iter().map(|text| folder.join(text)).collect::<Vec<_>>();
        let in_file = |lake: &String| {
            let is_url = lake.contains("://");
            if is_url {
                lake.clone()
            } else {
                folder.join(lake).display().to_string()
            }
        };
        let stem = args.schedule.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self {
            name: stem,
            lake: args
                .lake
                .clone()
                .or_else(|| file.lake.as_ref().map(in_file))
                .unwrap_or_else(|| "quarry-lake".to_owned()),
            content: paths(&file.content),
            team: paths(&file.team),
            beside: BesideArgs {
                functions: paths(&file.functions),
                data: file.data.clone(),
                workspaces: Vec::new(),
                folder: folder.clone(),
            },
            folder,
        }
    }
}

fn functions(documents: &[Document], places: &Places) -> Functions {
    let mut all = documents.to_vec();
    all.extend(quarry_content::load_paths(&places.beside.functions));
    Functions::of(&all)
}

fn wrong(path: &Path, text: &str, diagnostics: &[Diagnostic], terminal: &Terminal) -> Exit {
    let paint = Paint::new(terminal.colour_errors);
    eprint!(
        "{}",
        render::terminal(&path.display().to_string(), text, diagnostics, paint.is_on())
    );
    Exit::Wrong
}
