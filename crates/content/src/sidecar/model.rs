//! The parts of a sidecar.

use quarry_text::Span;
use serde_json::Value;

use super::allow::Allowance;
use super::exclusion::TeamExclusion;
use crate::watchlist::TeamWatchlist;

/// How much a file of a team is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// All hunts: `quarry.yaml`.
    Team,
    /// One hunt: `<name>.quarry.yaml`.
    Hunt,
}

/// What a team adds to a hunt, or to many.
#[derive(Debug, Clone)]
pub struct Sidecar {
    pub layer: Layer,
    /// The id of the hunt; empty in a file for many.
    pub hunt: String,
    pub hunt_span: Span,
    pub tunables: Vec<TeamTunable>,
    pub exclusions: Vec<TeamExclusion>,
    /// Remarks of a check that are not to be made.
    pub allowed: Vec<Allowance>,
    pub tests: TestSet,
    pub lookups: Lookups,
}

/// Local files that stand for data from outside. Paths are beside the file that names them.
#[derive(Debug, Clone, Default)]
pub struct Lookups {
    pub watchlists: Vec<TeamWatchlist>,
    /// As `--data` names them: `geo=FILE`, `ADDRESS=FILE`, `watchlist:ALIAS=FILE`.
    pub data: Vec<(String, Span)>,
}

/// Another value for a tunable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamTunable {
    pub name: String,
    pub value: String,
    pub span: Span,
}

/// The cases of a hunt and what counts for all of them.
#[derive(Debug, Clone, Default)]
pub struct TestSet {
    pub cases: Vec<TestCase>,
    /// Changes of the query that no test can notice, and why.
    pub equivalent: Vec<Equivalent>,
}

/// A named case: events, and what the hunt makes of them.
#[derive(Debug, Clone)]
pub struct TestCase {
    pub name: String,
    pub span: Span,
    /// The clock, as written; times of events may count from it.
    pub now: String,
    /// The innocent cause that the case plays.
    pub scenario: String,
    pub tunables: Vec<TeamTunable>,
    pub tables: Vec<TableRows>,
    /// They come before those of the sidecar and of the team.
    pub lookups: Lookups,
    /// Exclusions without which the hunt would fire.
    pub hidden_by: Vec<(String, Span)>,
    /// Whether the team's exclusions are left out.
    pub without_exclusions: bool,
    pub expect: Expectation,
}

/// The events of one table.
#[derive(Debug, Clone)]
pub struct TableRows {
    pub table: String,
    pub span: Span,
    pub source: RowSource,
}

/// Where events are written.
#[derive(Debug, Clone)]
pub enum RowSource {
    /// In the sidecar: each event with its place. Values of columns are JSON; a plain scalar of YAML is a number, a boolean or text as YAML has it.
    Inline(Vec<(Value, Span)>),
    /// In a file of JSON lines or CSV, by its path beside the sidecar.
    File(String),
}

/// What a case expects of the hunt.
#[derive(Debug, Clone)]
pub enum Expectation {
    /// No finding.
    Silent,
    /// Findings: so many, when a number is given, and among them these, each row by some of its columns.
    Fires {
        findings: Option<u64>,
        rows: Vec<Vec<ExpectedValue>>,
        span: Span,
    },
}

/// A column of an expected row.
#[derive(Debug, Clone)]
pub struct ExpectedValue {
    pub column: String,
    pub value: Value,
    pub span: Span,
}

/// A change of the query that makes no difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Equivalent {
    /// The line of the query, as written but for the blanks around it.
    pub line: String,
    /// Which of several such lines, from 1; all of them when not said.
    pub nth: Option<usize>,
    /// The change, as `quarry test --mutate` prints it; every change of the line when empty.
    pub change: String,
    pub reason: String,
    pub span: Span,
}
