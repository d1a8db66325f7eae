//! `where`.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{EmptyRelation, Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, ExprKind, JoinKind, LogicalOp, Rel, RelKind};

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
    if let (RelKind::Join { join: JoinKind::InnerUnique, .. }, None) = (input.kind.as_ref(), group)
        && let Some((input, rest)) = before_unique(input, condition, context)?
    {
        return match rest {
            Some(rest) => plan(&input, &rest, context, group),
            None => plan_rel(&input, context, group),
        };
    }
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

/// The engine looks at conditions on the left side of an `innerunique` join before it picks the row of each key: `… | join R on k | where x == 2`
/// finds the left rows where `x` is 2, and not only those that come first. Gives the join over the rows that are left, and what of the condition
/// remains; nothing when all of it does.
fn before_unique(join: &Rel, condition: &Expr, context: &PlanContext<'_>) -> Result<Option<(Rel, Option<Expr>)>, PlanError> {
    let RelKind::Join { join: kind, left, right, on } = join.kind.as_ref() else {
        return Ok(None);
    };
    let parts = match &condition.kind {
        ExprKind::Logical {
            op: LogicalOp::And,
            operands,
        } => operands.clone(),
        _ => vec![condition.clone()],
    };
    let expressions = Expressions::new(context, Columns::of(left)).with_subqueries();
    let (mut early, mut late) = (Vec::new(), Vec::new());
    for part in parts {
        let read = part.columns();
        let of_left = !read.is_empty() && read.iter().all(|id| left.columns.iter().any(|column| column.id == *id));
        let moves = of_left && !expressions.plan(&part)?.is_volatile();
        if moves { early.push(part) } else { late.push(part) }
    }
    if early.is_empty() {
        return Ok(None);
    }
    let all = |mut operands: Vec<Expr>| match operands.len() {
        0 | 1 => operands.pop(),
        _ => Some(Expr {
            kind: ExprKind::Logical {
                op: LogicalOp::And,
                operands,
            },
            ..condition.clone()
        }),
    };
    let Some(predicate) = all(early) else { return Ok(None) };
    let filtered = Rel {
        kind: Box::new(RelKind::Filter {
            input: left.clone(),
            predicate,
        }),
        ..left.clone()
    };
    let join = Rel {
        kind: Box::new(RelKind::Join {
            join: *kind,
            left: filtered,
            right: right.clone(),
            on: on.clone(),
        }),
        ..join.clone()
    };
    Ok(Some((join, all(late))))
}
