//! Bodies that run once per group (`mv-apply`, `partition`) are planned once over all groups: every operator of the body carries the
//! group's key column along and works within it.

use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{ColumnId, Rel};

use crate::PlanError;
use crate::columns::{name, reference};

/// The rows that a body works on.
pub(crate) struct Group {
    /// Plan of all groups' rows; holds the key and every column that the body may read.
    pub(crate) rows: LogicalPlan,
    /// Plan name of the key column.
    pub(crate) key: String,
    /// Plan name of each source column by id.
    pub(crate) columns: Vec<(ColumnId, String)>,
}

impl Group {
    pub(crate) fn key(&self) -> PlanExpr {
        reference(&self.key)
    }
}

/// The key column of the group in force, to be appended to an operator's own columns.
pub(crate) fn key_of(group: Option<&Group>) -> Option<PlanExpr> {
    group.map(Group::key)
}

/// Rows that do not come from the group cannot be told apart by it: a body that reads a table is refused.
pub(crate) fn refuse(group: Option<&Group>, what: &str, rel: &Rel) -> Result<(), PlanError> {
    match group {
        None => Ok(()),
        Some(_) => Err(PlanError::unsupported(
            format!("{what} inside a subquery that runs per row or per partition"),
            rel.span,
        )),
    }
}

/// The leaf of a body.
pub(crate) fn input(rel: &Rel, source: &[(ColumnId, ColumnId)], group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else {
        return Err(PlanError::invalid("rows of a group outside of one", rel.span));
    };
    let mut items = Vec::with_capacity(rel.columns.len() + 1);
    for column in &rel.columns {
        let from = source
            .iter()
            .find(|(output, _)| *output == column.id)
            .and_then(|(_, from)| group.columns.iter().find(|(id, _)| id == from))
            .ok_or_else(|| PlanError::invalid(format!("column {} is not part of the group", column.name), rel.span))?;
        items.push(reference(&from.1).alias(name(column)));
    }
    items.push(group.key());
    Ok(LogicalPlanBuilder::from(group.rows.clone()).project(items)?.build()?)
}
