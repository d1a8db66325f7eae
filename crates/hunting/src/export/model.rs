//! What every export shows: the run, its hunts, and their findings.

use quarry_content::{Hunt, HuntSeverity};
use quarry_schema::KqlType;
use quarry_value::format;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::finding::{Entity, findings_with_rows, hex};
use crate::outcome::{HuntOutcome, HuntReport, Report, Totals};
use crate::table::ResultTable;

/// A run with everything that someone needs to judge or repeat it.
#[derive(Debug, Serialize)]
pub struct Dossier {
    /// The version of the program.
    pub version: &'static str,
    /// When the export was made, and what `now()` gave in the hunts.
    pub made: String,
    pub clock: String,
    pub lake: String,
    pub tables: Vec<TableVersion>,
    pub totals: Totals,
    pub(super) hunts: Vec<HuntEntry>,
    /// In the order of their times; those without one are last.
    pub(super) findings: Vec<FindingEntry>,
}

/// The state of a table that the hunts could read.
#[derive(Debug, Clone, Serialize)]
pub struct TableVersion {
    pub name: String,
    pub version: u64,
    pub rows: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct HuntEntry {
    pub id: String,
    pub title: String,
    pub description: String,
    pub kind: &'static str,
    pub severity: &'static str,
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    pub version: String,
    pub path: String,
    pub query: String,
    /// Of the query's text, in hexadecimal.
    pub sha256: String,
    pub outcome: &'static str,
    pub reason: String,
    pub findings: usize,
    pub seconds: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingEntry {
    pub fingerprint: String,
    /// The place of its hunt in the dossier.
    pub hunt: usize,
    /// The first time in its row.
    pub time: Option<String>,
    pub entities: Vec<Entity>,
    pub cells: Vec<Cell>,
    /// The row as JSON.
    #[serde(skip)]
    pub row: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Cell {
    pub name: String,
    pub value: String,
}

impl Dossier {
    /// Collects a run. `made` and `clock` are in ticks.
    #[must_use]
    pub fn new(report: &Report<'_>, lake: String, tables: Vec<TableVersion>, made: i64, clock: i64) -> Self {
        let mut found = Vec::new();
        let mut hunts = Vec::with_capacity(report.hunts.len());
        for (at, hunt) in report.hunts.iter().enumerate() {
            if let HuntOutcome::Findings(table) = &hunt.outcome {
                found.extend(entries(hunt.hunt, at, table));
            }
            hunts.push(hunt_entry(hunt));
        }
        found.sort_by(|a: &FindingEntry, b| (a.time.is_none(), &a.time).cmp(&(b.time.is_none(), &b.time)));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            made: instant(made),
            clock: instant(clock),
            lake,
            tables,
            totals: report.totals(),
            hunts,
            findings: found,
        }
    }
}

fn hunt_entry(report: &HuntReport<'_>) -> HuntEntry {
    let hunt = report.hunt;
    let (outcome, reason) = match &report.outcome {
        HuntOutcome::Findings(_) => ("findings", String::new()),
        HuntOutcome::Silent => ("silent", String::new()),
        HuntOutcome::CannotRun(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(|reason| reason.summary()).collect();
            ("could not run", reasons.join("; "))
        }
    };
    HuntEntry {
        id: hunt.id.clone(),
        title: hunt.title().to_owned(),
        description: hunt.description.clone(),
        kind: hunt.kind.name(),
        severity: hunt.severity.map(HuntSeverity::name).unwrap_or_default(),
        tactics: hunt.tactics.clone(),
        techniques: hunt.techniques.clone(),
        version: hunt.version.clone(),
        path: hunt.path.clone(),
        query: hunt.query.text.clone(),
        sha256: hex(&Sha256::digest(hunt.query.text.as_bytes())),
        outcome,
        reason,
        findings: report.findings(),
        seconds: report.elapsed.as_secs_f64(),
    }
}

/// The findings of a hunt: each identity once, with the cells of its first row.
fn entries(hunt: &Hunt, at: usize, table: &ResultTable) -> Vec<FindingEntry> {
    let names = table.distinct_names();
    let time = table.columns.iter().position(|(_, ty)| *ty == KqlType::DateTime);
    let found = findings_with_rows(hunt, table).into_iter().map(|(finding, row)| {
        let cell = |(column, name): (usize, &String)| Cell {
            name: name.clone(),
            value: row.text(column),
        };
        let time = time.map(|column| row.text(column));
        FindingEntry {
            fingerprint: finding.fingerprint,
            hunt: at,
            time: time.filter(|time| !time.is_empty()),
            entities: finding.entities,
            cells: names.iter().enumerate().map(cell).filter(|cell| !cell.value.is_empty()).collect(),
            row: finding.row,
        }
    });
    found.collect()
}

/// A point in time as text.
pub(super) fn instant(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime_trimmed(ticks, &mut text);
    text
}
