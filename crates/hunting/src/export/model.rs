//! What every export shows: the run, its hunts, their findings, and the events that these come from.

use std::collections::HashMap;

use quarry_content::{Hunt, HuntSeverity};
use quarry_engine::Database;
use quarry_schema::KqlType;
use quarry_storage::LakeTable;
use quarry_value::format;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::evidence::{Event, Evidence, in_order};
use crate::exclude::Effect;
use crate::finding::{Entity, findings_with_rows, fingerprints, hex};
use crate::outcome::{HuntOutcome, HuntReport, Report, Totals};
use crate::table::ResultTable;
use crate::team::{ExclusionMode, Team};

/// Events of one finding. More are counted: a finding of so many rows is told by its query.
const MOST_EVENTS: usize = 500;

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
    /// What was done with the team's exclusions.
    pub(super) exclusions: &'static str,
    /// Whether the run was asked for evidence.
    pub(super) with_evidence: bool,
    pub(super) hunts: Vec<HuntEntry>,
    /// In the order of their times; those without one are last.
    pub(super) findings: Vec<FindingEntry>,
}

/// Where, when and with what a run took place.
#[derive(Debug)]
pub struct Circumstances<'a> {
    pub lake: String,
    pub tables: Vec<TableVersion>,
    pub team: &'a Team,
    /// Whether findings were asked for their events.
    pub evidence: bool,
    /// When the export is made, and what `now()` gave in the hunts, in ticks.
    pub made: i64,
    pub clock: i64,
}

/// The state of a table that the hunts read.
#[derive(Debug, Clone, Serialize)]
pub struct TableVersion {
    pub name: String,
    pub version: u64,
    /// `None` when some file does not tell.
    pub rows: Option<u64>,
}

impl TableVersion {
    /// The tables of a lake that were read from a database, in the state that they were read in.
    #[must_use]
    pub fn all_of(database: &dyn Database) -> Vec<Self> {
        let tables = database.table_names().into_iter().filter_map(|name| {
            let provider = database.provider(&name)?;
            let table = provider.downcast_ref::<LakeTable>()?;
            Some(Self {
                version: table.version(),
                rows: table.rows(),
                name,
            })
        });
        tables.collect()
    }
}

#[derive(Debug, Serialize)]
pub(super) struct HuntEntry {
    /// Its place in the dossier.
    pub number: usize,
    pub id: String,
    pub title: String,
    pub description: String,
    pub kind: &'static str,
    pub severity: &'static str,
    /// Gravest first.
    pub rank: usize,
    pub tactics: Vec<String>,
    pub techniques: Vec<String>,
    pub version: String,
    pub path: String,
    /// The text that ran, with the values that were set.
    pub query: String,
    /// Of the text that ran and of the text as published, in hexadecimal.
    pub sha256: String,
    pub published_sha256: String,
    pub tunables: Vec<TunableEntry>,
    pub exclusions: Vec<ExclusionEntry>,
    /// Findings that exclusions hide.
    pub hidden: usize,
    pub outcome: &'static str,
    pub reason: String,
    pub findings: usize,
    pub seconds: f64,
}

/// A tunable whose value is not the published one.
#[derive(Debug, Serialize)]
pub(super) struct TunableEntry {
    pub name: String,
    pub value: String,
    pub origin: String,
}

/// What an exclusion took out.
#[derive(Debug, Serialize)]
pub(super) struct ExclusionEntry {
    pub id: String,
    pub table: String,
    pub scenario: String,
    pub rows: u64,
    pub findings: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct FindingEntry {
    pub fingerprint: String,
    /// The place of its hunt in the dossier.
    pub hunt: usize,
    /// The first time in its row.
    pub time: Option<String>,
    /// Rows of the result with this identity.
    pub rows: usize,
    pub entities: Vec<Entity>,
    pub cells: Vec<Cell>,
    /// The row as JSON.
    #[serde(skip)]
    pub row: String,
    /// What it comes from, in the order of time.
    pub events: Vec<Event>,
    /// What else there is to say about where it comes from.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Cell {
    pub name: String,
    pub value: String,
}

/// A line of the timeline: a finding, or an event that it comes from.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    pub time: Option<&'a str>,
    /// The place of the finding in the dossier.
    pub finding: usize,
    pub event: Option<&'a Event>,
}

impl Dossier {
    /// Collects a run.
    #[must_use]
    pub fn new(report: &Report<'_>, circumstances: Circumstances<'_>) -> Self {
        let team = circumstances.team;
        let mut found = Vec::new();
        let mut hunts = Vec::with_capacity(report.hunts.len());
        for (at, hunt) in report.hunts.iter().enumerate() {
            if let HuntOutcome::Findings(table) = &hunt.outcome {
                found.extend(entries(hunt.hunt, at, table));
            }
            hunts.push(hunt_entry(hunt, at, team));
        }
        found.sort_by(|a: &FindingEntry, b| time_key(a.time.as_deref()).cmp(&time_key(b.time.as_deref())));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            made: instant(circumstances.made),
            clock: instant(circumstances.clock),
            lake: circumstances.lake,
            tables: circumstances.tables,
            totals: report.totals(),
            exclusions: match team.mode {
                ExclusionMode::Apply => "applied",
                ExclusionMode::Ignore => "ignored",
                ExclusionMode::OnlyExcluded => "turned around: only what they hide",
            },
            with_evidence: circumstances.evidence,
            hunts,
            findings: found,
        }
    }

    /// Some findings and the events behind them in the order of time; what has no time is last, and an event stands before what was made of it.
    pub(super) fn timeline<'a>(&self, findings: &'a [FindingEntry]) -> Vec<Line<'a>> {
        let mut lines: Vec<Line<'a>> = Vec::new();
        for (at, finding) in findings.iter().enumerate() {
            lines.extend(finding.events.iter().map(|event| Line {
                time: Some(event.time.as_str()).filter(|time| !time.is_empty()),
                finding: at,
                event: Some(event),
            }));
            lines.push(Line {
                time: finding.time.as_deref(),
                finding: at,
                event: None,
            });
        }
        lines.sort_by(|a, b| time_key(a.time).cmp(&time_key(b.time)));
        lines
    }
}

