//! What a scheduler says while it runs, on standard error: what was found, what could not run, what was left out.

use std::collections::HashSet;

use quarry_content::HuntSeverity;
use quarry_hunting::notify::Flushed;
use quarry_hunting::schedule::{Looked, Outcome, Plan, ScheduledRule, Skipped, Step, Why};

use super::plan::minute;
use crate::output::{Paint, Terminal, count, counted, one_line};

/// Says what happens. What says nothing new is not said again.
pub struct Teller {
    paint: Paint,
    /// Rules that could not run, with the reason that was told.
    told: HashSet<(String, String)>,
}

impl Teller {
    /// Says what runs, and what does not.
    pub fn new(plan: &Plan<'_>, terminal: &Terminal) -> Self {
        let paint = Paint::new(terminal.colour_errors);
        for (hunt, reason) in &plan.left_out {
            eprintln!("{} does not run: {}", one_line(hunt.title()), one_line(reason));
        }
        Self {
            paint,
            told: HashSet::new(),
        }
    }

    pub fn step(&mut self, step: &Step<'_, '_>) {
        match step {
            Step::Looks { .. } => {}
            Step::Skipped {
                rule,
                skipped: Skipped { first, last },
            } => {
                eprintln!(
                    "{} {}: windows left out, missed from {} to {}",
                    self.paint.yellow("warning:"),
                    one_line(rule.hunt.title()),
                    minute(*first),
                    minute(*last)
                );
            }
            Step::Looked { rule, looked } => self.looked(rule, looked),
            Step::Alert { alert, .. } => {
                let severity = alert.severity.map_or("", HuntSeverity::name).to_uppercase();
                let about: Vec<&str> = alert
                    .entities
                    .iter()
                    .filter_map(|entity| Some(entity.identifiers.first()?.1.as_str()))
                    .take(3)
                    .collect();
                let about = if about.is_empty() {
                    String::new()
                } else {
                    format!("  {}", about.join(", "))
                };
                eprintln!(
                    "{}  {severity:<13} {}{}",
                    self.paint.dim(minute(alert.window.to)),
                    self.paint.bold(one_line(&alert.title)),
                    one_line(&about)
                );
            }
        }
    }

    fn looked(&mut self, rule: &ScheduledRule<'_>, looked: &Looked) {
        let title = one_line(rule.hunt.title());
        match &looked.outcome {
            Outcome::Silent | Outcome::Suppressed | Outcome::Findings { new: 0, .. } => {}
            Outcome::Findings { new, .. } => {
                let late = if looked.why == Why::Late { " in late data" } else { "" };
                let held = match looked.held_back {
                    0 => String::new(),
                    number => format!("; {} held back", counted(number, "alert", "alerts")),
                };
                let found = counted(*new, "finding", "findings");
                eprintln!("{}  {title}: {found}{late}{held}", self.paint.dim(minute(looked.window.to)));
            }
            Outcome::CannotRun(reasons) => {
                let reason = reasons.first().map(|reason| reason.summary()).unwrap_or_default();
                if self.told.insert((rule.key.clone(), reason.clone())) {
                    eprintln!("{} {title} could not run: {}", self.paint.yellow("warning:"), one_line(&reason));
                }
            }
        }
    }

    pub fn delivered(&self, flushed: &Flushed) {
        for (sink, reason) in &flushed.failed {
            eprintln!(
                "{} sink {sink}: {}; {} waiting",
                self.paint.yellow("warning:"),
                one_line(reason),
                count(flushed.waiting)
            );
        }
    }

    pub fn failure(&self, error: &dyn std::fmt::Display) {
        eprintln!("{} {error}; trying again", self.paint.yellow("warning:"));
    }
}
