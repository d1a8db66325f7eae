//! `quarry explain`

use std::io::Write;

use clap::ValueEnum;
use quarry_engine::{QueryOptions, Stage};

use crate::commands::query::refuse;
use crate::exit::{Exit, Outcome};
use crate::input::{self, BesideArgs, LakeArgs, MemoryArgs, QueryArgs};
use crate::lake;
use crate::output::{Paint, Terminal};

/// Show what becomes of a query, stage by stage
///
/// Text becomes a syntax tree; the binder resolves names and types into an intermediate representation; the planner makes a logical
/// plan of it, and the optimizer a physical one, which runs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry explain --stage tree 'EmailEvents | where Subject has \"invoice\" | count'
  quarry explain --stage physical --file hunt.kql")]
pub struct Args {
    #[command(flatten)]
    query: QueryArgs,
    /// Where to stop
    #[arg(long, value_enum, default_value_t = StageName::Ir, value_name = "STAGE")]
    stage: StageName,
    #[command(flatten)]
    lake: LakeArgs,
    #[command(flatten)]
    beside: BesideArgs,
    /// What `now()` gives (UTC)
    #[arg(long, value_name = "TIME", value_parser = input::parse_time)]
    now: Option<i64>,
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
        now: args.now,
        ..QueryOptions::default()
    };
    match lake::session(MemoryArgs::default())?
        .explain(&text, stage, &database, &options)
        .await
    {
        Ok(shown) => {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", shown.trim_end())?;
            Ok(Exit::Clean)
        }
        Err(error) => refuse(&name, &text, &error.diagnostics, &database, Paint::new(terminal.colour_errors)),
    }
}
