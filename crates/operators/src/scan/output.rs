//! The rows that come out.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, UInt64Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;

use super::Scan;

/// One-row pieces that are joined at a time.
const CHUNK: usize = 4096;

/// A row that matched a step.
#[derive(Clone, Debug)]
pub(super) struct Matched {
    pub(super) row: usize,
    pub(super) match_id: i64,
    /// One row each.
    pub(super) declared: Vec<ArrayRef>,
}

/// Collects matches.
pub(super) struct Rows {
    rows: Vec<u64>,
    match_ids: Vec<i64>,
    declared: Vec<Pieces>,
}

/// A column that grows by one row at a time: chunks, and the single rows that will be the next one.
#[derive(Default)]
struct Pieces {
    chunks: Vec<ArrayRef>,
    single: Vec<ArrayRef>,
}

impl Pieces {
    fn push(&mut self, one: ArrayRef) -> Result<()> {
        self.single.push(one);
        if self.single.len() == CHUNK {
            self.join()?;
        }
        Ok(())
    }

    fn join(&mut self) -> Result<()> {
        if !self.single.is_empty() {
            self.chunks.push(joined(&self.single)?);
            self.single.clear();
        }
        Ok(())
    }
}

fn joined(parts: &[ArrayRef]) -> Result<ArrayRef> {
    Ok(concat(&parts.iter().map(AsRef::as_ref).collect::<Vec<&dyn Array>>())?)
}

impl Rows {
    pub(super) fn new(scan: &Scan) -> Self {
        Self {
            rows: Vec::new(),
            match_ids: Vec::new(),
            declared: scan.defaults.iter().map(|_| Pieces::default()).collect(),
        }
    }

    pub(super) fn push(&mut self, matched: Matched) -> Result<()> {
        self.rows.push(matched.row as u64);
        self.match_ids.push(matched.match_id);
        for (pieces, value) in self.declared.iter_mut().zip(matched.declared) {
            pieces.push(value)?;
        }
        Ok(())
    }

    /// The result: columns of the input, declared columns, the match's number.
    pub(super) fn finish(mut self, scan: &Scan, input: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
        let rows = UInt64Array::from(self.rows);
        let mut columns = Vec::with_capacity(schema.fields().len());
        for column in input.columns().iter().take(scan.shown) {
            columns.push(take(column, &rows, None)?);
        }
        for (pieces, default) in self.declared.iter_mut().zip(&scan.defaults) {
            pieces.join()?;
            columns.push(match pieces.chunks.is_empty() {
                true => default.slice(0, 0),
                false => joined(&pieces.chunks)?,
            });
        }
        if scan.match_id {
            columns.push(Arc::new(Int64Array::from(self.match_ids)));
        }
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}
