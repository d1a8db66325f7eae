//! From the typed intermediate representation to a DataFusion logical plan.
//!
//! One function per operator (`operators/<name>.rs`) and one per kind of expression (`expr/`). Every column of the plan is named
//! `name#id` after its [`ColumnId`], so names that repeat, differ only in case or hold dots never meet each other.

mod columns;
mod context;
mod error;
mod expr;
mod operators;

pub use columns::{field, schema_of};
pub use context::{PlanContext, Resolved, Tables};
pub use error::PlanError;
pub use operators::subqueries_of_groups;

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::Rel;

/// Plans a tabular expression. Its plan has exactly the columns of `rel`, in order, named by [`columns`].
///
/// # Errors
/// [`PlanError`] when a construct has no plan (it names the construct and its place), or when a constant does not compute.
pub fn plan(rel: &Rel, context: &PlanContext<'_>) -> Result<LogicalPlan, PlanError> {
    let rows = operators::plan_rel(rel, context, None)?;
    if !columns::carries_ingestion_time(rel) {
        return Ok(rows);
    }
    let own = rel.columns.iter().map(|column| columns::reference(columns::name(column)));
    Ok(LogicalPlanBuilder::from(rows).project(own)?.build()?)
}
