//! `sample` and `sample-distinct`.

use datafusion::functions::expr_fn::random;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::refuse;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::{Expressions, constant_i64};
use crate::{PlanContext, PlanError};

/// The column that `sample` sorts by.
const ORDER: &str = "$sample";

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    count: &Expr,
    distinct: Option<&Expr>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    refuse(group, "sample", rel)?;
    let limit = usize::try_from(constant_i64(count, context)?.unwrap_or(0).max(0)).unwrap_or(usize::MAX);
    let rows = LogicalPlanBuilder::from(plan_rel(input, context, None)?);
    if let (Some(value), [column]) = (distinct, rel.columns.as_slice()) {
        let value = Expressions::new(context, Columns::of(input)).plan(value)?;
        let values = rows.project(vec![value.alias(name(column))])?.distinct()?;
        return Ok(values.limit(0, Some(limit))?.build()?);
    }
    let own: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
    // The order is a column: a sort of rows of which no column is read further up would have none to carry.
    let order = random().alias(ORDER);
    let rows = rows.project(own.iter().cloned().chain([order]))?;
    let rows = rows.sort(vec![reference(ORDER).sort(true, false)])?.limit(0, Some(limit))?;
    Ok(rows.project(own)?.build()?)
}
