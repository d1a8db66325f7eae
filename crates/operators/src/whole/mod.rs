//! Operators that look at all rows before they give the first: `scan`, `reduce`, graph operators, most plugins.
//!
//! Such an operator is a [`Computation`] over whole inputs. The planner projects what it reads (columns and argument expressions) into its
//! inputs, so that a computation finds everything by position; the node collects the inputs in order, accounts for their memory and calls it.

mod budget;
mod exec;
mod node;

use std::fmt;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::utils::memory::get_record_batch_memory_size;

pub use budget::Budget;
pub(crate) use exec::physical;
pub use node::Whole;

/// What an operator does with its whole inputs.
pub trait Computation: fmt::Debug + Send + Sync {
    /// The KQL name, for plans.
    fn name(&self) -> &'static str;

    /// The result, with the columns of `schema` in its order, from one batch per input. Rows are in the order of the input.
    ///
    /// # Errors
    /// What the operator finds wrong with the data; the query fails with it.
    fn compute(&self, inputs: &[RecordBatch], schema: &SchemaRef) -> Result<RecordBatch>;

    /// The same, paid for: an operator that may need much more than its inputs take asks `budget` as it goes; the others are taken to need as much
    /// again for what they build.
    ///
    /// # Errors
    /// As above, and when the query has no more memory or is given up.
    fn compute_within(&self, inputs: &[RecordBatch], schema: &SchemaRef, budget: &Budget) -> Result<RecordBatch> {
        budget.grow(inputs.iter().map(get_record_batch_memory_size).sum())?;
        self.compute(inputs, schema)
    }
}
