//! `quarry explain`

mod scans;

use std::io::Write;

use clap::ValueEnum;
use quarry_engine::{QueryOptions, Stage};
use quarry_text::render;

use crate::commands::query::refuse;
use crate::exit::{Exit, Outcome};
use crate::groups::ClockArgs;
use crate::input::{BesideArgs, LakeArgs, MemoryArgs, PruningArgs, QueryArgs};
use crate::lake;
use crate::output::{Paint, Terminal};

/// Show what becomes of a query, stage by stage
///
/// Text becomes a syntax tree; the binder resolves names and types into an intermediate representation; the planner makes a logical
/// plan of it, and the optimizer a physical one, which runs. With --analyze the query runs, and for each table that it reads there is
/// how much of it was read and what was left out, by which means.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry explain --stage tree 'EmailEvents | where Subject has \"invoice\" | count'
  quarry explain --stage physical --file hunt.kql
  quarry explain --analyze 'search \"mimikatz\"'
  quarry explain --analyze --format json --file hunt.kql | jq '.scans[].bytes'

What --analyze shows of a scan, in the order in which it is left out:
  statistics  files and row groups whose least and greatest values rule them out, such as by time
  terms       files and blocks of rows without the words that `has`, `search`, `==` or `in` look for
  bloom       row groups whose columns of ids do not hold a value
  pages       pages whose least and greatest values rule them out
  early       rows that were tested before their documents were read")]
pub struct Args {
    #[command(flatten)]
    query: QueryArgs,
    /// Where to stop
    #[arg(long, value_enum, default_value_t = StageName::Ir, value_name = "STAGE", conflicts_with = "analyze")]
    stage: StageName,
    /// Run the query and show what its scans read and left out
    #[arg(long)]
    analyze: bool,
    /// Form of the numbers
    #[arg(long, value_enum, value_name = "FORMAT", requires = "analyze")]
    format: Option<Form>,
    #[command(flatten)]
    lake: LakeArgs,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    clock: ClockArgs,
    #[command(flatten)]
    pruning: PruningArgs,
}

/// The form of an analysis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Lines for people
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StageName {
    /// The syntax tree
    Tree,
    /// Names and types resolved
    Ir,
    /// The logical plan
    Plan,
    /// The plan that runs
    Physical,
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    let (name, text) = args.query.read()?;
    let database = lake::database(&args.lake.lake, &args.beside, &[]).await?;
    let stage = match args.stage {
        StageName::Tree => Stage::Tree,
        StageName::Ir => Stage::Ir,
        StageName::Plan => Stage::Plan,
        StageName::Physical => Stage::Physical,
    };
    let options = QueryOptions {
        now: args.clock.now,
        ..QueryOptions::default()
    };
    let session = lake::session_with(MemoryArgs::default(), args.pruning.pruning())?;
    if args.analyze {
        return match session.analyze(&text, &database, &options).await {
            Ok(analysis) => {
                eprint!(
                    "{}",
                    render::terminal(&name, &text, &analysis.diagnostics, Paint::new(terminal.colour_errors).is_on())
                );
                let mut out = std::io::stdout().lock();
                match args.format.unwrap_or(Form::Text) {
                    Form::Json => scans::write_json(&mut out, &analysis)?,
                    Form::Text => scans::write_text(&mut out, &analysis, terminal)?,
                }
                Ok(Exit::Clean)
            }
            Err(error) => refuse(
                &name,
                &text,
                &error.diagnostics,
                &database,
                None,
                Paint::new(terminal.colour_errors),
            ),
        };
    }
    match session.explain(&text, stage, &database, &options).await {
        Ok(shown) => {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", shown.trim_end())?;
            Ok(Exit::Clean)
        }
        Err(error) => refuse(
            &name,
            &text,
            &error.diagnostics,
            &database,
            None,
            Paint::new(terminal.colour_errors),
        ),
    }
}
