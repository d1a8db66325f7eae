//! `sample` and `sample-distinct`.

use datafusion::functions::expr_fn::random;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::{constants_of, first_rows, tags_of};
use super::projected::projected;
use super::sort::in_order;
use super::take::limit;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::Expressions;
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
    let limit = limit(count, context)?;
    let rows = LogicalPlanBuilder::from(plan_rel(input, context, group)?);
    if let (Some(value), [column]) = (distinct, rel.columns.as_slice()) {
        let columns = Columns::of(input).with_constants(constants_of(group));
        let mut items = vec![Expressions::new(context, columns).plan(value)?.alias(name(column))];
        items.extend(tags_of(group));
        return first(rows.project(items)?.distinct()?.build()?, limit, group);
    }
    let own: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
    // The order is a column: a sort of rows of which no column is read further up would have none to carry.
    let order = random().alias(ORDER);
    let rows = LogicalPlanBuilder::from(projected(rows.build()?, own.iter().cloned().chain([order]).collect())?);
    let by_order = vec![reference(ORDER).sort(true, false)];
    let sorted = match group {
        Some(_) => in_order(rows.build()?, by_order)?,
        None => rows.sort(by_order)?.build()?,
    };
    projected(first(sorted, limit, group)?, own)
}

/// The first rows, of each group where there are groups.
fn first(rows: LogicalPlan, limit: usize, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    match group {
        Some(group) => first_rows(rows, group, limit, None),
        None => Ok(LogicalPlanBuilder::from(rows).limit(0, Some(limit))?.build()?),
    }
}