/// What has no time comes last.
fn time_key(time: Option<&str>) -> (bool, &str) {
    (time.is_none(), time.map_or("", in_order))
}

fn hunt_entry(report: &HuntReport<'_>, at: usize, team: &Team) -> HuntEntry {
    let hunt = report.hunt;
    let (outcome, reason) = match &report.outcome {
        HuntOutcome::Findings(_) => ("findings", String::new()),
        HuntOutcome::Silent => ("silent", String::new()),
        HuntOutcome::CannotRun(reasons) => {
            let reasons: Vec<String> = reasons.iter().map(|reason| reason.summary()).collect();
            ("could not run", reasons.join("; "))
        }
    };
    // A value of the wrong type is among the reasons why the hunt could not run; then the published text is all there is.
    let ran = team
        .overrides
        .apply(hunt)
        .map_or_else(|_| hunt.query.text.clone(), |edited| edited.text);
    let severities = HuntSeverity::ALL;
    HuntEntry {
        number: at,
        id: hunt.id.clone(),
        title: hunt.title().to_owned(),
        description: hunt.description.clone(),
        kind: hunt.kind.name(),
        severity: hunt.severity.map(HuntSeverity::name).unwrap_or_default(),
        rank: severities
            .iter()
            .position(|severity| Some(*severity) == hunt.severity)
            .unwrap_or(severities.len()),
        tactics: hunt.tactics.clone(),
        techniques: hunt.techniques.clone(),
        version: hunt.version.clone(),
        path: hunt.path.clone(),
        sha256: hex(&Sha256::digest(ran.as_bytes())),
        published_sha256: hex(&Sha256::digest(hunt.query.text.as_bytes())),
        query: ran,
        tunables: tunables(hunt, team),
        exclusions: report.exclusions.iter().map(exclusion).collect(),
        hidden: report.hidden,
        outcome,
        reason,
        findings: report.findings(),
        seconds: report.elapsed.as_secs_f64(),
    }
}

fn tunables(hunt: &Hunt, team: &Team) -> Vec<TunableEntry> {
    let set = hunt.tunables().iter().filter_map(|tunable| {
        let (value, origin) = team.overrides.value_of(hunt, &tunable.name)?;
        Some(TunableEntry {
            name: tunable.name.clone(),
            value: value.to_owned(),
            origin: origin.to_string(),
        })
    });
    set.collect()
}

fn exclusion(effect: &Effect) -> ExclusionEntry {
    ExclusionEntry {
        id: effect.id.clone(),
        table: effect.table.clone(),
        scenario: effect.scenario.clone(),
        rows: effect.rows,
        findings: effect.findings,
    }
}

/// The findings of a hunt: each identity once, with the cells of its first row and the events of all.
fn entries(hunt: &Hunt, at: usize, table: &ResultTable) -> Vec<FindingEntry> {
    let names = table.distinct_names();
    let time = table.columns.iter().position(|(_, ty)| *ty == KqlType::DateTime);
    let mut behind = behind(hunt, table);
    let found = findings_with_rows(hunt, table).into_iter().map(|(finding, row)| {
        let cell = |(column, name): (usize, &String)| Cell {
            name: name.clone(),
            value: row.text(column),
        };
        let time = time.map(|column| row.text(column));
        let Behind { events, notes, .. } = behind.remove(&finding.fingerprint).unwrap_or_default();
        FindingEntry {
            fingerprint: finding.fingerprint,
            hunt: at,
            time: time.filter(|time| !time.is_empty()),
            rows: finding.rows,
            entities: finding.entities,
            cells: names.iter().enumerate().map(cell).filter(|cell| !cell.value.is_empty()).collect(),
            row: finding.row,
            events,
            notes,
        }
    });
    found.collect()
}

/// What stands behind a finding.
#[derive(Default)]
struct Behind {
    events: Vec<Event>,
    notes: Vec<String>,
    left_out: usize,
}

/// The evidence of each finding by its fingerprint, from all of its rows.
fn behind(hunt: &Hunt, table: &ResultTable) -> HashMap<String, Behind> {
    let mut all: HashMap<String, Behind> = HashMap::new();
    if table.evidence.is_none() {
        return all;
    }
    for (fingerprint, row) in fingerprints(hunt, table) {
        let behind = all.entry(fingerprint).or_default();
        for piece in Evidence::read_all(row.evidence().unwrap_or_default()) {
            match piece {
                Evidence::Event(event) if behind.events.contains(&event) => {}
                Evidence::Event(event) if behind.events.len() < MOST_EVENTS => behind.events.push(event),
                Evidence::Event(_) => behind.left_out += 1,
                other => {
                    let note = other.in_words().unwrap_or_default();
                    if !behind.notes.contains(&note) {
                        behind.notes.push(note);
                    }
                }
            }
        }
    }
    for behind in all.values_mut() {
        behind.events.sort_by(|a, b| a.order().cmp(b.order()));
        if behind.left_out > 0 {
            behind.notes.push(format!("not shown: up to {} more events", behind.left_out));
        }
    }
    all
}

/// A point in time as text.
pub(super) fn instant(ticks: i64) -> String {
    let mut text = String::new();
    format::datetime_trimmed(ticks, &mut text);
    text
}
