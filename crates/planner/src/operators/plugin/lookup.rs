//! Plugins that join a source with a table that is not looked up by equality.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as PlanExpr, Extension, LogicalPlan, LogicalPlanBuilder};
use quarry_functions::lookup::Family;
use quarry_functions::operators::convert;
use quarry_operators::lookup::{Finder, GeoFinder, IpFinder, Lookup, Side};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Column, Expr, ExprKind, Rel};

use super::super::join::or_empty;
use super::super::plan_rel;
use super::call::{Call, projected};
use crate::PlanError;
use crate::columns::{Columns, name, reference};
use crate::expr::Expressions;

/// What the two inputs must hold besides their own columns, which come first.
struct Keys {
    source: Vec<PlanExpr>,
    table: Vec<PlanExpr>,
}

pub(super) fn ip(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let table = table(call)?;
    let (family, version) = if call.name == "ipv4_lookup" {
        (Family::Ipv4, "v4")
    } else {
        (Family::Ipv6, "v6")
    };
    let over_table = Expressions::new(call.context, Columns::of(table));
    let text = |expressions: &Expressions<'_>, param: String| -> Result<PlanExpr, PlanError> {
        let expr = call.expr(&param)?;
        Ok(convert(expressions.plan(expr)?, expr.ty, KqlType::String)?)
    };
    let over_source = Expressions::new(call.context, Columns::of(call.input));
    let mut keys = Keys {
        source: vec![text(&over_source, format!("SourceIP{version}Key"))?],
        table: vec![text(&over_table, format!("IP{version}LookupKey"))?],
    };
    let extra = extra_keys(call, table)?;
    for (source, key, ty) in &extra {
        keys.source.push(convert(reference(name(source)), source.ty, *ty)?);
        keys.table.push(convert(reference(name(key)), key.ty, *ty)?);
    }
    let (sources, tables) = (call.input.columns.len(), table.columns.len());
    let finder = IpFinder {
        family,
        source_address: sources,
        table_address: tables,
        source_keys: (1..=extra.len()).map(|key| sources + key).collect(),
        table_keys: (1..=extra.len()).map(|key| tables + key).collect(),
    };
    let brought = |column: &Column| !extra.iter().any(|(_, key, _)| key.id == column.id);
    joined(call, table, keys, Arc::new(finder), brought)
}

/// Columns that must be equal on both sides, with the type to compare them in.
fn extra_keys<'a>(call: &Call<'a>, table: &'a Rel) -> Result<Vec<(&'a Column, &'a Column, KqlType)>, PlanError> {
    let keys = call.exprs("ExtraKey").into_iter().map(|expr| {
        let source = column_of(expr, call.input).ok_or_else(|| call.invalid("a key must be a column"))?;
        let key = table.columns.iter().find(|column| column.name == source.name);
        let key = key.ok_or_else(|| call.invalid(format!("the lookup table has no column {}", source.name)))?;
        let ty = match (source.ty, key.ty) {
            (left, right) if left == right => left,
            (left, right) if left.is_integer() && right.is_integer() => KqlType::Long,
            (left, right) => return Err(call.invalid(format!("the keys {} have different types: {left} and {right}", source.name))),
        };
        Ok((source, key, ty))
    });
    keys.collect()
}

pub(super) fn geo(call: &Call<'_>, lines: bool) -> Result<LogicalPlan, PlanError> {
    let table = table(call)?;
    let shape = call.expr(if lines { "LookupLineKey" } else { "LookupPolygonKey" })?;
    let real = |param: &str| -> Result<PlanExpr, PlanError> {
        let expr = call.expr(param)?;
        Ok(convert(call.plan(expr)?, expr.ty, KqlType::Real)?)
    };
    let keys = Keys {
        source: vec![real("SourceLongitude")?, real("SourceLatitude")?],
        table: vec![Expressions::new(call.context, Columns::of(table)).plan(shape)?],
    };
    let finder = GeoFinder {
        lines,
        radius: call.real("radius")?,
        shape: table.columns.len(),
        longitude: call.input.columns.len(),
        latitude: call.input.columns.len() + 1,
    };
    let with_key = call.flag("return_lookup_key", false)?;
    let shape = column_of(shape, table).map(|column| column.id);
    joined(call, table, keys, Arc::new(finder), |column| with_key || Some(column.id) != shape)
}

fn table<'a>(call: &Call<'a>) -> Result<&'a Rel, PlanError> {
    call.table().ok_or_else(|| call.invalid("the lookup table is missing"))
}

fn column_of<'r>(expr: &Expr, rel: &'r Rel) -> Option<&'r Column> {
    rel.columns.iter().find(|column| expr.kind == ExprKind::Column(column.id))
}

/// The join. The result has the columns of the source and those of the table that are `brought`, in the order that the plugin gives them.
fn joined(
    call: &Call<'_>,
    table: &Rel,
    keys: Keys,
    finder: Arc<dyn Finder>,
    brought: impl Fn(&Column) -> bool,
) -> Result<LogicalPlan, PlanError> {
    let source_plan = with_keys(call.input, plan_rel(call.input, call.context, None)?, keys.source)?;
    let table_plan = with_keys(table, plan_rel(table, call.context, None)?, keys.table)?;
    let source: Vec<Side> = (0..call.input.columns.len()).map(Side::Source).collect();
    let from_table: Vec<Side> = table
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| brought(column))
        .map(|(at, _)| Side::Table(at))
        .collect();
    let columns = if call.name == "ipv6_lookup" {
        [from_table, source].concat()
    } else {
        [source, from_table].concat()
    };
    let unmatched = call.flag("return_unmatched", false)?;
    let fields = crate::schema_of(call.rel).fields().clone();
    let filled = call.rel.columns.iter().zip(&columns).map(|(column, side)| {
        let value = reference(name(column));
        match side {
            Side::Table(_) if column.ty == KqlType::String => Ok(or_empty(value)?.alias(name(column))),
            _ => Ok(value),
        }
    });
    let filled = filled.collect::<Result<Vec<_>, PlanError>>()?;
    let node = Lookup::try_new(source_plan, table_plan, finder, columns, unmatched, fields)?;
    let found = LogicalPlan::Extension(Extension { node: Arc::new(node) });
    if !unmatched {
        return Ok(found);
    }
    Ok(LogicalPlanBuilder::from(found).project(filled)?.build()?)
}

fn with_keys(rel: &Rel, plan: LogicalPlan, keys: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
    let own = rel.columns.iter().map(|column| reference(name(column)));
    projected(plan, own.chain(keys).collect())
}
