//! `where`.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{EmptyRelation, Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{ColumnId, Expr, ExprKind, JoinKind, LogicalOp, Rel, RelKind};

use super::group::constants_of;
use super::group_subquery::with_values;
use super::projected::projected;
use super::{Group, plan_rel};
use crate::columns::{Columns, reference};
use crate::expr::{Expressions, evaluate, predicate};
use crate::{PlanContext, PlanError};

/// The column that holds a condition which must not be computed anywhere else.
const HELD: &str = "$held";

/// A condition is split where `and` joins it. What is left to the optimizer reads columns and depends on nothing else: it moves other
/// conditions below aggregates too, where they would drop rows before they are counted.
pub(super) fn plan(input: &Rel, condition: &Expr, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    if group.is_none()
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
    let mut rows = rows;
    if let Some(free) = conjunction(free) {
        rows = LogicalPlanBuilder::from(rows).filter(free)?.build()?;
    }
    if let Some(held) = conjunction(held) {
        let own: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
        rows = projected(rows, own.iter().cloned().chain([held.alias(HELD)]).collect())?;
        rows = projected(LogicalPlanBuilder::from(rows).filter(reference(HELD))?.build()?, own)?;
    }
    Ok(rows)
}

/// The engine looks at conditions on the left side of an `innerunique` join before it picks the row of each key: `… | join R on k | where x == 2`
/// finds the left rows where `x` is 2, and not only those that come first. Gives the rows with those conditions moved there, and what of the
/// condition remains; `None` when nothing can be moved.
fn before_unique(rows: &Rel, condition: &Expr, context: &PlanContext<'_>) -> Result<Option<(Rel, Option<Expr>)>, PlanError> {
    // A join whose sides share names is followed by a projection that gives one of them another.
    let (join, items) = match rows.kind.as_ref() {
        RelKind::Project { input, items } => (input, Some(items)),
        _ => (rows, None),
    };
    let RelKind::Join {
        join: JoinKind::InnerUnique,
        left,
        right,
        on,
        lookup,
    } = join.kind.as_ref()
    else {
        return Ok(None);
    };
    let stays = |id: &ColumnId| {
        let computed = items.and_then(|items| items.iter().find(|(own, _)| own == id));
        let same = computed.is_none_or(|(_, value)| matches!(value.kind, ExprKind::Column(own) if own == *id));
        same && left.columns.iter().any(|column| column.id == *id)
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
        let moves = !read.is_empty() && read.iter().all(stays) && !expressions.plan(&part)?.is_volatile();
        if moves { early.push(part) } else { late.push(part) }
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
    let over = |kind: RelKind, rel: &Rel| Rel {
        kind: Box::new(kind),
        ..rel.clone()
    };
    let filter = RelKind::Filter {
        input: left.clone(),
        predicate,
    };
    let moved = RelKind::Join {
        join: JoinKind::InnerUnique,
        left: over(filter, left),
        right: right.clone(),
        on: on.clone(),
        lookup: *lookup,
    };
    let mut moved = over(moved, join);
    if let Some(items) = items {
        let project = RelKind::Project {
            input: moved,
            items: items.clone(),
        };
        moved = over(project, rows);
    }
    Ok(Some((moved, all(late))))
}
