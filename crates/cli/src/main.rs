//! `quarry`: threat hunting with published KQL on local logs.

mod args;
mod bundled;
mod commands;
mod exit;
mod export;
mod groups;
mod input;
mod lake;
mod output;
mod report;
mod team;

use std::process::ExitCode;
use std::time::Duration;

use crate::args::Cli;
use crate::exit::{Exit, Failure, Outcome};
use crate::output::{Paint, Terminal};

/// Queries nest as deep as the parser allows; a thread of this size holds them in every build.
const STACK: usize = 64 * 1024 * 1024;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(|place| format!(" ({}:{})", place.file(), place.line()))
            .unwrap_or_default();
        eprintln!("quarry: internal error{place}. This is a defect in quarry, not in your query: please report it with the command.");
    }));
    let cli = Cli::read();
    let terminal = Terminal::detect(cli.color);
    let errors = Paint::new(terminal.colour_errors);
    let work = std::thread::Builder::new().stack_size(STACK).spawn(move || run(cli, &terminal));
    let outcome = match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(outcome)) => outcome,
        // The hook has told what there is to tell.
        Ok(Err(_)) => Ok(Exit::Failed),
        Err(error) => Err(Failure::new(error)),
    };
    match outcome {
        Ok(exit) => exit.code(),
        Err(Failure::OutputClosed) => Exit::Clean.code(),
        Err(Failure::Usage(message)) => {
            eprintln!("{} {message}\n\nFor more, try '--help'.", errors.red("error:"));
            Exit::Wrong.code()
        }
        Err(Failure::Other { message, hint }) => {
            eprintln!("{} {message}", errors.red("error:"));
            if let Some(hint) = hint {
                eprintln!("  {} {hint}", errors.dim("hint:"));
            }
            Exit::Failed.code()
        }
    }
}

/// How long the process stays for work that was given up.
const GIVEN_UP: Duration = Duration::from_secs(1);

fn run(cli: Cli, terminal: &Terminal) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().map_or(4, |n| n.get().max(4)))
        .thread_stack_size(STACK)
        .enable_all()
        .build()
        .map_err(Failure::new)?;
    let outcome = runtime.block_on(commands::run(cli.command, terminal));
    // What was given up removes the files that it spilled as it ends. It may still hold a thread; nobody waits long for that.
    runtime.shutdown_timeout(GIVEN_UP);
    outcome
}
