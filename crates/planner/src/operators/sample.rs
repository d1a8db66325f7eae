//! `sample` and `sample-distinct`.

use datafusion::functions::expr_fn::random;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::{constants_of, first_rows, tags_of};
use super::sort::in_order;
use super::take::limit;
use super::{Group, plan_rel};
use crate::columns::{Columns, name};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    count: &Expr,
    distinct: Option<&Expr>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let limit = limit(count, context)?;
    let rows = LogicalPlanBuilder::from(plan_rel(input, context, group)?);
    let rows = match (distinct, rel.columns.as_slice()) {
        (Some(value), [column]) => {
            let columns = Columns::of(input).with_constants(constants_of(group));
            let mut items = vec![Expressions::new(context, columns).plan(value)?.alias(name(column))];
            items.extend(tags_of(group));
            rows.project(items)?.distinct()?.build()?
        }
        _ if group.is_some() => in_order(rows.build()?, vec![random().sort(true, false)])?,
        _ => rows.sort(vec![random().sort(true, false)])?.build()?,
    };
    match group {
        Some(group) => first_rows(rows, group, limit, None),
        None => Ok(LogicalPlanBuilder::from(rows).limit(0, Some(limit))?.build()?),
    }
}
