//! What the caller decides about a session and a query.

use std::collections::HashMap;
use std::time::Duration;

use quarry_semantics::{Exclusion, TimeScope};
use quarry_storage::Pruning;

/// A session's share of the machine.
#[derive(Clone, Debug, Default)]
pub struct EngineConfig {
    /// Bytes that all queries together may hold before they spill or fail; half of the machine's memory when not set.
    pub memory: Option<usize>,
    /// Partitions that one query runs in; one per processor when not set.
    pub partitions: Option<usize>,
    /// The means by which scans read less than everything: all of them by default. Answers do not depend on it.
    pub pruning: Pruning,
}

/// What the caller decides about one query.
#[derive(Clone, Debug, Default)]
pub struct QueryOptions {
    /// The clock in ticks since 0001-01-01; the machine's when not set. `set query_now` in the query comes before it.
    pub now: Option<i64>,
    /// Values of `declare query_parameters`, as KQL literals.
    pub parameters: HashMap<String, String>,
    /// Values that replace those of top-level `let NAME = literal` statements, as KQL literals.
    pub overrides: HashMap<String, String>,
    /// Rows that are taken out of tables and of the result.
    pub exclusions: Vec<Exclusion>,
    /// The events that stored tables show; all of them when not set.
    pub scope: Option<TimeScope>,
    /// Longest run.
    pub timeout: Option<Duration>,
    /// Most rows of a result; one more is an error, never a silent cut.
    pub max_rows: Option<usize>,
    /// Rows bring the events that they come from, no more than this many of each table; see [`quarry_semantics::evidence`].
    pub evidence: Option<usize>,
}
