//! Functions over rows in order: `prev`, `next`, `row_number`, `row_cumsum`, `row_rank_*`, `row_window_session`.

mod kernels;

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};

pub use kernels::is_supported;

use crate::groups::columns;
use crate::whole::Computation;

/// One call: the function, and the positions of its arguments among the columns of the input.
#[derive(Debug)]
pub struct WindowCall {
    pub function: &'static str,
    pub args: Vec<usize>,
}

/// Calls over rows in the order they come. The result has the first columns of the input, then one for each call.
#[derive(Debug)]
pub struct WindowCalls {
    /// How many columns of the input stay; behind them are arguments.
    pub kept: usize,
    pub calls: Vec<WindowCall>,
}

impl Computation for WindowCalls {
    fn name(&self) -> &'static str {
        "window functions"
    }

    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch> {
        let [rows] = inputs else {
            return exec_err!("window functions have one input");
        };
        let mut computed: Vec<_> = rows.columns().iter().take(self.kept).cloned().collect();
        for (call, field) in self.calls.iter().zip(schema.fields().iter().skip(self.kept)) {
            let args = columns(rows, &call.args)?;
            computed.push(kernels::compute(call.function, &args, rows.num_rows(), field.data_type())?);
        }
        Ok(RecordBatch::try_new(Arc::clone(schema), computed)?)
    }
}
