//! What came of hunts.

use std::time::Duration;

use quarry_content::{Hunt, HuntSeverity};
use quarry_text::{Diagnostic, Severity};

use crate::exclude::{Effect, EvidenceCost};
use crate::table::ResultTable;

/// What came of one hunt.
#[derive(Debug)]
pub enum HuntOutcome {
    /// Rows: somebody should look.
    Findings(ResultTable),
    /// It ran and found nothing.
    Silent,
    /// It could not run.
    CannotRun(Vec<Reason>),
}

/// Why a hunt could not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The lake has no data in these tables.
    MissingTables(Vec<String>),
    /// The query uses something that the engine does not support.
    Unsupported(Diagnostic),
    /// The query is wrong: its text, its names or its types.
    Query(Diagnostic),
    /// It failed while it ran: time, memory, rows, values.
    Failed(Diagnostic),
    /// The content itself stands in the way.
    Content(String),
}

impl Reason {
    /// One line for a summary, the same for the same cause in different hunts.
    #[must_use]
    pub fn summary(&self) -> String {
        match self {
            Self::MissingTables(tables) => match tables.as_slice() {
                [one] => format!("no table {one}"),
                many => format!("no tables {}", many.join(", ")),
            },
            Self::Unsupported(found) | Self::Query(found) | Self::Failed(found) => format!("{} {}", found.code, found.message),
            Self::Content(text) => text.clone(),
        }
    }

    /// The diagnostic behind the reason, where there is one.
    #[must_use]
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match self {
            Self::Unsupported(found) | Self::Query(found) | Self::Failed(found) => Some(found),
            Self::MissingTables(_) | Self::Content(_) => None,
        }
    }

    /// Reads the reason off a diagnostic's code.
    pub(crate) fn of(diagnostic: Diagnostic) -> Self {
        let code = diagnostic.code.as_ref();
        if diagnostic.severity != Severity::Error || code.starts_with("SYN") || code.starts_with("SEM") {
            Self::Query(diagnostic)
        } else if code == "Q0001" || code.starts_with("Q01") {
            Self::Unsupported(diagnostic)
        } else {
            Self::Failed(diagnostic)
        }
    }
}

/// A hunt and what came of it.
#[derive(Debug)]
pub struct HuntReport<'a> {
    pub hunt: &'a Hunt,
    pub outcome: HuntOutcome,
    /// What it finds without any exclusion, where there are exclusions.
    pub before: Option<ResultTable>,
    /// Findings that exclusions together hide.
    pub hidden: usize,
    /// What each exclusion did.
    pub exclusions: Vec<Effect>,
    /// What gathering the evidence of its findings cost.
    pub evidence: Option<EvidenceCost>,
    pub elapsed: Duration,
}

impl HuntReport<'_> {
    /// Number of findings.
    #[must_use]
    pub fn findings(&self) -> usize {
        match &self.outcome {
            HuntOutcome::Findings(table) => table.rows(),
            HuntOutcome::Silent | HuntOutcome::CannotRun(_) => 0,
        }
    }
}

/// The reports of a run: gravest first, then by name.
#[derive(Debug)]
pub struct Report<'a> {
    pub hunts: Vec<HuntReport<'a>>,
    pub elapsed: Duration,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Totals {
    pub hunts: usize,
    /// Hunts with findings.
    pub fired: usize,
    pub silent: usize,
    pub could_not_run: usize,
    pub findings: usize,
}

impl<'a> Report<'a> {
    /// Puts reports in order.
    #[must_use]
    pub fn new(mut hunts: Vec<HuntReport<'a>>, elapsed: Duration) -> Self {
        hunts.sort_by_cached_key(|report| (rank(report.hunt.severity), report.hunt.title().to_owned()));
        Self { hunts, elapsed }
    }

    /// What gathering evidence cost: how many hunts it was gathered for, and their times together.
    #[must_use]
    pub fn evidence_cost(&self) -> (usize, EvidenceCost) {
        let mut total = EvidenceCost {
            without: Duration::ZERO,
            with: Duration::ZERO,
        };
        let mut hunts = 0;
        for cost in self.hunts.iter().filter_map(|report| report.evidence) {
            hunts += 1;
            total.without += cost.without;
            total.with += cost.with;
        }
        (hunts, total)
    }

    /// The counts.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let mut totals = Totals {
            hunts: self.hunts.len(),
            ..Totals::default()
        };
        for report in &self.hunts {
            match &report.outcome {
                HuntOutcome::Findings(table) => {
                    totals.fired += 1;
                    totals.findings += table.rows();
                }
                HuntOutcome::Silent => totals.silent += 1,
                HuntOutcome::CannotRun(_) => totals.could_not_run += 1,
            }
        }
        totals
    }

    /// Causes that kept hunts from running, and the hunts each one kept; the most frequent first.
    #[must_use]
    pub fn obstacles(&self) -> Vec<(String, Vec<&'a Hunt>)> {
        let mut causes: Vec<(String, Vec<&'a Hunt>)> = Vec::new();
        for report in &self.hunts {
            let HuntOutcome::CannotRun(reasons) = &report.outcome else {
                continue;
            };
            let Some(first) = reasons.first() else { continue };
            let summary = first.summary();
            match causes.iter_mut().find(|(cause, _)| *cause == summary) {
                Some((_, hunts)) => hunts.push(report.hunt),
                None => causes.push((summary, vec![report.hunt])),
            }
        }
        causes.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        causes
    }
}

/// Hunts without a severity stand between low and informational: their authors expect findings to be looked at.
fn rank(severity: Option<HuntSeverity>) -> u8 {
    match severity {
        Some(HuntSeverity::High) => 0,
        Some(HuntSeverity::Medium) => 1,
        Some(HuntSeverity::Low) => 2,
        None => 3,
        Some(HuntSeverity::Informational) => 4,
    }
}
