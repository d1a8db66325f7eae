//! Running hunts one after another.

use std::time::Instant;

use quarry_content::{Hunt, HuntKind};
use quarry_text::Diagnostic;

use crate::exclude::{self, Excluded};
use crate::outcome::{HuntOutcome, HuntReport, Reason, Report};
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::ResultTable;
use crate::team::{ExclusionMode, ScopedExclusion, Team};

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
    team: &Team,
    options: &RunOptions,
    progress: &mut (dyn FnMut(Progress<'_, 'h>) + Send),
) -> Report<'h> {
    let start = Instant::now();
    let mut reports = Vec::with_capacity(hunts.len());
    for (number, hunt) in hunts.iter().copied().enumerate() {
        progress(Progress::Starts { number, hunt });
        let begin = Instant::now();
        let report = match run_hunt(runner, hunt, team, options).await {
            Ok(excluded) => HuntReport {
                hunt,
                outcome: outcome(hunt, excluded.table, team.mode),
                before: excluded.before.filter(|before| fires(hunt, before.rows())),
                hidden: excluded.hidden,
                exclusions: excluded.effects,
                evidence: excluded.evidence,
                elapsed: begin.elapsed(),
            },
            Err(reasons) => HuntReport {
                hunt,
                outcome: HuntOutcome::CannotRun(reasons),
                before: None,
                hidden: 0,
                exclusions: Vec::new(),
                evidence: None,
                elapsed: begin.elapsed(),
            },
        };
        progress(Progress::Ends(&report));
        reports.push(report);
    }
    Report::new(reports, start.elapsed())
}

/// Runs one hunt with what a team adds to it.
pub(crate) async fn run_hunt<R: QueryRunner>(runner: &R, hunt: &Hunt, team: &Team, options: &RunOptions) -> Result<Excluded, Vec<Reason>> {
    if hunt.kind == HuntKind::Exploration {
        return Err(vec![Reason::Content(
            "an exploration query runs for one entity, which is not given".to_owned(),
        )]);
    }
    let edited = match team.overrides.apply(hunt) {
        Ok(edited) => edited,
        Err(diagnostics) => return Err(diagnostics.into_iter().map(Reason::Query).collect()),
    };
    let exclusions: Vec<&ScopedExclusion> = team.in_force(hunt).collect();
    let ran = exclude::run(runner, &edited.text, options, &exclusions, team.mode).await;
    ran.map_err(|error| reasons(hunt, error, |diagnostic| edited.original(diagnostic)))
}

fn outcome(hunt: &Hunt, table: ResultTable, mode: ExclusionMode) -> HuntOutcome {
    // What exclusions hide is shown whether or not it would have been enough for a rule.
    let counts = mode == ExclusionMode::OnlyExcluded || fires(hunt, table.rows());
    if counts && !table.is_empty() {
        HuntOutcome::Findings(table)
    } else {
        HuntOutcome::Silent
    }
}

/// Rules say how many rows make them fire; everything else fires on any.
pub(crate) fn fires(hunt: &Hunt, rows: usize) -> bool {
    hunt.schedule
        .as_ref()
        .is_none_or(|schedule| schedule.fires(u64::try_from(rows).unwrap_or(u64::MAX)))
}

pub(crate) fn reasons(hunt: &Hunt, error: RunError, original: impl Fn(Diagnostic) -> Diagnostic) -> Vec<Reason> {
    let missing = (!error.missing_tables.is_empty()).then_some(Reason::MissingTables(error.missing_tables));
    let found = error
        .diagnostics
        .into_iter()
        .map(|diagnostic| Reason::of(hunt.query.map.diagnostic(original(diagnostic))));
    missing.into_iter().chain(found).collect()
}
