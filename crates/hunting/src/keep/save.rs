//! Writing what a run found.

use quarry_content::{Hunt, HuntSeverity};
use quarry_storage::{Entry, FINDINGS, Lake, RUNS, Result};
use quarry_value::{format, json, time};

use crate::finding::{Finding, findings};
use crate::outcome::{HuntOutcome, HuntReport, Report};

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
        runs.push(run_row(hunt, &run, written, clock, found.len()));
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
    let mut text = String::new();
    format::datetime(written, &mut text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{digits:0<21}-{:08x}", std::process::id())
}

fn finding_row(hunt: &Hunt, finding: &Finding, run: &str, written: i64) -> Vec<Entry> {
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

fn run_row(report: &HuntReport<'_>, run: &str, written: i64, clock: i64, findings: usize) -> Vec<Entry> {
    let (outcome, reason) = match &report.outcome {
        HuntOutcome::Findings(_) => ("findings", String::new()),
        HuntOutcome::Silent => ("silent", String::new()),
        HuntOutcome::CannotRun(reasons) => ("could not run", reasons.first().map(|reason| reason.summary()).unwrap_or_default()),
    };
    vec![
        Entry::Time(written),
        Entry::Text(run.to_owned()),
        Entry::Text(report.hunt.id.clone()),
        Entry::Text(report.hunt.title().to_owned()),
        Entry::Text(report.hunt.version.clone()),
        Entry::Time(clock),
        Entry::Text(outcome.to_owned()),
        Entry::Long(i64::try_from(findings).unwrap_or(i64::MAX)),
        Entry::Text(reason),
        Entry::Real(report.elapsed.as_secs_f64()),
    ]
}

fn list<T>(items: impl Iterator<Item = T>, write: impl Fn(T, &mut String)) -> Entry {
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
