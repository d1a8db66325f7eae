//! `evaluate rows_near(…)`: the rows around those where a condition is true.

use std::sync::Arc;

use datafusion::arrow::array::{Array, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::cast::as_boolean_array;

use crate::whole::Computation;

/// Input: the rows, and the condition as the last column.
#[derive(Debug)]
pub struct RowsNear {
    pub before: usize,
    pub after: usize,
}

impl Computation for RowsNear {
    fn name(&self) -> &'static str {
        "rows_near"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some([columns @ .., condition]) = inputs.first().map(RecordBatch::columns) else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let condition = as_boolean_array(condition)?;
        let rows = condition.len();
        let mut near = vec![false; rows];
        // The first row not yet looked at: what lies before it is decided.
        let mut decided = 0;
        for row in (0..rows).filter(|row| condition.is_valid(*row) && condition.value(*row)) {
            let from = row.saturating_sub(self.before).max(decided);
            let to = row.saturating_add(self.after).saturating_add(1).min(rows);
            if let Some(window) = near.get_mut(from..to) {
                window.fill(true);
            }
            decided = decided.max(to);
        }
        let near = BooleanArray::from(near);
        let kept = columns.iter().map(|column| filter(column, &near));
        let kept = kept.collect::<std::result::Result<Vec<_>, _>>()?;
        Ok(RecordBatch::try_new(Arc::clone(schema), kept)?)
    }
}
