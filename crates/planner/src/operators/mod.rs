//! One file an operator. Each turns its node of the IR into a plan whose columns are exactly the node's.

mod filter;
mod graph;
mod graph_match;
mod group;
mod group_subquery;
mod join;
mod join_order;
mod make_series;
mod mv_apply;
mod mv_expand;
mod new_guid;
mod order;
mod outside;
mod parse;
mod parse_kv;
mod partition;
mod plugin;
mod project;
mod projected;
mod range;
mod reduce;
mod rows;
mod sample;
mod scan;
mod soft;
mod sort;
mod summarize;
mod table;
mod take;
mod union;
mod whole;
mod window;

pub(crate) use group::Group;
pub use group_subquery::subqueries_of_groups;
pub(crate) use group_subquery::value_name;

use std::collections::HashMap;

use datafusion::arrow::datatypes::FieldRef;
use datafusion::common::DataFusionError;
use datafusion::logical_expr::LogicalPlan;
use quarry_semantics::ir::{Rel, RelKind};
use quarry_value::arrow_type;

use crate::columns::name;
use crate::{PlanContext, PlanError};

/// Plans a tabular expression. Inside the body of `mv-apply` or `partition`, `group` says which rows the body works on, and the plan
/// carries the group's key column behind the node's own.
pub(crate) fn plan_rel(rel: &Rel, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let plan = plan_kind(rel, context, group)?;
    check_types(rel, &plan)?;
    Ok(plan)
}

/// What a kernel computes must be what the binder declared: a column of another type would be read wrongly further up.
fn check_types(rel: &Rel, plan: &LogicalPlan) -> Result<(), PlanError> {
    let fields = plan.schema().fields();
    // Made once a column is elsewhere; of equal names the first counts.
    let mut by_name: Option<HashMap<&str, &FieldRef>> = None;
    for (position, column) in rel.columns.iter().enumerate() {
        let wanted = name(column);
        let field = fields.get(position).filter(|field| *field.name() == wanted).or_else(|| {
            let by_name = by_name.get_or_insert_with(|| fields.iter().rev().map(|field| (field.name().as_str(), field)).collect());
            by_name.get(wanted.as_str()).copied()
        });
        match field {
            Some(field) if *field.data_type() == arrow_type(column.ty) => {}
            Some(field) => {
                let message = format!("column {} should be {} and is {}", column.name, column.ty, field.data_type());
                return Err(DataFusionError::Internal(message).into());
            }
            None => return Err(DataFusionError::Internal(format!("column {} is not in the plan", column.name)).into()),
        }
    }
    Ok(())
}

fn plan_kind(rel: &Rel, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    match rel.kind.as_ref() {
        RelKind::Table { name, source } => table::stored(rel, name, source, context, group),
        RelKind::Shared { subquery, source } => table::shared(rel, *subquery, source, context, group),
        RelKind::Rows { rows } => rows::plan(rel, rows, context, group),
        RelKind::Range { from, to, step } => range::plan(rel, from, to, step, context, group),
        RelKind::GroupInput { source } => group::input(rel, source, group),
        RelKind::Filter { input, predicate } => filter::plan(input, predicate, context, group),
        RelKind::Project { input, items } => project::plan(rel, input, items, context, group),
        RelKind::Summarize { input, keys, aggregates } => summarize::plan(rel, input, keys, aggregates, context, group),
        RelKind::Join {
            join,
            left,
            right,
            on,
            lookup,
        } => join::plan(rel, (*join, *lookup), (left, right), on, context, group),
        RelKind::Union { legs, source_column } => union::plan(rel, legs, *source_column, context, group),
        RelKind::Sort { input, keys } => sort::plan(input, keys, context, group),
        RelKind::Take { input, count } => take::plan(input, count, context, group),
        RelKind::Sample { input, count, distinct } => sample::plan(rel, input, count, distinct.as_ref(), context, group),
        RelKind::MvExpand(expand) => mv_expand::plan(rel, expand, context, group),
        RelKind::MvApply { expand, body, row } => mv_apply::plan(rel, expand, body, *row, context, group),
        RelKind::Partition { input, key, body } => partition::plan(rel, input, *key, body, context, group),
        RelKind::MakeSeries(series) => make_series::plan(rel, series, context, group),
        RelKind::Parse(parse) => parse::plan(rel, parse, context, group),
        RelKind::ParseKv(parse) => parse_kv::plan(rel, parse, context, group),
        RelKind::Reduce(reduce) => reduce::plan(rel, reduce, context, group),
        RelKind::Plugin { function, input, args } => plugin::plan(rel, function.0, input.as_ref(), args, context, group),
        RelKind::Window { input, items } => window::plan(rel, input, items, context, group),
        RelKind::Graph(_) => Err(PlanError::invalid("a graph is no table: a graph operator must follow", rel.span)),
        RelKind::GraphMatch(node) => graph_match::plan(rel, node, context, group),
        RelKind::GraphNodes { graph, .. } => graph::nodes(rel, graph, context, group),
        RelKind::Outside(read) => outside::plan(rel, read, context, group),
        RelKind::Scan(scan) => scan::plan(rel, scan, context, group),
        RelKind::Unsupported { operator, .. } => Err(PlanError::unsupported(format!("operator {operator}"), rel.span)),
    }
}
