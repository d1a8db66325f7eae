//! `quarry inquiry`

use std::io::{self, Write};

use clap::{Subcommand, ValueEnum};
use quarry_hunting::{
    Answer, EngineRunner, Functions, HuntDatabase, KeptFindings, Note, QueryRunner as _, ResultTable, RunOptions, new_inquiry, note,
};
use quarry_storage::Lake;
use quarry_text::render;

use crate::commands::findings::failed;
use crate::exit::{Exit, Failure, Outcome};
use crate::groups::{AuthorArgs, ClockArgs, KeptArgs};
use crate::input::{BesideArgs, LakeArgs, MemoryArgs, QueryArgs};
use crate::lake;
use crate::output::{Format, Grid, Terminal, counted, minute, one_line, print_list, write_result};

/// Write down what you hunt for and what you find: a hypothesis with its notes, rows and findings
///
/// An inquiry begins with a hypothesis and ends with an answer. What is written down in between stays in the lake, each entry with its time
/// and its author; rows are kept as they were, with the query that gave them and its clock.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Examples:
  quarry inquiry start 'Mailboxes read with stolen tokens' --hypothesis 'Somebody reads mail without signing in'
  quarry inquiry note 5f3a 'the proxy logs begin on the 3rd only'
  quarry inquiry keep 5f3a 'CloudAppEvents | where IPAddress == \"203.0.113.21\" | take 5' --note 'the first downloads'
  quarry inquiry add 5f3a 7c1f --note 'same address'       a finding of `quarry findings`
  quarry inquiry close 5f3a --as refuted --reason 'the tool of the mail team'
  quarry inquiry                                           every inquiry
  quarry inquiry show 5f3a                                 one with everything in it")]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: KeptArgs,
}

