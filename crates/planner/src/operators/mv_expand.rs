//! `mv-expand`: each cell becomes a list by a kernel, and DataFusion's unnest zips the lists into rows.

use datafusion::common::{Column as PlanColumn, UnnestOptions};
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_operators::mv_expand::{expand, item_index};
use quarry_schema::KqlType;
use quarry_semantics::ir::{MvExpand, Rel};

use super::group::key_of;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::{Expressions, absent};
use crate::{PlanContext, PlanError};

pub(super) fn plan(rel: &Rel, mv: &MvExpand, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(&mv.input, context, group)?;
    expanded(rel, mv, rows, context, key_of(group).into_iter().collect())
}

/// Expands `rows`, the plan of `mv.input`; `extra` columns are carried along behind the node's own.
pub(super) fn expanded(
    rel: &Rel,
    mv: &MvExpand,
    rows: LogicalPlan,
    context: &PlanContext<'_>,
    extra: Vec<datafusion::logical_expr::Expr>,
) -> Result<LogicalPlan, PlanError> {
    let expressions = Expressions::new(context, Columns::of(&mv.input));
    let mut items = Vec::with_capacity(rel.columns.len() + extra.len());
    let mut lists = Vec::with_capacity(mv.items.len() + 1);
    let mut unnested = Vec::with_capacity(mv.items.len() + 1);
    for column in &rel.columns {
        let plan_name = name(column);
        if let Some(item) = mv.items.iter().find(|item| item.output == column.id) {
            let list = expand(expressions.plan(&item.expr)?, item.to, mv.limit, mv.bags_as_arrays);
            lists.push(list.clone());
            unnested.push(PlanColumn::new_unqualified(&plan_name));
            items.push(list.alias(plan_name));
        } else if mv.index != Some(column.id) {
            items.push(reference(plan_name));
        }
    }
    if let Some(column) = rel.columns.iter().find(|column| mv.index == Some(column.id)) {
        unnested.push(PlanColumn::new_unqualified(name(column)));
        items.push(item_index(lists).alias(name(column)));
    }
    items.extend(extra.iter().cloned());
    let options = UnnestOptions::new().with_preserve_nulls(true);
    let expanded = LogicalPlanBuilder::from(rows)
        .project(items)?
        .unnest_columns_with_options(unnested, options)?;

    // A list that is shorter than its neighbours is padded with nulls; text has none.
    let mut result = Vec::with_capacity(rel.columns.len() + extra.len());
    for column in &rel.columns {
        let value = reference(name(column));
        let is_text = mv.items.iter().any(|item| item.output == column.id && item.to == KqlType::String);
        result.push(if is_text {
            coalesce(vec![value, absent(KqlType::String)?]).alias(name(column))
        } else {
            value
        });
    }
    for expr in extra {
        let (_, column) = expr.qualified_name();
        result.push(reference(column));
    }
    Ok(expanded.project(result)?.build()?)
}
