//! What binding is told and what it gives back.

use std::collections::HashMap;

use quarry_schema::KqlType;
use quarry_text::Diagnostic;

use crate::exclusions::Exclusion;
use crate::ir::{ColumnId, Query};
use crate::time_scope::TimeScope;

/// Whether a query is bound to be run, or only to learn its result columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Execute,
    SchemaOnly,
    /// The same, and where Kusto's language service says something else than its engine, as the service does: to be held against it.
    Editor,
}

/// What binding is told besides the query.
#[derive(Clone, Debug, Default)]
pub struct BindOptions {
    /// The time that `now()` stands for, in ticks, when it matters while binding.
    pub now: Option<i64>,
    /// Values of `declare query_parameters`, as KQL literals.
    pub parameters: HashMap<String, String>,
    /// Values that take the place of top-level `let NAME = literal`, as KQL literals.
    pub overrides: HashMap<String, String>,
    /// Answers to earlier [`Discover`] questions, in the order of asking.
    pub facts: Vec<Vec<(String, KqlType)>>,
    /// Rows that a team has decided not to see, in the order in which they are taken out.
    pub exclusions: Vec<Exclusion>,
    /// The events that stored tables show; all of them when absent.
    pub scope: Option<TimeScope>,
    pub mode: Mode,
}

/// A question about the data: an operator whose result columns depend on them. Answer it in [`BindOptions::facts`] and bind again.
#[derive(Clone, Debug, PartialEq)]
pub struct Discover {
    /// `bag_unpack`: name and common type of every property of the bags in `column`, in alphabetical order.
    /// `pivot`: the distinct values of `column` as strings, in ascending order, each with type string.
    pub plugin: &'static str,
    /// The rows to look at; its only result has `column`.
    pub input: Query,
    pub column: ColumnId,
}

/// What kind of value a query has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueryKind {
    Table,
    Scalar,
    None,
}

/// What came of binding a query.
#[derive(Clone, Debug)]
pub struct BindOutcome {
    /// The clock of the query: `set query_now`, or the one that binding was given.
    pub now: Option<i64>,
    /// The bound query; absent when there are errors, when `discover` asks something, or when nothing is left to run.
    pub query: Option<Query>,
    pub discover: Option<Discover>,
    /// Errors and warnings, of the parser too, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// More columns than the query's may exist; only when binding for the schema alone.
    pub open: bool,
    pub kind: QueryKind,
}
