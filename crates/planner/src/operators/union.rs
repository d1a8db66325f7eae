//! `union`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder, Union, lit};
use quarry_semantics::ir::{ColumnId, Rel, UnionLeg};

use super::group::tags_of;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::absent;
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    legs: &[UnionLeg],
    source_column: Option<ColumnId>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let mut plans = Vec::with_capacity(legs.len());
    for leg in legs {
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
        plans.push(Arc::new(LogicalPlanBuilder::from(rows).project(items)?.build()?));
    }
    match plans.as_slice() {
        [] => Err(PlanError::invalid("union of nothing", rel.span)),
        [only] => Ok(only.as_ref().clone()),
        _ => Ok(LogicalPlan::Union(Union::try_new_with_loose_types(plans)?)),
    }
}
