//! `extend`, `project`, `project-away`, `project-rename`, `project-reorder` …: every output column computed anew.

use std::collections::{HashMap, HashSet};

use datafusion::logical_expr::LogicalPlan;
use quarry_semantics::ir::{ColumnId, Expr, ExprKind, Rel, RelKind};

use super::group::{constants_of, tags_of};
use super::group_subquery::with_values;
use super::projected::projected;
use super::{Group, new_guid, plan_rel};
use crate::columns::{Columns, INGESTION_TIME, carries_ingestion_time, name, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    items: &[(ColumnId, Expr)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    // In a group, what an item reads may come from the outer row.
    let (items, input) = if group.is_some() {
        (items.to_vec(), input)
    } else {
        merged(items, input)
    };
    over(rel, input, &items, plan_rel(input, context, group)?, None, context, group)
}

/// The projection over the planned rows of its input; `live` is a further column to keep.
pub(super) fn over(
    rel: &Rel,
    input: &Rel,
    items: &[(ColumnId, Expr)],
    rows: LogicalPlan,
    live: Option<&str>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let read: Vec<&Expr> = items.iter().map(|(_, expr)| expr).collect();
    let rows = with_values(rows, &read, context, group)?;
    let columns = || Columns::of(input).with_constants(constants_of(group));
    let (rows, guids) = new_guid::one_a_row(rows, &read, &Expressions::new(context, columns()))?;
    let expressions = Expressions::with_windows(context, columns(), guids).with_subqueries();
    let mut planned = Vec::with_capacity(rel.columns.len() + 1);
    // Of an id that comes twice, the first.
    let by_id: HashMap<ColumnId, &Expr> = items.iter().rev().map(|(id, expr)| (*id, expr)).collect();
    for column in &rel.columns {
        let Some(expr) = by_id.get(&column.id) else {
            return Err(PlanError::invalid(format!("column {} has no value", column.name), rel.span));
        };
        planned.push(expressions.plan(expr)?.alias(name(column)));
    }
    planned.extend(tags_of(group));
    planned.extend(live.map(reference));
    if carries_ingestion_time(input) {
        planned.push(reference(INGESTION_TIME));
    }
    projected(rows, planned)
}

/// The items over the input of the projections below, as far down as nothing is computed from a computed value, or twice. Parsers chain dozens of
/// `extend` over tables of hundreds of columns: as one node they cost the optimizer one visit and not dozens.
fn merged<'a>(items: &[(ColumnId, Expr)], mut input: &'a Rel) -> (Vec<(ColumnId, Expr)>, &'a Rel) {
    let mut items = items.to_vec();
    while let RelKind::Project {
        input: below,
        items: inner,
    } = input.kind.as_ref()
    {
        let values: HashMap<ColumnId, &Expr> = inner.iter().map(|(id, value)| (*id, value)).collect();
        let passes = |id: &ColumnId| {
            values
                .get(id)
                .is_some_and(|value| matches!(value.kind, ExprKind::Column(own) if own == *id))
        };
        let mut taken = HashSet::new();
        let fits = items.iter().all(|(_, expr)| match expr.kind {
            ExprKind::Column(id) => passes(&id) || (values.contains_key(&id) && taken.insert(id)),
            _ => expr.columns().iter().all(passes),
        });
        if !fits {
            break;
        }
        for (_, expr) in &mut items {
            if let ExprKind::Column(id) = expr.kind
                && let Some(value) = values.get(&id)
            {
                *expr = (*value).clone();
            }
        }
        input = below;
    }
    (items, input)
}
