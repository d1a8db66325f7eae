//! Evaluation of conditions and assignments: over one row, or ahead over a block of rows while the state stays as it is.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::common::Result;

use super::Stateful;

/// Most rows that a condition is evaluated for ahead of time.
const LARGEST_BLOCK: usize = 4096;
/// How much longer each block is than the one before, as long as nothing changes.
const GROWTH: usize = 4;

impl Stateful {
    /// The values for `count` rows from `start` on, all with the same state.
    pub(super) fn evaluate(&self, rows: &RecordBatch, start: usize, count: usize, state: &[ArrayRef]) -> Result<ArrayRef> {
        let mut columns = Vec::with_capacity(self.inputs.len() + self.slots.len());
        for input in &self.inputs {
            columns.push(rows.column(*input).slice(start, count));
        }
        for slot in self.slots.iter().filter_map(|slot| state.get(*slot)) {
            columns.push(if count == 1 { Arc::clone(slot) } else { repeat(slot, count)? });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.expr.evaluate(&batch)?.into_array(count)
    }
}

fn repeat(one: &ArrayRef, count: usize) -> Result<ArrayRef> {
    Ok(take(one, &UInt32Array::from(vec![0; count]), None)?)
}

/// What a condition says of the rows ahead, for one state.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    start: usize,
    values: Option<BooleanArray>,
    next_block: usize,
}

impl Ahead {
    /// The state has changed.
    pub(super) fn forget(&mut self) {
        self.values = None;
        self.next_block = 1;
    }

    /// Whether the condition holds for a row. Rows are asked for in order, with the same state since `forget`.
    pub(super) fn holds(&mut self, condition: &Stateful, rows: &RecordBatch, row: usize, state: &[ArrayRef]) -> Result<bool> {
        let known = |values: &BooleanArray, start: usize| row >= start && row < start + values.len();
        if !self.values.as_ref().is_some_and(|values| known(values, self.start)) {
            let block = self.next_block.max(1).min(rows.num_rows() - row);
            let values = condition.evaluate(rows, row, block, state)?;
            self.values = values.as_boolean_opt().cloned();
            self.start = row;
            self.next_block = block.saturating_mul(GROWTH).min(LARGEST_BLOCK);
        }
        Ok(self.values.as_ref().is_some_and(|values| {
            let at = row - self.start;
            values.is_valid(at) && values.value(at)
        }))
    }
}
