//! `take` / `limit`, and the limit half of `top`.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel, RelKind};

use super::group::first_rows;
use super::{Group, plan_rel, sort};
use crate::expr::constant_i64;
use crate::{PlanContext, PlanError};

pub(super) fn plan(input: &Rel, count: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let limit = limit(count, context)?;
    let Some(group) = group else {
        let rows = plan_rel(input, context, None)?;
        return Ok(LogicalPlanBuilder::from(rows).limit(0, Some(limit))?.build()?);
    };
    let rows = match input.kind.as_ref() {
        RelKind::Sort { input, keys } => sort::first_of_groups(input, keys, limit, context, group)?,
        _ => plan_rel(input, context, Some(group))?,
    };
    first_rows(rows, group, limit, None)
}

/// The number of rows; none where it is negative.
pub(super) fn limit(count: &Expr, context: &PlanContext<'_>) -> Result<usize, PlanError> {
    let count = constant_i64(count, context)?.unwrap_or(0).max(0);
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}
