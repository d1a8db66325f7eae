//! One file a command.

pub mod batch;
pub mod check;
pub mod coverage;
pub mod data;
pub mod demo;
pub mod docs;
pub mod evidence;
pub mod exclusions;
pub mod explain;
pub mod export;
pub mod findings;
pub mod fmt;
pub mod hunt;
pub mod incidents;
pub mod ingest;
pub mod inquiry;
pub mod lake;
pub mod query;
pub mod ready;
pub mod run;
pub mod show;
pub mod simulate;
pub mod test;
pub mod tune;

use crate::args::Command;
use crate::exit::Outcome;
use crate::output::Terminal;

/// Runs a command.
pub async fn run(command: Command, terminal: &Terminal) -> Outcome {
    match command {
        Command::Data(args) => data::run(args, terminal).await,
        Command::Demo(args) => demo::run(args, terminal).await,
        Command::Ingest(args) => ingest::run(args, terminal).await,
        Command::Query(args) => query::run(args, terminal).await,
        Command::Evidence(args) => evidence::run(args, terminal).await,
        Command::Findings(args) => findings::run(args, terminal).await,
        Command::Hunt(args) => hunt::run(args, terminal).await,
        Command::Inquiry(args) => inquiry::run(args, terminal).await,
        Command::Incidents(args) => incidents::run(args, terminal).await,
        Command::Lake(args) => lake::run(args, terminal).await,
        Command::Check(args) => check::run(&args, terminal),
        Command::Coverage(args) => coverage::run(args, terminal).await,
        Command::Exclusions(args) => exclusions::run(args, terminal),
        Command::Explain(args) => explain::run(args, terminal).await,
        Command::Export(args) => export::run(&args, terminal),
        Command::Fmt(args) => fmt::run(&args, terminal),
        Command::Ready(args) => ready::run(args, terminal).await,
        Command::Run(args) => run::run(args, terminal).await,
        Command::Show(args) => show::run(args, terminal).await,
        Command::Test(args) => test::run(args, terminal).await,
        Command::Tune(args) => tune::run(args, terminal).await,
        Command::Docs(args) => docs::run(args, terminal).await,
        Command::Batch(args) => batch::run(args).await,
        Command::Simulate(args) => simulate::run(&args),
    }
}
