//! `take` / `limit`, and the limit half of `top`.

use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{ExprFunctionExt, LogicalPlan, LogicalPlanBuilder, SortExpr, lit};
use quarry_semantics::ir::{Expr, Rel, RelKind};

use super::group::key_of;
use super::sort::sort_exprs;
use super::{Group, plan_rel};
use crate::columns::{name, reference};
use crate::expr::constant_i64;
use crate::{PlanContext, PlanError};

/// Name of the rank inside a group while it is being cut.
const RANK: &str = "$rank";

pub(super) fn plan(input: &Rel, count: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let count = constant_i64(count, context)?.unwrap_or(0).max(0);
    let rows = plan_rel(input, context, group)?;
    let Some(group) = group else {
        let limit = usize::try_from(count).unwrap_or(usize::MAX);
        return Ok(LogicalPlanBuilder::from(rows).limit(0, Some(limit))?.build()?);
    };
    let order: Vec<SortExpr> = match input.kind.as_ref() {
        RelKind::Sort { input: sorted, keys } => sort_exprs(sorted, keys, context)?,
        _ => Vec::new(),
    };
    let rank = row_number().partition_by(vec![group.key()]).order_by(order).build()?.alias(RANK);
    let items = input
        .columns
        .iter()
        .map(|column| reference(name(column)))
        .chain(key_of(Some(group)));
    Ok(LogicalPlanBuilder::from(rows)
        .window(vec![rank])?
        .filter(reference(RANK).lt_eq(lit(u64::try_from(count).unwrap_or(0))))?
        .project(items)?
        .build()?)
}
