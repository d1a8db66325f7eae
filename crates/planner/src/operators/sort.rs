//! `sort` / `order`. The rows behind it are in order for every operator that keeps order, not only for the final output.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder, SortExpr};
use quarry_functions::operators;
use quarry_operators::serialize::Serialize;
use quarry_semantics::ir::{Rel, SortKey};

use super::group::constants_of;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

pub(super) fn plan(input: &Rel, keys: &[SortKey], context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    over(input, keys, plan_rel(input, context, group)?, context, group)
}

/// The sort of the planned rows of its input.
pub(super) fn over(
    input: &Rel,
    keys: &[SortKey],
    rows: LogicalPlan,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let mut sorts: Vec<SortExpr> = group
        .iter()
        .flat_map(|group| group.key_refs())
        .map(|key| key.sort(true, false))
        .collect();
    let expressions = Expressions::new(context, Columns::of(input).with_constants(constants_of(group)));
    let stable = order::in_hand(input, context, group);
    for key in keys {
        let value = operators::sort_key(expressions.plan(&key.expr)?, key.expr.ty, key.descending, key.nulls_first);
        sorts.push(value.sort(!key.descending, key.nulls_first));
    }
    if stable {
        sorts.push(reference(order::PLACE).sort(true, false));
        return order::sorted(order::numbered(rows, order::PLACE)?, sorts);
    }
    in_order(rows, sorts)
}

/// Rows in an order that stays.
pub(super) fn in_order(rows: LogicalPlan, keys: Vec<SortExpr>) -> Result<LogicalPlan, PlanError> {
    let rows = extension(Serialize::below(rows));
    let sorted = LogicalPlanBuilder::from(rows).sort(keys)?.build()?;
    Ok(extension(Serialize::above(sorted)))
}

fn extension(node: Serialize) -> LogicalPlan {
    LogicalPlan::Extension(Extension { node: Arc::new(node) })
}
