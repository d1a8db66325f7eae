//! Evaluation of conditions and assignments: compiled over the cells of a row and a state, else as an expression over one row, or ahead over a
//! block of rows while the state stays as it is.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use datafusion::common::Result;
use quarry_functions::stepwise::Stepwise;

use super::Stateful;
use super::cells::{Cell, Input, Reading};

/// Most rows that a condition is evaluated for ahead of time.
const LARGEST_BLOCK: usize = 4096;
/// How much longer each block is than the one before, as long as nothing changes.
const GROWTH: usize = 4;

impl Stateful {
    /// The values for `count` rows from `start` on, all with the same state.
    fn evaluate(&self, input: &Input<'_>, start: usize, count: usize, state: &[Cell]) -> Result<ArrayRef> {
        let mut columns = Vec::with_capacity(self.inputs.len() + self.slots.len());
        for column in &self.inputs {
            columns.push(input.rows.column(*column).slice(start, count));
        }
        for (slot, field) in self.slots.iter().zip(self.schema.fields().iter().skip(self.inputs.len())) {
            if let Some(cell) = state.get(*slot) {
                columns.push(cell.repeated(count, field.data_type(), input.rows)?);
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.expr.evaluate(&batch)?.into_array(count)
    }

    /// The value for one row.
    pub(super) fn value(&self, input: &Input<'_>, row: usize, state: &[Cell]) -> Result<Cell> {
        if let Some(stepwise) = &self.stepwise {
            let reading = Reading { input, row, state };
            let cell = match stepwise {
                Stepwise::Bool(expr) => Some(Cell::Bool(expr.eval(&reading))),
                Stepwise::Long(expr) => Some(Cell::Long(expr.eval(&reading))),
                Stepwise::Real(expr) => Some(Cell::Real(expr.eval(&reading))),
                Stepwise::Choice(expr) => reading.chosen(expr.pick(&reading)),
            };
            if let Some(cell) = cell {
                return Ok(cell);
            }
        }
        Ok(Cell::of_one(&self.evaluate(input, row, 1, state)?))
    }
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
    pub(super) fn holds(&mut self, condition: &Stateful, input: &Input<'_>, row: usize, state: &[Cell]) -> Result<bool> {
        if let Some(Stepwise::Bool(stepwise)) = &condition.stepwise {
            return Ok(stepwise.eval(&Reading { input, row, state }) == Some(true));
        }
        let known = |values: &BooleanArray, start: usize| row >= start && row < start + values.len();
        if !self.values.as_ref().is_some_and(|values| known(values, self.start)) {
            let block = self.next_block.max(1).min(input.rows.num_rows() - row);
            let values = condition.evaluate(input, row, block, state)?;
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
