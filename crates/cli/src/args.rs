//! The command line.

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::commands::{
    batch, check, coverage, data, demo, docs, evidence, exclusions, explain, export, findings, fmt, hunt, incidents, ingest, inquiry, lake,
    query, ready, run, show, simulate, test, tune,
};
use crate::output::ColourChoice;

/// Threat hunting with published KQL on the logs you have.
///
/// Quarry reads hunting queries and analytic rules as Microsoft Sentinel and Defender publish them, and runs them on exported logs
/// on this machine. Nothing leaves it.
#[derive(Debug, Parser)]
#[command(name = "quarry", version, after_help = AFTER)]
pub struct Cli {
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: ColourChoice,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line; ends the process where it is wrong or asks for help.
    pub fn read() -> Self {
        let mut command = with_whole_examples(Self::command());
        let mut matches = command.get_matches_mut();
        Self::from_arg_matches_mut(&mut matches).unwrap_or_else(|error| error.format(&mut command).exit())
    }
}

/// The same command with examples that are not wrapped: a command line that is copied must be one line. clap wraps everything but what stands
/// in the template itself.
fn with_whole_examples(command: clap::Command) -> clap::Command {
    const BEFORE: &str = "{before-help}{about-with-newline}\n{usage-heading} {usage}\n\n{all-args}\n\n";
    let command = command.mut_subcommands(with_whole_examples);
    match command.get_after_help().map(ToString::to_string) {
        Some(examples) => command.help_template(format!("{BEFORE}{examples}")),
        None => command,
    }
}

const AFTER: &str = "\
Start here:
  quarry demo                                   a simulated tenant, hunted through in seconds
  quarry ingest ./exports                       your logs into ./quarry-lake
  quarry query 'EmailEvents | take 5'           look at them
  quarry hunt ./hunts                           run published hunts on them
  quarry lake optimize                          keep the lake small and fast

Exit codes:
  0  done, nothing to report
  1  hunt: findings; check: errors in the content; export: hunts left out; fmt --check: files to lay out; ready: hunts that cannot
     answer; test: a test fails
  2  the command line or the query is wrong
  3  something failed: a file, the lake, time, memory; hunt: some hunts could not run and the others found nothing; run: some could not
     run, or an alert was not delivered";

#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Args),
    Ingest(ingest::Args),
    Query(query::Args),
    Hunt(hunt::Args),
    Run(run::Args),
    Lake(lake::Args),
    Findings(findings::Args),
    Incidents(incidents::Args),
    Inquiry(inquiry::Args),
    Evidence(evidence::Args),
    Check(check::Args),
    Coverage(coverage::Args),
    Data(data::Args),
    Exclusions(exclusions::Args),
    Explain(explain::Args),
    Export(export::Args),
    Fmt(fmt::Args),
    Ready(ready::Args),
    Show(show::Args),
    Test(test::Args),
    Tune(tune::Args),
    Docs(docs::Args),
    Batch(batch::Args),
    #[command(hide = true)]
    Simulate(simulate::Args),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(mut command: clap::Command) {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let shown = command.render_long_help().to_string();
        assert!(
            shown.trim_end().ends_with(after.trim_end()),
            "{}:\n{shown}\n{after}",
            command.get_name()
        );
        for below in command.get_subcommands() {
            check(below.clone());
        }
    }

    #[test]
    fn examples_stand_in_the_help_as_they_are_written() {
        check(with_whole_examples(Cli::command().term_width(60)));
    }
}
