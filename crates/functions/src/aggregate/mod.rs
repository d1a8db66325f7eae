//! Aggregates: what `summarize` computes.
//!
//! [`plan`] turns a call into DataFusion aggregate expressions and a last step over their columns. DataFusion's own aggregates are used where they are
//! exact; the others are ours: `states` drives them, `spec` lists them, each family has a file. All of them work group by group, merge partial
//! states, and account for their memory.

mod average;
mod bag;
mod call;
mod evidence;
mod extreme;
pub(crate) mod field;
mod interner;
mod key;
mod list;
mod moments;
mod percentile;
mod percentile_key;
mod pick;
mod plan;
mod schema;
mod set;
mod spec;
mod states;
#[cfg(test)]
mod tests;
mod udaf;

pub use call::{AggregateCall, PlannedAggregate};
pub use pick::RowPicker;
pub use plan::{first, is_supported, plan, plan_over};
