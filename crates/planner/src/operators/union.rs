//! `union`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, Union, cast, lit};
use quarry_operators::wide_union::WideUnion;
use quarry_semantics::ir::{Column, ColumnId, Rel, UnionLeg};
use quarry_value::arrow_type;

use super::group::tags_of;
use super::projected::projected;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, field, name, reference};
use crate::expr::absent;
use crate::{PlanContext, PlanError};

/// Plan name of the column with the number of a row's leg.
const LEG: &str = "$place_leg";

/// Where legs lack so many columns, all together, they are not projected to the columns of all.
const WIDE: usize = 4_000;

pub(super) fn plan(
    rel: &Rel,
    legs: &[UnionLeg],
    source_column: Option<ColumnId>,
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let in_hand = legs.len() > 1 && legs.iter().all(|leg| order::in_hand(&leg.rel, context, group));
    let absent = legs.iter().map(|leg| rel.columns.len().saturating_sub(leg.source.len()));
    let wide = legs.len() > 1 && absent.sum::<usize>() > WIDE;
    let mut plans = Vec::with_capacity(legs.len());
    for (place, leg) in legs.iter().enumerate() {
        let rows = plan_rel(&leg.rel, context, group)?;
        let mut items = given(rel, leg, source_column, &rows, wide)?;
        items.extend(tags_of(group));
        let mut leg = projected(rows, items)?;
        if in_hand {
            let own: Vec<PlanExpr> = leg.schema().columns().into_iter().map(PlanExpr::Column).collect();
            let marked = own.into_iter().chain([lit(place as i64).alias(LEG)]);
            leg = order::numbered(projected(leg, marked.collect())?, order::PLACE)?;
        }
        plans.push(leg);
    }
    if plans.len() < 2 {
        return plans.pop().ok_or_else(|| PlanError::invalid("union of nothing", rel.span));
    }
    let all = if wide {
        together(rel, plans)?
    } else {
        LogicalPlan::Union(Union::try_new_with_loose_types(plans.into_iter().map(Arc::new).collect())?)
    };
    if in_hand {
        let keys = [LEG, order::PLACE].map(|place| reference(place).sort(true, false));
        return order::sorted(all, keys.to_vec());
    }
    Ok(all)
}

/// The columns of the union as a leg gives them; in a wide one those that it lacks are left out.
fn given(rel: &Rel, leg: &UnionLeg, source_column: Option<ColumnId>, rows: &LogicalPlan, wide: bool) -> Result<Vec<PlanExpr>, PlanError> {
    let own = Columns::of(&leg.rel);
    let source: HashMap<ColumnId, ColumnId> = leg.source.iter().copied().collect();
    let mut items = Vec::with_capacity(if wide { source.len() + 1 } else { rel.columns.len() + 1 });
    for column in &rel.columns {
        let value = if Some(column.id) == source_column {
            lit(ScalarValue::Utf8View(Some(leg.label.clone())))
        } else {
            match source.get(&column.id) {
                Some(from) => {
                    let from = own
                        .get(*from)
                        .ok_or_else(|| PlanError::invalid("a leg of the union lacks a column", rel.span))?;
                    if wide {
                        of_type(from, column, rows)?
                    } else {
                        reference(name(from))
                    }
                }
                None if wide => continue,
                None => absent(column.ty)?,
            }
        };
        items.push(value.alias(name(column)));
    }
    Ok(items)
}

/// A column of a leg in the type that the union has, which no rule of the optimizer brings about in a wide one.
fn of_type(from: &Column, to: &Column, rows: &LogicalPlan) -> Result<PlanExpr, PlanError> {
    let (from, wanted) = (name(from), arrow_type(to.ty));
    let same = *rows.schema().field_with_unqualified_name(&from)?.data_type() == wanted;
    Ok(if same { reference(from) } else { cast(reference(from), wanted) })
}

/// The legs as a union that adds to each what it lacks.
fn together(rel: &Rel, legs: Vec<LogicalPlan>) -> Result<LogicalPlan, PlanError> {
    let mut fields = Vec::with_capacity(rel.columns.len());
    let mut values = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        fields.push(field(&name(column), column.ty));
        let PlanExpr::Literal(value, _) = absent(column.ty)? else {
            return Err(PlanError::invalid("what is absent is not a constant", rel.span));
        };
        values.push(value);
    }
    // What tells the rows of a group apart, or their order: every leg has these.
    let named: HashSet<String> = fields.iter().map(|field| field.name().clone()).collect();
    let of_first = legs.first().into_iter().flat_map(|leg| leg.schema().fields());
    for field in of_first.filter(|field| !named.contains(field.name())) {
        values.push(ScalarValue::try_new_null(field.data_type())?);
        fields.push(field.as_ref().clone().with_nullable(true));
    }
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let node = Arc::new(WideUnion::try_new(legs, &schema, values)?);
    Ok(LogicalPlan::Extension(Extension { node }))
}
