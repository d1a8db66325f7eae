//! `evaluate narrow()`: a row for every cell.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringViewArray, StringViewBuilder};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::cast::as_string_view_array;

use super::events::count;
use crate::whole::Computation;

/// Input: every column as text.
#[derive(Debug)]
pub struct Narrow {
    /// Their names.
    pub names: Vec<String>,
}

impl Computation for Narrow {
    fn name(&self) -> &'static str {
        "narrow"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let Some(input) = inputs.first() else {
            return Ok(RecordBatch::new_empty(Arc::clone(schema)));
        };
        let columns: Vec<&StringViewArray> = input.columns().iter().map(as_string_view_array_of).collect::<Result<_>>()?;
        let rows = input.num_rows();
        let mut values = StringViewBuilder::with_capacity(rows.saturating_mul(columns.len()));
        for row in 0..rows {
            for column in &columns {
                values.append_value(if column.is_null(row) { "" } else { column.value(row) });
            }
        }
        let numbers: Int64Array = (0..rows).flat_map(|row| std::iter::repeat_n(count(row), columns.len())).collect();
        let names: StringViewArray = (0..rows).flat_map(|_| self.names.iter().map(|name| Some(name.as_str()))).collect();
        let columns: Vec<ArrayRef> = vec![Arc::new(numbers), Arc::new(names), Arc::new(values.finish())];
        Ok(RecordBatch::try_new(Arc::clone(schema), columns)?)
    }
}

fn as_string_view_array_of(column: &ArrayRef) -> Result<&StringViewArray> {
    as_string_view_array(column)
}
