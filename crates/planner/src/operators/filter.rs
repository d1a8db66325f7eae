//! `where`.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::constants_of;
use super::group_subquery::with_values;
use super::{Group, plan_rel};
use crate::columns::Columns;
use crate::expr::{Expressions, predicate};
use crate::{PlanContext, PlanError};

pub(super) fn plan(input: &Rel, condition: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = with_values(plan_rel(input, context, group)?, &[condition], context, group)?;
    let expressions = Expressions::new(context, Columns::of(input).with_constants(constants_of(group)));
    let condition = predicate(&expressions.with_subqueries(), condition)?;
    Ok(LogicalPlanBuilder::from(rows).filter(condition)?.build()?)
}
