//! Progress on standard error, where that is a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::Terminal;

/// A bar that shows how far something is. Nothing is drawn where nobody looks.
pub struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar over `length` steps of some kind (`hunts`).
    pub fn steps(terminal: &Terminal, label: &str, length: usize, unit: &str) -> Self {
        let template = format!("{label:<11} {{bar:30.cyan/dim}} {{pos}}/{{len}} {unit} {{wide_msg:.dim}}");
        Self::with(terminal, u64::try_from(length).unwrap_or(u64::MAX), &template)
    }

    /// A bar over bytes, with rate and remaining time.
    pub fn bytes(terminal: &Terminal, label: &str, length: u64) -> Self {
        let template = format!("{label:<11} {{bar:30.cyan/dim}} {{bytes}}/{{total_bytes}} {{bytes_per_sec}} {{eta}} {{wide_msg:.dim}}");
        Self::with(terminal, length, &template)
    }

    fn with(terminal: &Terminal, length: u64, template: &str) -> Self {
        let target = if terminal.progress {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(length), target);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("█░░"));
        }
        Self { bar }
    }

    /// What is being worked on.
    pub fn message(&self, text: &str) {
        self.bar.set_message(super::one_line(text));
    }

    /// One step further.
    pub fn step(&self) {
        self.bar.inc(1);
    }

    /// So many steps further.
    pub fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
