//! Colour and the width of the terminal.

use std::fmt::Display;
use std::io::{self, IsTerminal};

use clap::ValueEnum;

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// What the output goes to.
#[derive(Debug, Clone)]
pub struct Terminal {
    /// Colours for standard output.
    pub paint: Paint,
    /// Whether standard error takes colours.
    pub colour_errors: bool,
    /// Columns of standard output; `None` when it is no terminal, and lines may be of any length.
    pub width: Option<usize>,
    /// Whether standard error is a terminal on which progress can be shown.
    pub progress: bool,
}

impl Terminal {
    /// Looks at the process's outputs.
    pub fn detect(choice: ColourChoice) -> Self {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let coloured = |terminal: bool| match choice {
            ColourChoice::Auto => terminal && !plain,
            ColourChoice::Always => true,
            ColourChoice::Never => false,
        };
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self {
            paint: Paint { on: coloured(out) },
            colour_errors: coloured(err),
            width: if out { width } else { None },
            progress: err,
        }
    }
}

/// Paints words, or leaves them alone.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    on: bool,
}

impl Paint {
    fn wrap(self, code: &str, text: impl Display) -> String {
        if self.on {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_string()
        }
    }

    /// For colours of standard error.
    pub const fn new(on: bool) -> Self {
        Self { on }
    }

    /// Whether anything is painted.
    pub const fn is_on(self) -> bool {
        self.on
    }

    pub fn bold(self, text: impl Display) -> String {
        self.wrap("1", text)
    }

    pub fn dim(self, text: impl Display) -> String {
        self.wrap("2", text)
    }

    pub fn red(self, text: impl Display) -> String {
        self.wrap("1;31", text)
    }

    pub fn yellow(self, text: impl Display) -> String {
        self.wrap("1;33", text)
    }

    pub fn green(self, text: impl Display) -> String {
        self.wrap("32", text)
    }

    pub fn cyan(self, text: impl Display) -> String {
        self.wrap("36", text)
    }
}
