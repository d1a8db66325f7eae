//! Writing what a run found.

use quarry_content::{Hunt, HuntSeverity};
use quarry_storage::{Entry, FINDINGS, Lake, RUNS, Result};
use quarry_value::{format, json, time};

use crate::finding::{Finding, findings};
use crate::outcome::{HuntOutcome, Report};

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The run's name. Names of later runs come later in alphabetical order.
    pub run: String,
    /// Different findings, of all hunts together.
    pub findings: usize,
}

/// Writes the findings of a run, and then that the run is complete. Killed in between, the run does not count.
///
/// `clock` is what `now()` gave in the hunts, in ticks.
///
/// # Errors
/// When the lake cannot be written.
pub async fn save(lake: &Lake, report: &Report<'_>, clock: i64) -> Result<Saved> {
    let written = time::system_now();
    let run = name(written);
    let mut rows = Vec::new();
    let mut runs = Vec::new();
    for hunt in &report.hunts {
        let found = match &hunt.outcome {
            HuntOutcome::Findings(table) => findings(hunt.hunt, table),
            HuntOutcome::Silent | HuntOutcome::CannotRun(_) => Vec::new(),
        };
        let (outcome, reason) = outcome(&hunt.outcome);
        runs.push(run_row(&RunRow {
            hunt: hunt.hunt,
            run: &run,
            written,
            clock,
            outcome,
            findings: found.len(),
            reason,
            seconds: hunt.elapsed.as_secs_f64(),
        }));
        rows.extend(found.iter().map(|finding| finding_row(hunt.hunt, finding, &run, written)));
    }
    let findings = rows.len();
    if !rows.is_empty() {
        lake.append(&FINDINGS, rows, &run).await?;
    }
    lake.append(&RUNS, runs, &run).await?;
    Ok(Saved { run, findings })
}

/// The time, so that names sort, and something that no other run has.
fn name(written: i64) -> String {
    name_at(written, &format!("{:08x}", std::process::id()))
}

/// A name that sorts by time, with something behind it that tells runs of one time apart.
pub(crate) fn name_at(ticks: i64, apart: &str) -> String {
    let mut text = String::new();
    format::datetime(ticks, &mut text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0<21}-{apart}")
}

/// A row of `_findings`.
pub(crate) fn finding_row(hunt: &Hunt, finding: &Finding, run: &str, written: i64) -> Vec<Entry> {
    vec![
        Entry::Time(written),
        Entry::Text(run.to_owned()),
        Entry::Text(finding.fingerprint.clone()),
        Entry::Text(hunt.id.clone()),
        Entry::Text(hunt.title().to_owned()),
        Entry::Text(hunt.version.clone()),
        Entry::Text(hunt.severity.map(HuntSeverity::name).unwrap_or_default().to_owned()),
        list(hunt.tactics.iter(), |tactic, out| json::quote(tactic, out)),
        list(hunt.techniques.iter(), |technique, out| json::quote(technique, out)),
        list(finding.entities.iter(), |entity, out| entity.json(out)),
        Entry::Long(i64::try_from(finding.rows).unwrap_or(i64::MAX)),
        Entry::Json(finding.row.clone()),
    ]
}

fn outcome(outcome: &HuntOutcome) -> (&'static str, String) {
    match outcome {
        HuntOutcome::Findings(_) => ("findings", String::new()),
        HuntOutcome::Silent => ("silent", String::new()),
        HuntOutcome::CannotRun(reasons) => ("could not run", reasons.first().map(|reason| reason.summary()).unwrap_or_default()),
    }
}

/// What is kept of a run of a hunt.
pub(crate) struct RunRow<'a> {
    pub hunt: &'a Hunt,
    pub run: &'a str,
    pub written: i64,
    /// What `now()` gave.
    pub clock: i64,
    pub outcome: &'static str,
    pub findings: usize,
    pub reason: String,
    pub seconds: f64,
}

/// A row of `_runs`.
pub(crate) fn run_row(row: &RunRow<'_>) -> Vec<Entry> {
    vec![
        Entry::Time(row.written),
        Entry::Text(row.run.to_owned()),
        Entry::Text(row.hunt.id.clone()),
        Entry::Text(row.hunt.title().to_owned()),
        Entry::Text(row.hunt.version.clone()),
        Entry::Time(row.clock),
        Entry::Text(row.outcome.to_owned()),
        Entry::Long(i64::try_from(row.findings).unwrap_or(i64::MAX)),
        Entry::Text(row.reason.clone()),
        Entry::Real(row.seconds),
    ]
}

/// An array of JSON.
pub(crate) fn list<T>(items: impl Iterator<Item = T>, write: impl Fn(T, &mut String)) -> Entry {
    let mut text = String::from("[");
    for (at, item) in items.enumerate() {
        if at > 0 {
            text.push(',');
        }
        write(item, &mut text);
    }
    text.push(']');
    Entry::Json(text)
}
