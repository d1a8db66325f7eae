//! `quarry findings`

use std::io::{self, Write};

use clap::{Subcommand, ValueEnum};
use quarry_hunting::{
    EngineRunner, Entity, Filter, Functions, HuntDatabase, KeptFindings, ResultTable, RunError, State, mark, note_finding,
};

use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{AuthorArgs, EntityArgs, KeptArgs};
use crate::input::{LakeArgs, MemoryArgs};
use crate::lake;
use crate::output::{Format, Grid, Terminal, count, counted, minute, one_line, print_list, write_result};

/// List the findings that `quarry hunt --save` kept, and say what became of them
///
/// A finding is the same in the next run when the hunt, its version and the columns that identify the row are the same: the keys of a
/// `summarize`, or else the whole row. So a count may grow without making a new finding.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  quarry findings                                     everything that was found, the newest first
  quarry findings --change new                        what the last run of each hunt found for the first time
  quarry findings --state new --entity alice@          what nobody has looked at yet, about alice
  quarry findings show 3f2a                           one finding with its whole row
  quarry findings note 3f2a 'asked the mail team'       a remark; `quarry inquiry` keeps whole lines of thought
  quarry findings mark 3f2a --as benign --reason 'backup job, ticket 4711'")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: ListArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show one finding with everything that is known of it
    Show {
        /// Its fingerprint, or the beginning of it
        #[arg(value_name = "FINGERPRINT")]
        fingerprint: String,
        #[command(flatten)]
        kept: KeptArgs,
    },
    /// Write a remark on a finding; `show` prints them
    Note {
        /// Its fingerprint, or the beginning of it
        #[arg(value_name = "FINGERPRINT")]
        fingerprint: String,
        /// The remark
        text: String,
        #[command(flatten)]
        author: AuthorArgs,
    },
    /// Say where findings stand: seen, confirmed or benign
    Mark {
        /// Their fingerprints, or the beginnings of them
        #[arg(required = true, value_name = "FINGERPRINT")]
        fingerprints: Vec<String>,
        /// Where they stand now
        #[arg(long = "as", value_enum, value_name = "STATE")]
        state: StateArg,
        /// Why; `benign` needs it
        #[arg(long, default_value = "", value_name = "TEXT")]
        reason: String,
        #[command(flatten)]
        author: AuthorArgs,
    },
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    kept: KeptArgs,
    /// Only findings of hunts whose name holds this, or whose id starts with it
    #[arg(long, value_name = "TEXT")]
    hunt: Option<String>,
    /// Only findings in this state (repeatable)
    #[arg(long, value_enum, value_name = "STATE")]
    state: Vec<StateArg>,
    #[command(flatten)]
    about: EntityArgs,
    /// Only findings that stand so against the last run of their hunt (repeatable)
    #[arg(long, value_enum, value_name = "CHANGE")]
    change: Vec<ChangeArg>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StateArg {
    New,
    Seen,
    Confirmed,
    Benign,
}

