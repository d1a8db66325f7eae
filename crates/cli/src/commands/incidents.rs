//! `quarry incidents`

use std::io::{self, Write};

use clap::{Subcommand, ValueEnum};
use quarry_hunting::incident::{IncidentFilter, IncidentState, KeptIncidents, mark_incidents};
use quarry_hunting::{EngineRunner, ResultTable};

use crate::commands::findings::{self, about};
use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{AuthorArgs, EntityArgs, KeptArgs};
use crate::input::MemoryArgs;
use crate::lake;
use crate::output::{Format, Grid, Terminal, Times, counted, minute, one_line, print_list, result_grid, write_result};

/// List the incidents that `quarry run` opened, and close them
///
/// An incident gathers alerts that belong together: by their entities and the time between them, as the rule's incidentConfiguration or the
/// schedule file says. A rule that says nothing opens one for each alert.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  quarry incidents                                    everything, the newest first
  quarry incidents --state open --entity alice@       what is open about alice
  quarry incidents show 3f2a                          one incident with its alerts and what was said of it
  quarry incidents close 3f2a --reason 'password reset, ticket 4711'")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show one incident with its alerts
    Show {
        /// Its id, or the beginning of it
        #[arg(value_name = "INCIDENT")]
        incident: String,
        #[command(flatten)]
        kept: KeptArgs,
    },
    /// Close incidents
    Close(MarkArgs),
    /// Open incidents again
    Reopen(MarkArgs),
}

#[derive(Debug, clap::Args)]
struct MarkArgs {
    /// Their ids, or the beginnings of them
    #[arg(required = true, value_name = "INCIDENT")]
    incidents: Vec<String>,
    /// Why
    #[arg(long, required = true, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    author: AuthorArgs,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    kept: KeptArgs,
    /// Only incidents of rules with this in their names, or in the title
    #[arg(long, value_name = "TEXT")]
    rule: Option<String>,
    /// Only incidents in this state (repeatable)
    #[arg(long, value_enum, value_name = "STATE")]
    state: Vec<StateArg>,
    #[command(flatten)]
    about: EntityArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StateArg {
    Open,
    Closed,
}

impl From<StateArg> for IncidentState {
    fn from(state: StateArg) -> Self {
        match state {
            StateArg::Open => Self::Open,
            StateArg::Closed => Self::Closed,
        }
    }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    match args.command {
        None => list(args.list, terminal).await,
        Some(Command::Show { incident, kept }) => show(&incident, &kept, terminal).await,
        Some(Command::Close(args)) => mark(&args, IncidentState::Closed).await,
        Some(Command::Reopen(args)) => mark(&args, IncidentState::Open).await,
    }
}

async fn list(args: ListArgs, terminal: &Terminal) -> Outcome {
    let format = args.kept.format;
    let database = findings::open(&args.kept.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let filter = IncidentFilter {
        rule: args.rule,
        states: args.state.into_iter().map(IncidentState::from).collect(),
        entity: args.about.entity,
    };
    let found = KeptIncidents::new(&runner).list(&filter).await.map_err(findings::failed)?;
    print_list(&found, format, grid, ("incident", "incidents"), terminal)?;
    Ok(Exit::Clean)
}

async fn show(incident: &str, args: &KeptArgs, terminal: &Terminal) -> Outcome {
    let format = args.format;
    let database = findings::open(&args.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptIncidents::new(&runner);
    let id = kept.find(incident).await.map_err(findings::failed)?;
    let id = id.map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    let alerts = kept.alerts(&id).await.map_err(findings::failed)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if format == Format::Table {
        let paint = &terminal.paint;
        writeln!(out, "{} {id}", paint.bold("Incident"))?;
        for row in alerts.iter() {
            let text = |name: &str| alerts.position(name).map(|at| one_line(&row.text(at))).unwrap_or_default();
            writeln!(
                out,
                "\n{}  {}  {}",
                minute(&text("To")),
                text("Severity").to_uppercase(),
                paint.bold(text("Title"))
            )?;
            let about = alerts.position("Entities").map(|at| about(&row.text(at))).unwrap_or_default();
            let from = minute(&text("From"));
            let window = if from.is_empty() { String::new() } else { format!(" since {from}") };
            for (name, value) in [
                ("about", one_line(&about)),
                ("rows", format!("{}{window}", text("Rows"))),
                ("rule", text("Hunt")),
                ("findings", text("Findings")),
                ("details", text("Details")),
            ] {
                if !matches!(value.as_str(), "" | "[]" | "{}") {
                    writeln!(out, "  {}  {value}", paint.dim(format!("{name:8}")))?;
                }
            }
        }
        let history = kept.history(&id).await.map_err(findings::failed)?;
        writeln!(out)?;
        result_grid(&history, None, terminal.width, Times::Exact).write(&mut out, paint, "")?;
    } else {
        write_result(&mut out, &alerts, format, terminal)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

async fn mark(args: &MarkArgs, state: IncidentState) -> Outcome {
    if args.reason.trim().is_empty() {
        return Err(Failure::Usage(
            "--reason is empty: who reads this next year must know why".to_owned(),
        ));
    }
    let location = lake::open(&args.author.lake.lake).await?;
    let database = findings::open(&args.author.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptIncidents::new(&runner);
    let mut incidents = Vec::with_capacity(args.incidents.len());
    for beginning in &args.incidents {
        let found = kept.find(beginning).await.map_err(findings::failed)?;
        incidents.push(found.map_err(|unknown| Failure::Usage(unknown.to_string()))?);
    }
    mark_incidents(&location, &incidents, state, &args.reason, &args.author.by).await?;
    eprintln!("{} {state}", counted(incidents.len(), "incident is now", "incidents are now"));
    Ok(Exit::Clean)
}

/// Digits of an id that tell incidents apart in practice.
const SHORT: usize = 10;

fn grid(found: &ResultTable, terminal: &Terminal) -> Grid {
    let names = [
        "Incident", "State", "Severity", "Title", "About", "First", "Last", "Alerts", "Findings",
    ];
    let mut grid = Grid::new(names, terminal.width).right(7).right(8);
    for row in found.iter() {
        let text = |name: &str| found.position(name).map(|at| row.text(at)).unwrap_or_default();
        grid.push([
            text("Incident").chars().take(SHORT).collect(),
            text("State"),
            text("Severity"),
            text("Title"),
            about(&text("Entities")),
            minute(&text("First")),
            minute(&text("Last")),
            text("Alerts"),
            text("Findings"),
        ]);
    }
    grid
}
