//! `summarize` and `distinct`.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::functions_aggregate::expr_fn::min;
use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, LogicalPlanBuilder};
use quarry_functions::aggregate::{self, AggregateCall, PlannedAggregate};
use quarry_operators::picked::PickedRows;
use quarry_schema::KqlType;
use quarry_semantics::ir::{Aggregate, Column, ColumnId, Expr, ExprKind, Rel};

use super::group::{constants_of, tags_of};
use super::projected::{MANY, projected};
use super::soft;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::{Expressions, scalar_value};
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    input: &Rel,
    keys: &[(ColumnId, Expr)],
    aggregates: &[Aggregate],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    if let (None, [aggregate]) = (group, aggregates)
        && aggregate.args.len() > MANY
        && let Some(picked) = whole_rows(rel, input, keys, aggregate, context)?
    {
        return Ok(picked);
    }
    let (rows, over) = match group {
        Some(group) if keys.is_empty() => {
            let below = soft::plan(input, context, group)?;
            (below.rows, below.marked.then(|| reference(soft::LIVE)))
        }
        _ => (plan_rel(input, context, group)?, None),
    };
    // Groups come in the order of their first rows.
    let ordered = (group.is_some() || !keys.is_empty()) && order::in_hand(input, context, group);
    let rows = if ordered { order::numbered(rows, order::PLACE)? } else { rows };
    let expressions = Expressions::new(context, Columns::of(input).with_constants(constants_of(group)));

    let mut group_exprs = Vec::with_capacity(keys.len() + 1);
    for (id, expr) in keys {
        let column = rel.columns.iter().find(|column| column.id == *id);
        let plan_name = column.map_or_else(|| format!("#{id}"), name);
        group_exprs.push(expressions.plan(expr)?.alias(plan_name));
    }
    group_exprs.extend(group.map(Group::key_refs).unwrap_or_default());

    let mut planned = Vec::with_capacity(aggregates.len());
    let mut calls = Vec::new();
    for aggregate in aggregates {
        let outputs = aggregate
            .outputs
            .iter()
            .map(|id| {
                rel.columns
                    .iter()
                    .find(|column| column.id == *id)
                    .map_or(KqlType::Dynamic, |column| column.ty)
            })
            .collect();
        let result = plan_aggregate_over(aggregate, outputs, over.clone(), &expressions)?;
        let first = calls.len();
        for (offset, call) in result.aggregates.iter().enumerate() {
            calls.push(call.clone().alias(format!("$a{}", first + offset)));
        }
        planned.push((aggregate, first, result));
    }

    calls.extend(group.map(Group::carried_values).unwrap_or_default());
    if group_exprs.is_empty() && calls.is_empty() {
        return Err(PlanError::invalid("summarize without keys and aggregates", rel.span));
    }
    if ordered {
        calls.push(min(reference(order::PLACE)).alias(order::PLACE));
    }
    let mut aggregated = LogicalPlanBuilder::from(rows).aggregate(group_exprs, calls)?;
    if ordered {
        aggregated = LogicalPlanBuilder::from(order::by_place(aggregated.build()?)?);
    }

    let mut items = Vec::with_capacity(rel.columns.len() + 1);
    for column in &rel.columns {
        let plan_name = name(column);
        if keys.iter().any(|(id, _)| *id == column.id) {
            items.push(reference(plan_name));
            continue;
        }
        let value = planned.iter().find_map(|(aggregate, first, result)| {
            let position = aggregate.outputs.iter().position(|id| *id == column.id)?;
            let states: Vec<PlanExpr> = (0..result.aggregates.len())
                .map(|offset| reference(format!("$a{}", first + offset)))
                .collect();
            (result.finish)(&states).into_iter().nth(position)
        });
        let value = value.ok_or_else(|| PlanError::invalid(format!("column {} has no value", column.name), rel.span))?;
        items.push(value.alias(plan_name));
    }
    items.extend(tags_of(group));
    Ok(aggregated.project(items)?.build()?)
}

/// One row of each group with very many columns, as a node of its own; `None` where the aggregate does not pick rows.
fn whole_rows(
    rel: &Rel,
    input: &Rel,
    keys: &[(ColumnId, Expr)],
    aggregate: &Aggregate,
    context: &PlanContext<'_>,
) -> Result<Option<LogicalPlan>, PlanError> {
    let in_order = !keys.is_empty() && order::in_hand(input, context, None);
    if in_order || aggregate.outputs.len() != aggregate.args.len() {
        return Ok(None);
    }
    let expressions = Expressions::new(context, Columns::of(input));
    let outputs = aggregate.outputs.iter().zip(&aggregate.args);
    let all: Vec<(ColumnId, &Expr)> = outputs
        .map(|(id, arg)| (*id, arg))
        .chain(keys.iter().map(|(id, key)| (*id, key)))
        .collect();
    let mut places = HashMap::with_capacity(all.len());
    let mut items = Vec::with_capacity(all.len());
    for (place, (id, expr)) in all.iter().enumerate() {
        let item = format!("$p{place}");
        items.push(expressions.plan(expr)?.alias(&item));
        places.insert(*id, item);
    }
    let types = all.iter().map(|(_, expr)| expr.ty).collect();
    let rows = projected(plan_rel(input, context, None)?, items)?;
    let Some(picked) = PickedRows::new(rows, aggregate.function.name, types, keys.len()) else {
        return Ok(None);
    };
    let item = |column: &Column| {
        let place = places.get(&column.id);
        let place = place.ok_or_else(|| PlanError::invalid(format!("column {} has no value", column.name), rel.span))?;
        Ok(reference(place).alias(name(column)))
    };
    let items = rel.columns.iter().map(item).collect::<Result<_, PlanError>>()?;
    let picked = LogicalPlan::Extension(Extension { node: Arc::new(picked) });
    projected(picked, items).map(Some)
}

/// The aggregate functions behind one call, and how its outputs, of the types given, follow from them.
pub(super) fn plan_aggregate(
    aggregate: &Aggregate,
    outputs: Vec<KqlType>,
    expressions: &Expressions<'_>,
) -> Result<PlannedAggregate, PlanError> {
    plan_aggregate_over(aggregate, outputs, None, expressions)
}

/// The same over those rows only for which `over` is true.
fn plan_aggregate_over(
    aggregate: &Aggregate,
    outputs: Vec<KqlType>,
    over: Option<PlanExpr>,
    expressions: &Expressions<'_>,
) -> Result<PlannedAggregate, PlanError> {
    let call = AggregateCall {
        function: aggregate.function.0,
        args: expressions.plan_all(&aggregate.args)?,
        types: aggregate.args.iter().map(|arg| arg.ty).collect(),
        literals: aggregate.args.iter().map(literal_argument).collect(),
        outputs,
    };
    match aggregate::plan_over(&call, over) {
        Ok(Some(planned)) => Ok(planned),
        Err(DataFusionError::NotImplemented(what)) => Err(PlanError::unsupported(what, aggregate.span)),
        Err(error) => Err(error.into()),
        Ok(None) => Err(PlanError::unsupported(
            format!("aggregate {}()", aggregate.function.name),
            aggregate.span,
        )),
    }
}

fn literal_argument(arg: &Expr) -> Option<ScalarValue> {
    match &arg.kind {
        ExprKind::Literal(value) => scalar_value(value),
        _ => None,
    }
}