impl From<StateArg> for State {
    fn from(state: StateArg) -> Self {
        match state {
            StateArg::New => Self::New,
            StateArg::Seen => Self::Seen,
            StateArg::Confirmed => Self::Confirmed,
            StateArg::Benign => Self::Benign,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ChangeArg {
    /// Found for the first time
    New,
    /// Found before, too
    Still,
    /// Found before, and not any more
    Gone,
}

impl ChangeArg {
    const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Still => "still there",
            Self::Gone => "gone",
        }
    }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    match args.command {
        None => list(args.list, terminal).await,
        Some(Command::Show { fingerprint, kept }) => show(&fingerprint, &kept, terminal).await,
        Some(Command::Note { fingerprint, text, author }) => remark(&fingerprint, &text, &author).await,
        Some(Command::Mark {
            fingerprints,
            state,
            reason,
            author,
        }) => set(&fingerprints, state.into(), &reason, &author).await,
    }
}

async fn list(args: ListArgs, terminal: &Terminal) -> Outcome {
    let format = args.kept.format;
    let database = open(&args.kept.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let filter = Filter {
        hunt: args.hunt,
        states: args.state.into_iter().map(State::from).collect(),
        entity: args.about.entity,
        changes: args.change.into_iter().map(ChangeArg::name).collect(),
    };
    let runner = EngineRunner::new(&session, &database);
    let found = KeptFindings::new(&runner).list(&filter).await.map_err(failed)?;
    print_list(&found, format, grid, ("finding", "findings"), terminal)?;
    Ok(Exit::Clean)
}

async fn show(fingerprint: &str, args: &KeptArgs, terminal: &Terminal) -> Outcome {
    let format = args.format;
    let database = open(&args.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptFindings::new(&runner);
    let fingerprint = kept
        .find(fingerprint)
        .await
        .map_err(failed)?
        .map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    let found = kept.show(&fingerprint).await.map_err(failed)?;
    let notes = kept.notes_on(&fingerprint).await.map_err(failed)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if format == Format::Table {
        for row in found.iter() {
            let width = found.columns.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
            for (at, (name, _)) in found.columns.iter().enumerate() {
                let value = row.text(at);
                // Notes have lines of their own.
                if !value.is_empty() && name != "Notes" {
                    writeln!(out, "{}  {}", terminal.paint.dim(format!("{name:width$}")), one_line(&value))?;
                }
            }
        }
        for row in notes.iter() {
            let [time, text, by, inquiry] = [0, 1, 2, 3].map(|at| one_line(&row.text(at)));
            let parts: Vec<String> = [minute(&time), by, inquiry].into_iter().filter(|part| !part.is_empty()).collect();
            writeln!(out, "{}  {text}", terminal.paint.dim(parts.join(" · ")))?;
        }
    } else {
        write_result(&mut out, &found, format, terminal)?;
    }
    out.flush()?;
    Ok(Exit::Clean)
}

async fn remark(fingerprint: &str, text: &str, author: &AuthorArgs) -> Outcome {
    let location = lake::open(&author.lake.lake).await?;
    let database = open(&author.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let found = KeptFindings::new(&runner).find(fingerprint).await.map_err(failed)?;
    let fingerprint = found.map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    note_finding(&location, &fingerprint, text, &author.by).await?;
    Ok(Exit::Clean)
}

async fn set(beginnings: &[String], state: State, reason: &str, author: &AuthorArgs) -> Outcome {
    if state == State::Benign && reason.trim().is_empty() {
        return Err(Failure::Usage(
            "`--as benign` needs a --reason: who reads this next year must know why".to_owned(),
        ));
    }
    let location = lake::open(&author.lake.lake).await?;
    let database = open(&author.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptFindings::new(&runner);
    let mut fingerprints = Vec::with_capacity(beginnings.len());
    for beginning in beginnings {
        let found = kept.find(beginning).await.map_err(failed)?;
        fingerprints.push(found.map_err(|unknown| Failure::Usage(unknown.to_string()))?);
    }
    mark(&location, &fingerprints, state, reason, &author.by).await?;
    eprintln!("{} {state}", counted(fingerprints.len(), "finding is now", "findings are now"));
    Ok(Exit::Clean)
}

/// The lake's own tables, and all others.
pub async fn open(lake_args: &LakeArgs) -> Result<HuntDatabase, Failure> {
    let lake = lake::open(&lake_args.lake).await?;
    Ok(HuntDatabase::open(&lake, Functions::default()).await?)
}

/// What kept the lake's own tables from being read.
pub fn failed(error: RunError) -> Failure {
    let message = error.diagnostics.first().map(|found| format!("{} {}", found.code, found.message));
    Failure::new(message.unwrap_or_else(|| format!("no table {}", error.missing_tables.join(", "))))
}

/// Digits of a fingerprint that tell findings apart in practice.
pub const SHORT: usize = 10;
/// Entities named in a line.
const NAMED: usize = 3;

fn grid(found: &ResultTable, terminal: &Terminal) -> Grid {
    let names = [
        "Finding",
        "State",
        "Change",
        "Severity",
        "Hunt",
        "About",
        "First seen",
        "Last seen",
        "Runs",
    ];
    let mut grid = Grid::new(names.map(str::to_owned), terminal.width).right(8);
    let place = |name: &str| found.position(name).unwrap_or(usize::MAX);
    for row in found.iter() {
        let text = |name: &str| row.text(place(name));
        grid.push([
            text("Fingerprint").chars().take(SHORT).collect(),
            text("State"),
            text("Change"),
            text("Severity"),
            text("Hunt"),
            about(&text("Entities")),
            minute(&text("FirstSeen")),
            minute(&text("LastSeen")),
            text("Runs"),
        ]);
    }
    grid
}

/// The first entities, briefly: their values without what kind they are.
pub fn about(entities: &str) -> String {
    let entities = Entity::read_all(entities);
    let values: Vec<&str> = entities
        .iter()
        .filter_map(|entity| entity.identifiers.first())
        .map(|(_, value)| value.as_str())
        .collect();
    let mut text = values.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if values.len() > NAMED {
        text.push_str(&format!(" and {} more", count(values.len() - NAMED)));
    }
    text
}
