//! Hunting on Quarry's own engine.

use quarry_engine::{Database, Exclusion, QueryError, QueryOptions, QueryOutcome, Session};
use quarry_text::Span;

use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::ResultTable;

/// Code of the engine's refusal to read a table that is known and holds no data.
const NO_DATA: &str = "Q0004";

/// Runs queries on a session and a database.
pub struct EngineRunner<'a> {
    session: &'a Session,
    database: &'a dyn Database,
}

impl<'a> EngineRunner<'a> {
    /// A runner for these.
    #[must_use]
    pub fn new(session: &'a Session, database: &'a dyn Database) -> Self {
        Self { session, database }
    }
}

impl QueryRunner for EngineRunner<'_> {
    async fn run(&self, query: &str, options: &RunOptions) -> Result<ResultTable, RunError> {
        match self.session.query(query, self.database, &for_engine(options)).await {
            Ok(outcome) => Ok(first_table(outcome)),
            Err(error) => Err(problem(query, error)),
        }
    }

    async fn rows_excluded(&self, query: &str, options: &RunOptions, exclusion: &Exclusion) -> Result<u64, RunError> {
        let options = for_engine(options);
        let counted = self.session.rows_excluded(query, self.database, &options, exclusion);
        counted.await.map_err(|error| problem(query, error))
    }
}

/// The first result is what a hunt reports; further ones only illustrate it.
pub(crate) fn first_table(outcome: QueryOutcome) -> ResultTable {
    outcome.tables.into_iter().next().map(ResultTable::from).unwrap_or_default()
}

pub(crate) fn for_engine(options: &RunOptions) -> QueryOptions {
    QueryOptions {
        now: options.now,
        timeout: options.timeout,
        max_rows: options.max_rows,
        exclusions: options.exclusions.clone(),
        scope: options.scope,
        evidence: options.evidence,
        ..QueryOptions::default()
    }
}

pub(crate) fn problem(query: &str, error: QueryError) -> RunError {
    let (missing, diagnostics): (Vec<_>, Vec<_>) = error.diagnostics.into_iter().partition(|diagnostic| diagnostic.code == NO_DATA);
    let mut missing_tables: Vec<String> = missing.iter().map(|diagnostic| named(query, diagnostic.span)).collect();
    missing_tables.sort();
    missing_tables.dedup();
    // Errors that follow from the missing tables would only confuse.
    let diagnostics = if missing_tables.is_empty() { diagnostics } else { Vec::new() };
    RunError {
        missing_tables,
        diagnostics,
    }
}

fn named(query: &str, span: Span) -> String {
    span.text(query).trim_matches(['[', ']', '\'', '"']).to_owned()
}

impl From<quarry_engine::ResultTable> for ResultTable {
    fn from(table: quarry_engine::ResultTable) -> Self {
        let columns = table.columns.into_iter().map(|column| (column.name, column.ty)).collect();
        Self {
            columns,
            identity: table.identity,
            batches: table.batches,
            memory: table.memory,
            evidence: table.evidence,
        }
    }
}
