//! Projections, in the form that their width asks for.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, LogicalPlanBuilder, Projection};
use quarry_operators::wide_project::WideProject;

use crate::PlanError;

/// More items than this are not looked up one by one.
pub(super) const MANY: usize = 600;

/// A projection. An ordinary one of many items costs time by their square, in every rule and in its physical form.
pub(super) fn projected(rows: LogicalPlan, items: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
    if items.len() > MANY && has_own_names(&rows) {
        let node = Arc::new(WideProject::try_new(items, rows)?);
        return Ok(LogicalPlan::Extension(Extension { node }));
    }
    // The builder walks the whole plan for every item, to find out which table a bare name belongs to.
    if rows.schema().iter().all(|(table, _)| table.is_none()) {
        return Ok(LogicalPlan::Projection(Projection::try_new(items, Arc::new(rows))?));
    }
    Ok(LogicalPlanBuilder::from(rows).project(items)?.build()?)
}

/// Whether a name is enough to tell a column.
fn has_own_names(rows: &LogicalPlan) -> bool {
    let mut names = HashSet::new();
    rows.schema().fields().iter().all(|field| names.insert(field.name()))
}
