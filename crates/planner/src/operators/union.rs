//! `union`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder, Union, lit};
use quarry_semantics::ir::{ColumnId, Rel, UnionLeg};

use super::group::tags_of;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::absent;
use crate::{PlanContext, PlanError};

/// Plan name of the column with the number of a row's leg.
const LEG: &str = "$place_leg";

pub(super) fn plan(
    rel: &Rel,
    legs: &[UnionLeg],
    source_column: Option<ColumnId>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let in_hand = legs.len() > 1 && legs.iter().all(|leg| order::in_hand(&leg.rel, context, group));
    let mut plans = Vec::with_capacity(legs.len());
    for (place, leg) in legs.iter().enumerate() {
        let rows = plan_rel(&leg.rel, context, group)?;
        let own = Columns::of(&leg.rel);
        let source: HashMap<ColumnId, ColumnId> = leg.source.iter().copied().collect();
        let mut items = Vec::with_capacity(rel.columns.len() + 1);
        for column in &rel.columns {
            let value = if Some(column.id) == source_column {
                lit(ScalarValue::Utf8View(Some(leg.label.clone())))
            } else {
                match source.get(&column.id) {
                    Some(from) => {
                        let from = own
                            .get(*from)
                            .ok_or_else(|| PlanError::invalid("a leg of the union lacks a column", rel.span))?;
                        reference(name(from))
                    }
                    None => absent(column.ty)?,
                }
            };
            items.push(value.alias(name(column)));
        }
        items.extend(tags_of(group));
        let mut leg = LogicalPlanBuilder::from(rows).project(items)?.build()?;
        if in_hand {
            let own: Vec<PlanExpr> = leg.schema().columns().into_iter().map(PlanExpr::Column).collect();
            let marked = own.into_iter().chain([lit(place as i64).alias(LEG)]);
            leg = order::numbered(LogicalPlanBuilder::from(leg).project(marked)?.build()?, order::PLACE)?;
        }
        plans.push(Arc::new(leg));
    }
    match plans.as_slice() {
        [] => Err(PlanError::invalid("union of nothing", rel.span)),
        [only] => Ok(only.as_ref().clone()),
        _ => {
            let all = LogicalPlan::Union(Union::try_new_with_loose_types(plans)?);
            if in_hand {
                let keys = [LEG, order::PLACE].map(|place| reference(place).sort(true, false));
                return order::sorted(all, keys.to_vec());
            }
            Ok(all)
        }
    }
}
