//! Running a query to see what its scans read, and what they were spared.

use std::time::Duration;

use quarry_storage::ScanReport;
use quarry_text::Diagnostic;

use crate::{Database, QueryError, QueryOptions, Session};

/// What came of a query that was run to be looked at.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Every scan of a stored table: those of subqueries first, as they run first.
    pub scans: Vec<ScanReport>,
    /// Rows of the results, which are not kept.
    pub rows: usize,
    /// Time from text to last row.
    pub elapsed: Duration,
    /// Warnings of the binder.
    pub diagnostics: Vec<Diagnostic>,
}

impl Session {
    /// Runs a query and reports its scans.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn analyze(&self, text: &str, database: &dyn Database, options: &QueryOptions) -> Result<Analysis, QueryError> {
        let session = self.recording();
        let outcome = session.query(text, database, options).await?;
        let plans = session.recorded();
        Ok(Analysis {
            scans: plans.iter().flat_map(|plan| ScanReport::of_plan(plan.as_ref())).collect(),
            rows: outcome.tables.iter().map(crate::ResultTable::row_count).sum(),
            elapsed: outcome.elapsed,
            diagnostics: outcome.diagnostics,
        })
    }
}