/// Whose inquiry it is, and who writes.
#[derive(Debug, clap::Args)]
struct EntryArgs {
    /// The inquiry, or the beginning of its name; `quarry inquiry` lists them
    #[arg(value_name = "INQUIRY")]
    inquiry: String,
    #[command(flatten)]
    author: AuthorArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin an inquiry
    Start {
        /// What it is called
        title: String,
        /// What would explain what you look for
        #[arg(long, value_name = "TEXT")]
        hypothesis: String,
        #[command(flatten)]
        author: AuthorArgs,
    },
    /// Write a remark down
    Note {
        #[command(flatten)]
        entry: EntryArgs,
        /// The remark
        text: String,
    },
    /// Keep the rows of a query
    Keep {
        #[command(flatten)]
        entry: EntryArgs,
        #[command(flatten)]
        query: QueryArgs,
        /// Why they matter
        #[arg(long, default_value = "", value_name = "TEXT")]
        note: String,
        /// Most rows to keep; more is an error
        #[arg(long, default_value_t = 20, value_name = "N")]
        rows: usize,
        #[command(flatten)]
        clock: ClockArgs,
    },
    /// Add findings that `quarry hunt --save` kept
    Add {
        #[command(flatten)]
        entry: EntryArgs,
        /// Their fingerprints, or the beginnings of them
        #[arg(required = true, value_name = "FINGERPRINT")]
        fingerprints: Vec<String>,
        /// What they say about the hypothesis
        #[arg(long, default_value = "", value_name = "TEXT")]
        note: String,
    },
    /// Say what it came to
    Close {
        #[command(flatten)]
        entry: EntryArgs,
        /// The answer; `open` goes on with it
        #[arg(long = "as", value_enum, value_name = "ANSWER")]
        answer: AnswerArg,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    /// Show an inquiry with everything that was written down
    Show {
        /// The inquiry, or the beginning of its name
        #[arg(value_name = "INQUIRY")]
        inquiry: String,
        #[command(flatten)]
        list: KeptArgs,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum AnswerArg {
    /// The hypothesis is true
    Confirmed,
    /// It is false
    Refuted,
    /// The data cannot tell
    Inconclusive,
    /// It is not answered yet
    Open,
}

impl From<AnswerArg> for Answer {
    fn from(answer: AnswerArg) -> Self {
        match answer {
            AnswerArg::Confirmed => Self::Confirmed,
            AnswerArg::Refuted => Self::Refuted,
            AnswerArg::Inconclusive => Self::Inconclusive,
            AnswerArg::Open => Self::Open,
        }
    }
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    match args.command {
        None => list(&args.list, terminal).await?,
        Some(Command::Start { title, hypothesis, author }) => {
            let lake = lake::open(&author.lake.lake).await?;
            let inquiry = new_inquiry(&title);
            let start = Note::Start {
                title: &title,
                hypothesis: &hypothesis,
            };
            note(&lake, &inquiry, &[start], &author.by).await?;
            println!("{inquiry}");
            eprintln!("Next: quarry inquiry note {inquiry} TEXT · quarry inquiry keep {inquiry} QUERY");
        }
        Some(Command::Note { entry, text }) => write(&entry, &[Note::Text(&text)]).await?,
        Some(Command::Keep {
            entry,
            query,
            note,
            rows,
            clock,
        }) => keep(&entry, &query, &note, rows, clock, terminal).await?,
        Some(Command::Add { entry, fingerprints, note }) => {
            let found = whole_fingerprints(&entry.author.lake, &fingerprints).await?;
            let notes: Vec<Note<'_>> = found.iter().map(|fingerprint| Note::Finding { fingerprint, text: &note }).collect();
            write(&entry, &notes).await?;
        }
        Some(Command::Close { entry, answer, reason }) => {
            let answer = answer.into();
            write(&entry, &[Note::Close { answer, reason: &reason }]).await?;
            eprintln!("The inquiry is now {answer}");
        }
        Some(Command::Show { inquiry, list }) => show(&inquiry, &list, terminal).await?,
    }
    Ok(Exit::Clean)
}

/// The lake with what it keeps.
async fn open(args: &LakeArgs) -> Result<(Lake, HuntDatabase), Failure> {
    let lake = lake::open(&args.lake).await?;
    let database = HuntDatabase::open(&lake, Functions::default()).await?;
    Ok((lake, database))
}

async fn write(entry: &EntryArgs, notes: &[Note<'_>]) -> Result<(), Failure> {
    let (lake, database) = open(&entry.author.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let found = KeptFindings::new(&runner).find_inquiry(&entry.inquiry).await.map_err(failed)?;
    let inquiry = found.map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    note(&lake, &inquiry, notes, &entry.author.by).await?;
    Ok(())
}

async fn keep(entry: &EntryArgs, query: &QueryArgs, text: &str, most: usize, clock: ClockArgs, terminal: &Terminal) -> Result<(), Failure> {
    let (name, kql) = query.read()?;
    let database = lake::database(&entry.author.lake.lake, &BesideArgs::default(), &[]).await?;
    let session = lake::session(MemoryArgs::default())?;
    let now = clock.now.unwrap_or_else(quarry_value::time::system_now);
    let options = RunOptions {
        now: Some(now),
        ..RunOptions::default()
    };
    let found = EngineRunner::new(&session, &database).run(&kql, &options).await.map_err(|error| {
        eprint!("{}", render::terminal(&name, &kql, &error.diagnostics, terminal.colour_errors));
        failed(error)
    })?;
    match found.rows() {
        0 => return Err(Failure::new("the query gives no rows: there is nothing to keep")),
        rows if rows > most => {
            return Err(Failure::with_hint(
                format!("the query gives {}", counted(rows, "row", "rows")),
                format!("choose those that matter, with `where` or `take`, or keep more than {most} with --rows"),
            ));
        }
        _ => {}
    }
    let names = found.distinct_names();
    let notes: Vec<Note<'_>> = found
        .iter()
        .map(|row| {
            let mut object = String::new();
            row.object(&names, &mut object);
            Note::Row {
                row: object,
                query: &kql,
                clock: now,
                text,
            }
        })
        .collect();
    write(entry, &notes).await?;
    eprintln!("Kept {}", counted(notes.len(), "row", "rows"));
    Ok(())
}

async fn whole_fingerprints(lake_args: &LakeArgs, beginnings: &[String]) -> Result<Vec<String>, Failure> {
    let (_, database) = open(lake_args).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptFindings::new(&runner);
    let mut whole = Vec::with_capacity(beginnings.len());
    for beginning in beginnings {
        let found = kept.find(beginning).await.map_err(failed)?;
        whole.push(found.map_err(|unknown| Failure::Usage(unknown.to_string()))?);
    }
    Ok(whole)
}

async fn list(args: &KeptArgs, terminal: &Terminal) -> Result<(), Failure> {
    let (_, database) = open(&args.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let found = KeptFindings::new(&runner).inquiries().await.map_err(failed)?;
    Ok(print_list(&found, args.format, grid, ("inquiry", "inquiries"), terminal)?)
}

fn grid(found: &ResultTable, terminal: &Terminal) -> Grid {
    let columns = ["Inquiry", "State", "Title", "Notes", "Rows", "Findings", "Started", "Latest"];
    let mut grid = Grid::new(columns.map(str::to_owned), terminal.width).right(3).right(4).right(5);
    for row in found.iter() {
        grid.push(
            columns.map(|name| match (name, row.text(found.position(name).unwrap_or(usize::MAX))) {
                ("Started" | "Latest", time) => minute(&time),
                (_, text) => text,
            }),
        );
    }
    grid
}

async fn show(beginning: &str, args: &KeptArgs, terminal: &Terminal) -> Result<(), Failure> {
    let (_, database) = open(&args.lake).await?;
    let session = lake::session(MemoryArgs::default())?;
    let runner = EngineRunner::new(&session, &database);
    let kept = KeptFindings::new(&runner);
    let found = kept.find_inquiry(beginning).await.map_err(failed)?;
    let inquiry = found.map_err(|unknown| Failure::Usage(unknown.to_string()))?;
    let entries = kept.entries(&inquiry).await.map_err(failed)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if args.format == Format::Table {
        people(&mut out, &kept.inquiry(&inquiry).await.map_err(failed)?, &entries, terminal)?;
    } else {
        write_result(&mut out, &entries, args.format, terminal)?;
    }
    Ok(out.flush()?)
}

fn people(out: &mut dyn Write, whole: &ResultTable, entries: &ResultTable, terminal: &Terminal) -> io::Result<()> {
    let paint = &terminal.paint;
    for row in whole.iter() {
        let text = |name: &str| one_line(&row.text(whole.position(name).unwrap_or(usize::MAX)));
        let reason = text("Reason");
        let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        writeln!(out, "{}  {}", paint.bold(text("Title")), paint.dim(text("Inquiry")))?;
        writeln!(out, "Hypothesis  {}", text("Hypothesis"))?;
        writeln!(out, "State       {}{because}", text("State"))?;
        writeln!(out)?;
    }
    for row in entries.iter() {
        let text = |name: &str| one_line(&row.text(entries.position(name).unwrap_or(usize::MAX)));
        let what = match text("Kind").as_str() {
            "start" => format!("began: {}", text("Title")),
            "note" => text("Text"),
            "row" => format!("{}  {}", text("Row"), paint.dim(joined(&[&text("Text"), &text("Query")]))),
            "finding" => format!("finding {}  {}", text("Fingerprint"), paint.dim(text("Text"))),
            _ => format!("{}: {}", text("Title"), text("Text")),
        };
        let author = text("By");
        writeln!(
            out,
            "{}  {}",
            paint.dim(joined(&[&minute(&text("Time")), &author])),
            what.trim_end()
        )?;
    }
    Ok(())
}

/// The parts that are not empty.
fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}
