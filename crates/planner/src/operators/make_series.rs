//! `make-series`: aggregate per key and bin, then collect each key's bins into arrays.

use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::expr_fn::{count, min};
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder, Operator, binary_expr, lit};
use quarry_functions::operators::convert;
use quarry_operators::make_series::{Bounds, axis, bin_index, series, span};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Column, Expr, ExprKind, MakeSeries, Rel};

use super::group::{constants_of, tags_of};
use super::summarize::plan_aggregate;
use super::{Group, order, plan_rel};
use crate::columns::{Columns, name, reference, rows_of};
use crate::expr::{Expressions, constant};
use crate::{PlanContext, PlanError};

const BIN: &str = "$bin";
const SPAN: &str = "$span";
const ROWS: &str = "$rows";

pub(super) fn plan(rel: &Rel, make: &MakeSeries, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let grid = Grid::new(make, context)?;
    let expressions = Expressions::new(context, Columns::of(&make.input).with_constants(constants_of(group)));
    let axis_value = expressions.plan(&make.axis.1)?;

    let rows = plan_rel(&make.input, context, group)?;
    let in_hand = !make.keys.is_empty() && order::in_hand(&make.input, context, group);
    let rows = if in_hand { order::numbered(rows, order::PLACE)? } else { rows };
    let mut bounded = LogicalPlanBuilder::from(rows);
    for (limit, operator) in [(&grid.from, Operator::GtEq), (&grid.to, grid.upper)] {
        if let Some(limit) = limit {
            bounded = bounded.filter(binary_expr(axis_value.clone(), operator, PlanExpr::Literal(limit.clone(), None)))?;
        }
    }

    let plan_name = |id| {
        rel.columns
            .iter()
            .find(|column| column.id == id)
            .map_or_else(|| format!("#{id}"), name)
    };
    let mut keys: Vec<String> = make.keys.iter().map(|(id, _)| plan_name(*id)).collect();
    let mut groups = Vec::with_capacity(keys.len() + 1);
    for ((_, expr), key) in make.keys.iter().zip(&keys) {
        groups.push(expressions.plan(expr)?.alias(key));
    }
    // A body's group is a key like the others.
    keys.extend(group.map(Group::tags).unwrap_or_default());
    groups.extend(tags_of(group));
    groups.push(bin_index(axis_value, grid.origin.clone(), grid.step.clone()).alias(BIN));

    // The aggregates of every bin, under the names that the series know them by.
    let mut calls = Vec::new();
    let mut filled: Vec<PlanExpr> = keys.iter().map(reference).collect();
    filled.push(reference(BIN));
    for (position, aggregate) in make.aggregates.iter().enumerate() {
        let outputs = aggregate
            .outputs
            .iter()
            .filter_map(|id| make.filled.iter().find(|column| column.id == *id));
        let outputs: Vec<&Column> = outputs.collect();
        let planned = plan_aggregate(aggregate, outputs.iter().map(|column| column.ty).collect(), &expressions)?;
        let states: Vec<PlanExpr> = (0..planned.aggregates.len())
            .map(|state| reference(format!("$a{position}_{state}")))
            .collect();
        calls.extend(
            planned
                .aggregates
                .iter()
                .enumerate()
                .map(|(state, call)| call.clone().alias(format!("$a{position}_{state}"))),
        );
        let values = (planned.finish)(&states);
        filled.extend(outputs.iter().zip(values).map(|(column, value)| value.alias(name(column))));
    }
    let first = || min(reference(order::PLACE)).alias(order::PLACE);
    if in_hand {
        calls.push(first());
        filled.push(reference(order::PLACE));
    }
    let bins = bounded
        .aggregate(groups, calls)?
        .filter(reference(BIN).is_not_null())?
        .project(filled)?;

    // The value of every bin, as the JSON text that becomes an element.
    let of_bin = rows_of(make.filled.clone(), rel.span);
    let over_aggregates = Expressions::new(context, Columns::of(&of_bin));
    let mut values: Vec<PlanExpr> = keys.iter().map(reference).collect();
    values.push(reference(BIN));
    for (position, series) in make.series.iter().enumerate() {
        let value = over_aggregates.plan(&series.value)?;
        values.push(convert(value, series.value.ty, KqlType::Dynamic)?.alias(format!("$v{position}")));
    }
    if in_hand {
        values.push(reference(order::PLACE));
    }
    let bins = bins.project(values)?;

    // The arrays of every key.
    let mut arrays = vec![span(reference(BIN), grid.bounds).alias(SPAN), count(reference(BIN)).alias(ROWS)];
    for (position, made) in make.series.iter().enumerate() {
        let fill = constant_json(&made.default, context)?;
        arrays.push(series(reference(BIN), reference(format!("$v{position}")), fill, grid.bounds).alias(format!("$s{position}")));
    }
    if in_hand {
        arrays.push(first());
    }
    let mut collected = bins.aggregate(keys.iter().map(reference).collect::<Vec<_>>(), arrays)?;
    if keys.is_empty() && !make.nonempty {
        collected = collected.filter(reference(ROWS).gt(lit(0_i64)))?;
    }

    if in_hand {
        collected = LogicalPlanBuilder::from(order::by_place(collected.build()?)?);
    }

    let axis_type = make.axis.1.ty;
    let mut items = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let own = name(column);
        let value = if column.id == make.axis.0 {
            axis(reference(SPAN), grid.origin.clone(), grid.step.clone(), axis_type)
        } else if let Some(position) = make.series.iter().position(|series| series.output == column.id) {
            reference(format!("$s{position}"))
        } else {
            reference(&own)
        };
        items.push(value.alias(own));
    }
    items.extend(tags_of(group));
    Ok(collected.project(items)?.build()?)
}

