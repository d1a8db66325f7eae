//! How a command ends, for people and for scripts.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// The exit codes, the same for every command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing to report.
    Clean,
    /// `hunt` found something; `check` found an error in the content.
    Found,
    /// The command line or the query is wrong; diagnostics say where.
    Wrong,
    /// Something could not be done: a file, the lake, time or memory; for `hunt`, some hunts could not run and the others found nothing.
    Failed,
}

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Wrong => 2,
            Self::Failed => 3,
        })
    }
}

/// What kept a command from its work.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// Anything else, with a hint where there is one.
    Other { message: String, hint: Option<String> },
    /// The reader of the output went away.
    OutputClosed,
}

impl Failure {
    /// A failure in one sentence.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::Other {
            message: message.to_string(),
            hint: None,
        }
    }

    /// A failure and what to do about it.
    pub fn with_hint(message: impl fmt::Display, hint: impl Into<String>) -> Self {
        Self::Other {
            message: message.to_string(),
            hint: Some(hint.into()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::new(error),
        }
    }
}

/// What every command returns.
pub type Outcome = Result<Exit, Failure>;
