//! What hunting needs of an engine.

use std::future::Future;
use std::time::Duration;

use quarry_engine::{Exclusion, TimeScope};
use quarry_text::Diagnostic;

use crate::table::ResultTable;

/// How a query is run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunOptions {
    /// What `now()` gives, in ticks; the clock when absent.
    pub now: Option<i64>,
    /// Longest time a query may take.
    pub timeout: Option<Duration>,
    /// Most rows kept of a result; more is an error.
    pub max_rows: Option<usize>,
    /// Rows that are taken out of tables and of the result.
    pub exclusions: Vec<Exclusion>,
    /// The events that tables show; all of them when absent.
    pub scope: Option<TimeScope>,
    /// Rows bring the events that they come from, no more than this many of each table.
    pub evidence: Option<usize>,
}

/// Why a query did not give a result.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunError {
    /// Tables that the query reads and that are not there.
    pub missing_tables: Vec<String>,
    /// Mistakes in the query, with places in its text, and refusals of what the engine cannot do.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs queries.
pub trait QueryRunner: Send + Sync {
    /// The rows of a query.
    ///
    /// # Errors
    /// When the query is wrong, cannot be run, or fails while it runs.
    fn run(&self, query: &str, options: &RunOptions) -> impl Future<Output = Result<ResultTable, RunError>> + Send;

    /// How many rows of its table an exclusion keeps from a query.
    ///
    /// # Errors
    /// As [`QueryRunner::run`].
    fn rows_excluded(&self, query: &str, options: &RunOptions, exclusion: &Exclusion)
    -> impl Future<Output = Result<u64, RunError>> + Send;
}
