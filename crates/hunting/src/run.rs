//! Running hunts one after another.

use std::time::Instant;

use quarry_content::{Hunt, HuntKind};
use quarry_text::Diagnostic;

use crate::outcome::{HuntOutcome, HuntReport, Reason, Report};
use crate::overrides::Overrides;
use crate::runner::{QueryRunner, RunError, RunOptions};

/// What happens during a run.
#[derive(Debug)]
pub enum Progress<'a, 'h> {
    /// A hunt starts: its number from 0.
    Starts { number: usize, hunt: &'h Hunt },
    /// A hunt has come to an end.
    Ends(&'a HuntReport<'h>),
}

/// Runs hunts in their order and reports them by severity.
pub async fn run_hunts<'h, R: QueryRunner>(
    runner: &R,
    hunts: &[&'h Hunt],
    overrides: &Overrides,
    options: &RunOptions,
    progress: &mut (dyn FnMut(Progress<'_, 'h>) + Send),
) -> Report<'h> {
    let start = Instant::now();
    let mut reports = Vec::with_capacity(hunts.len());
    for (number, hunt) in hunts.iter().copied().enumerate() {
        progress(Progress::Starts { number, hunt });
        let begin = Instant::now();
        let outcome = run_hunt(runner, hunt, overrides, options).await;
        let report = HuntReport {
            hunt,
            outcome,
            elapsed: begin.elapsed(),
        };
        progress(Progress::Ends(&report));
        reports.push(report);
    }
    Report::new(reports, start.elapsed())
}

async fn run_hunt<R: QueryRunner>(runner: &R, hunt: &Hunt, overrides: &Overrides, options: &RunOptions) -> HuntOutcome {
    if hunt.kind == HuntKind::Exploration {
        return HuntOutcome::CannotRun(vec![Reason::Content(
            "an exploration query runs for one entity, which is not given".to_owned(),
        )]);
    }
    let edited = match overrides.apply(hunt) {
        Ok(edited) => edited,
        Err(diagnostics) => return HuntOutcome::CannotRun(diagnostics.into_iter().map(Reason::Query).collect()),
    };
    match runner.run(&edited.text, options).await {
        Ok(table) if fires(hunt, table.rows()) && !table.is_empty() => HuntOutcome::Findings(table),
        Ok(_) => HuntOutcome::Silent,
        Err(error) => HuntOutcome::CannotRun(reasons(hunt, error, |diagnostic| edited.original(diagnostic))),
    }
}

/// Rules say how many rows make them fire; everything else fires on any.
fn fires(hunt: &Hunt, rows: usize) -> bool {
    hunt.schedule
        .as_ref()
        .is_none_or(|schedule| schedule.fires(u64::try_from(rows).unwrap_or(u64::MAX)))
}

fn reasons(hunt: &Hunt, error: RunError, original: impl Fn(Diagnostic) -> Diagnostic) -> Vec<Reason> {
    let missing = (!error.missing_tables.is_empty()).then_some(Reason::MissingTables(error.missing_tables));
    let found = error
        .diagnostics
        .into_iter()
        .map(|diagnostic| Reason::of(hunt.query.map.diagnostic(original(diagnostic))));
    missing.into_iter().chain(found).collect()
}
