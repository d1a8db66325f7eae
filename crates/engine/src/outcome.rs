//! What comes of a query.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::MemoryReservation;
use quarry_planner::PlanError;
use quarry_schema::KqlType;
use quarry_semantics::ir::Render;
use quarry_storage::StorageError;
use quarry_text::{Diagnostic, Span};

use crate::memory::out_of_memory;

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultColumn {
    pub name: String,
    pub ty: KqlType,
}

/// The rows of one tabular statement. The batches' columns are those of `columns` by position, in the engine's representation of
/// values; their Arrow names mean nothing.
#[derive(Clone, Debug)]
pub struct ResultTable {
    pub columns: Vec<ResultColumn>,
    /// The places of the columns that tell one row from another; see [`quarry_semantics::ir::Query::identity`].
    pub identity: Vec<usize>,
    pub batches: Vec<RecordBatch>,
    /// What the batches are paid with: they count against the session's memory while this lives.
    pub memory: HeldMemory,
    /// Where evidence was asked for: for each batch, an array of entries for each row.
    pub evidence: Option<Vec<ArrayRef>>,
    pub render: Option<Render>,
}

/// A part of the session's memory, given back when the last copy goes.
#[derive(Clone, Debug, Default)]
pub struct HeldMemory {
    _reservation: Option<Arc<MemoryReservation>>,
}

impl From<MemoryReservation> for HeldMemory {
    fn from(reservation: MemoryReservation) -> Self {
        Self {
            _reservation: Some(Arc::new(reservation)),
        }
    }
}

impl ResultTable {
    /// Takes the last column away as evidence.
    pub(crate) fn set_evidence_apart(&mut self) -> Result<(), DataFusionError> {
        self.columns.pop();
        let visible: Vec<usize> = (0..self.columns.len()).collect();
        let mut evidence = Vec::with_capacity(self.batches.len());
        for batch in &mut self.batches {
            evidence.extend(batch.columns().get(visible.len()).cloned());
            *batch = batch.project(&visible)?;
        }
        self.evidence = Some(evidence);
        Ok(())
    }

    #[must_use]
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }
}

/// The results of a query.
#[derive(Clone, Debug)]
pub struct QueryOutcome {
    /// One per tabular statement; the first is the primary result.
    pub tables: Vec<ResultTable>,
    /// Warnings of the binder.
    pub diagnostics: Vec<Diagnostic>,
    /// Time from text to last row.
    pub elapsed: Duration,
}

/// Why a query has no answer.
#[derive(Clone, Debug)]
pub struct QueryError {
    pub diagnostics: Vec<Diagnostic>,
}

impl QueryError {
    pub(crate) fn one(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostics: vec![diagnostic],
        }
    }
}

impl std::fmt::Display for QueryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, diagnostic) in self.diagnostics.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {}", diagnostic.code, diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

impl From<PlanError> for QueryError {
    fn from(error: PlanError) -> Self {
        Self::one(error.diagnostic())
    }
}

impl From<StorageError> for QueryError {
    fn from(error: StorageError) -> Self {
        Self::one(Diagnostic::error("Q0003", error.to_string(), Span::new(0, 0)))
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        if let DataFusionError::ResourcesExhausted(message) = error.find_root() {
            return Self::one(out_of_memory(message, None));
        }
        PlanError::from(error).into()
    }
}
