//! `where`.

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::constants_of;
use super::{Group, plan_rel};
use crate::columns::Columns;
use crate::expr::{Expressions, predicate};
use crate::{PlanContext, PlanError};

pub(super) fn plan(input: &Rel, condition: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(input, context, group)?;
    let condition = predicate(&Expressions::new(context, Columns::of(input).with_constants(constants_of(group))), condition)?;
    Ok(LogicalPlanBuilder::from(rows).filter(condition)?.build()?)
}
