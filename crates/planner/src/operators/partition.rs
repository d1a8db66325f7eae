//! `partition by key (body)`: the groups are the key's values.

use datafusion::logical_expr::LogicalPlan;
use quarry_semantics::ir::{ColumnId, Rel};

use super::group::{constants_of, tags_of};
use super::order::in_hand;
use super::projected::projected;
use super::{Group, plan_rel};
use crate::columns::{name, reference};
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    key: ColumnId,
    body: &Rel,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let Some(column) = input.columns.iter().find(|column| column.id == key) else {
        return Err(PlanError::invalid("partition needs a column of its input", rel.span));
    };
    let plan_key = format!("$part#{key}");
    let mut items: Vec<_> = input.columns.iter().map(|column| reference(name(column))).collect();
    items.push(reference(name(column)).alias(&plan_key));
    items.extend(tags_of(group));
    let rows = projected(plan_rel(input, context, group)?, items)?;
    let mut keys = group.map(|group| group.keys.clone()).unwrap_or_default();
    keys.push(plan_key.clone());
    let mut constants = constants_of(group).to_vec();
    constants.push((key, plan_key));
    let inner = Group {
        rows,
        keys,
        carried: group.map(|group| group.carried.clone()).unwrap_or_default(),
        columns: input.columns.iter().map(|column| (column.id, name(column))).collect(),
        repeatable: group.is_none_or(|group| group.repeatable),
        in_hand: in_hand(input, context, group),
        constants,
    };
    let body_plan = plan_rel(body, context, Some(&inner))?;
    let mut items: Vec<_> = body
        .columns
        .iter()
        .zip(&rel.columns)
        .map(|(from, to)| reference(name(from)).alias(name(to)))
        .collect();
    items.extend(tags_of(group));
    projected(body_plan, items)
}
