//! `quarry lake`: care of the lake, one subcommand a file.

mod content;
mod history;
mod listing;
mod optimize;
mod retain;
mod status;
mod vacuum;

use clap::Subcommand;

use crate::exit::Outcome;
use crate::output::Terminal;

/// Look after the lake: its state, its files, how long it keeps what
///
/// Queries and ingests may run meanwhile: every change is one commit, and whoever reads goes on with the state that he began with.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry lake status                             rows, size, times and files of every table
  quarry lake optimize                           few files sorted by time instead of many small ones, with hot columns
  quarry lake retain SigninLogs 90d              keep 90 days; `quarry lake retain --apply` removes what is older
  quarry lake vacuum --dry-run                   what could be deleted from disk
  quarry lake history EmailEvents                its commits; quarry query … --as-of reads an earlier state")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Status(status::Args),
    Optimize(optimize::Args),
    Retain(retain::Args),
    Vacuum(vacuum::Args),
    History(history::Args),
}

pub async fn run(args: Args, terminal: &Terminal) -> Outcome {
    match args.action {
        Action::Status(args) => status::run(args, terminal).await,
        Action::Optimize(args) => optimize::run(args, terminal).await,
        Action::Retain(args) => retain::run(args, terminal).await,
        Action::Vacuum(args) => vacuum::run(args, terminal).await,
        Action::History(args) => history::run(args, terminal).await,
    }
}
