//! `where`.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{EmptyRelation, Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, Rel};

use super::group::constants_of;
use super::group_subquery::with_values;
use super::{Group, plan_rel};
use crate::columns::{Columns, reference};
use crate::expr::{Expressions, evaluate, predicate};
use crate::{PlanContext, PlanError};

/// The column that holds a condition which must not be computed anywhere else.
const HELD: &str = "$held";

/// A condition is split where `and` joins it. What is left to the optimizer reads columns and depends on nothing else: it moves other
/// conditions below aggregates too, where they would drop rows before they are counted.
pub(super) fn plan(input: &Rel, condition: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = with_values(plan_rel(input, context, group)?, &[condition], context, group)?;
    let expressions = Expressions::new(context, Columns::of(input).with_constants(constants_of(group)));
    let condition = predicate(&expressions.with_subqueries(), condition)?;
    let (mut free, mut held) = (Vec::new(), Vec::new());
    for part in split_conjunction_owned(condition) {
        if part.is_volatile() {
            held.push(part);
        } else if part.column_refs().is_empty() {
            if evaluate(part, context)? != ScalarValue::Boolean(Some(true)) {
                return Ok(LogicalPlan::EmptyRelation(EmptyRelation {
                    produce_one_row: false,
                    schema: Arc::clone(rows.schema()),
                }));
            }
        } else {
            free.push(part);
        }
    }
    let mut rows = LogicalPlanBuilder::from(rows);
    if let Some(free) = conjunction(free) {
        rows = rows.filter(free)?;
    }
    if let Some(held) = conjunction(held) {
        let own: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
        rows = rows.project(own.iter().cloned().chain([held.alias(HELD)]))?;
        rows = rows.filter(reference(HELD))?.project(own)?;
    }
    Ok(rows.build()?)
}