/// A constant as the JSON text of an array element.
fn constant_json(expr: &Expr, context: &PlanContext<'_>) -> Result<String, PlanError> {
    let element = Expr {
        kind: ExprKind::Convert(Box::new(expr.clone())),
        ty: KqlType::Dynamic,
        span: expr.span,
    };
    match constant(&element, context)? {
        ScalarValue::Utf8View(Some(text)) => Ok(text),
        _ => Ok("null".to_owned()),
    }
}

/// Where the bins lie.
struct Grid {
    from: Option<ScalarValue>,
    to: Option<ScalarValue>,
    /// Whether a value equal to `to` is in.
    upper: Operator,
    origin: ScalarValue,
    step: ScalarValue,
    bounds: Bounds,
}

impl Grid {
    fn new(make: &MakeSeries, context: &PlanContext<'_>) -> Result<Self, PlanError> {
        let bound = |expr: &Option<Expr>| expr.as_ref().map(|expr| constant(expr, context)).transpose();
        let (from, to) = (bound(&make.from)?, bound(&make.to)?);
        let step = constant(&make.step, context)?;
        let positive = step.partial_cmp(&ScalarValue::new_zero(&step.data_type())?) == Some(std::cmp::Ordering::Greater);
        if !positive {
            return Err(PlanError::invalid(
                "the step of make-series must be greater than zero",
                make.step.span,
            ));
        }
        // Bins of `in range()` start at multiples of the step, those of `from` at it.
        let origin = match &from {
            Some(from) if !make.legacy_range => from.clone(),
            _ => ScalarValue::new_zero(&step.data_type())?,
        };
        let first = from.as_ref().and_then(|from| bins_until(from, &origin, &step)).map(|(bin, _)| bin);
        let end = to.as_ref().and_then(|to| bins_until(to, &origin, &step));
        let end = end.map(|(bin, exact)| if exact && !make.legacy_range { bin } else { bin.saturating_add(1) });
        let upper = if make.legacy_range { Operator::LtEq } else { Operator::Lt };
        Ok(Self {
            from,
            to,
            upper,
            origin,
            step,
            bounds: Bounds { first, end },
        })
    }
}

/// How many whole bins lie between the origin and a value, and whether the value is the exact end of the last.
fn bins_until(value: &ScalarValue, origin: &ScalarValue, step: &ScalarValue) -> Option<(i64, bool)> {
    let whole = |value: &ScalarValue| match value {
        ScalarValue::Int64(value) => *value,
        ScalarValue::Int32(value) => value.map(i64::from),
        _ => None,
    };
    if let (Some(value), Some(origin), Some(step)) = (whole(value), whole(origin), whole(step)) {
        let distance = value.checked_sub(origin)?;
        return Some((distance.checked_div_euclid(step)?, distance.checked_rem_euclid(step)? == 0));
    }
    let real = |value: &ScalarValue| match value {
        ScalarValue::Float64(value) => *value,
        other => whole(other).map(|value| value as f64),
    };
    let bins = (real(value)? - real(origin)?) / real(step)?;
    (bins.abs() < 9e18).then(|| (bins.floor() as i64, bins.fract() == 0.0))
}
