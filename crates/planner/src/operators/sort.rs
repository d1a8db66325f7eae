//! `sort` / `order`. The rows behind it are in order for every operator that keeps order, not only for the final output.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder, SortExpr};
use quarry_functions::operators;
use quarry_operators::groups::BestOfGroups;
use quarry_operators::serialize::Serialize;
use quarry_semantics::ir::{Rel, SortKey};

use super::group::constants_of;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

/// More rows of a group than this are not looked out for before a sort.
const MOST_PLACES: usize = 10_000;

pub(super) fn plan(input: &Rel, keys: &[SortKey], context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    over(input, keys, plan_rel(input, context, group)?, context, group)
}

/// The sort in a body of which only the first rows of each group are wanted. There may be more of them.
pub(super) fn first_of_groups(
    input: &Rel,
    keys: &[SortKey],
    count: usize,
    context: &PlanContext<'_>,
    group: &Group,
) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(input, context, Some(group))?;
    // Among equal rows the order counts in which rows of the query's text come.
    if !(1..=MOST_PLACES).contains(&count) || order::in_hand(input, context, Some(group)) {
        return over(input, keys, rows, context, Some(group));
    }
    let best = BestOfGroups::new(rows, group.key_refs(), sorts(input, keys, context, Some(group))?, count);
    let rows = LogicalPlan::Extension(Extension { node: Arc::new(best) });
    over(input, keys, rows, context, Some(group))
}

/// The sort of the planned rows of its input.
pub(super) fn over(
    input: &Rel,
    keys: &[SortKey],
    rows: LogicalPlan,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let tags = group.iter().flat_map(|group| group.key_refs());
    let mut all: Vec<SortExpr> = tags.map(|key| key.sort(true, false)).collect();
    all.extend(sorts(input, keys, context, group)?);
    if order::in_hand(input, context, group) {
        all.push(reference(order::PLACE).sort(true, false));
        return order::sorted(order::numbered(rows, order::PLACE)?, all);
    }
    in_order(rows, all)
}

fn sorts(input: &Rel, keys: &[SortKey], context: &PlanContext<'_>, group: Option<&Group>) -> Result<Vec<SortExpr>, PlanError> {
    let expressions = Expressions::new(context, Columns::of(input).with_constants(constants_of(group)));
    let sort = |key: &SortKey| {
        let value = operators::sort_key(expressions.plan(&key.expr)?, key.expr.ty, key.descending, key.nulls_first);
        Ok(value.sort(!key.descending, key.nulls_first))
    };
    keys.iter().map(sort).collect()
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
