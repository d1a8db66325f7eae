//! `sample` and `sample-distinct`.

use datafusion::functions::expr_fn::random;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::refuse;
use super::{Group, plan_rel};
use crate::columns::{Columns, name};
use crate::expr::{Expressions, constant_i64};
use crate::{PlanContext, PlanError};

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
    let rows = match (distinct, rel.columns.as_slice()) {
        (Some(value), [column]) => {
            let value = Expressions::new(context, Columns::of(input)).plan(value)?;
            rows.project(vec![value.alias(name(column))])?.distinct()?
        }
        _ => rows.sort(vec![random().sort(true, false)])?,
    };
    Ok(rows.limit(0, Some(limit))?.build()?)
}
