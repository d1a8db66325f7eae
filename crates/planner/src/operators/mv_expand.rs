//! `mv-expand`: each cell becomes a list by a kernel, and DataFusion's unnest zips the lists into rows.

use datafusion::common::{Column as PlanColumn, UnnestOptions};
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_operators::mv_expand::{expand, item_index, kept_index};
use quarry_schema::KqlType;
use quarry_semantics::ir::{MvExpand, Rel};

use super::group::{constants_of, tags_of};
use super::projected::projected;
use super::soft::live_after;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::{Expressions, absent};
use crate::{PlanContext, PlanError};

/// Position of an element while rows without elements are kept.
const ELEMENT: &str = "$element";

pub(super) fn plan(rel: &Rel, mv: &MvExpand, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(&mv.input, context, group)?;
    let expansion = Expansion::new(rel, mv, context, group)?;
    expansion.over(rows, tags_of(group))
}

/// The expansion where a row without elements stays as one that does not count.
pub(super) fn marked(
    rel: &Rel,
    mv: &MvExpand,
    rows: LogicalPlan,
    live: Option<&'static str>,
    context: &PlanContext<'_>,
    group: &Group,
) -> Result<LogicalPlan, PlanError> {
    let mut expansion = Expansion::new(rel, mv, context, Some(group))?;
    let element = kept_index(expansion.lists.clone());
    expansion.items.push(element.alias(ELEMENT));
    expansion.unnested.push(PlanColumn::new_unqualified(ELEMENT));
    let tags = tags_of(Some(group));
    let carried = tags.iter().cloned().chain(live.map(reference)).collect();
    let rows = expansion.over_with(rows, carried, vec![reference(ELEMENT)])?;
    let mut items: Vec<PlanExpr> = rel.columns.iter().map(|column| reference(name(column))).collect();
    items.extend(tags);
    items.push(live_after(live, reference(ELEMENT).is_not_null())?);
    projected(rows, items)
}

/// Expands `rows`, the plan of `mv.input`; `extra` columns are carried along behind the node's own.
pub(super) fn expanded(
    rel: &Rel,
    mv: &MvExpand,
    rows: LogicalPlan,
    context: &PlanContext<'_>,
    group: Option<&Group>,
    extra: Vec<PlanExpr>,
) -> Result<LogicalPlan, PlanError> {
    Expansion::new(rel, mv, context, group)?.over(rows, extra)
}

/// What is computed before and after the lists become rows.
struct Expansion {
    /// The columns below: those that stay, and a list for each that is expanded.
    items: Vec<PlanExpr>,
    lists: Vec<PlanExpr>,
    unnested: Vec<PlanColumn>,
    /// The columns above.
    result: Vec<PlanExpr>,
}

impl Expansion {
    fn new(rel: &Rel, mv: &MvExpand, context: &PlanContext<'_>, group: Option<&Group>) -> Result<Self, PlanError> {
        let columns = Columns::of(&mv.input).with_constants(constants_of(group));
        let expressions = Expressions::new(context, columns);
        let mut expansion = Expansion {
            items: Vec::with_capacity(rel.columns.len()),
            lists: Vec::with_capacity(mv.items.len()),
            unnested: Vec::with_capacity(mv.items.len() + 1),
            result: Vec::with_capacity(rel.columns.len()),
        };
        for column in &rel.columns {
            let plan_name = name(column);
            let value = reference(&plan_name);
            if let Some(item) = mv.items.iter().find(|item| item.output == column.id) {
                let list = expand(expressions.plan(&item.expr)?, item.to, mv.limit, mv.bags_as_arrays);
                expansion.lists.push(list.clone());
                expansion.unnested.push(PlanColumn::new_unqualified(&plan_name));
                expansion.items.push(list.alias(plan_name));
                // A list that is shorter than its neighbours is padded with nulls; text has none.
                expansion.result.push(match item.to {
                    KqlType::String => coalesce(vec![value, absent(KqlType::String)?]).alias(name(column)),
                    _ => value,
                });
                continue;
            }
            if mv.index != Some(column.id) {
                expansion.items.push(value.clone());
            }
            expansion.result.push(value);
        }
        if let Some(column) = rel.columns.iter().find(|column| mv.index == Some(column.id)) {
            expansion.unnested.push(PlanColumn::new_unqualified(name(column)));
            expansion.items.push(item_index(expansion.lists.clone()).alias(name(column)));
        }
        Ok(expansion)
    }

    fn over(self, rows: LogicalPlan, extra: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
        self.over_with(rows, extra, Vec::new())
    }

    /// `extra` columns of `rows` come out behind the node's own, then those of `more` that the expansion itself has made.
    fn over_with(mut self, rows: LogicalPlan, extra: Vec<PlanExpr>, more: Vec<PlanExpr>) -> Result<LogicalPlan, PlanError> {
        self.items.extend(extra.iter().cloned());
        let options = UnnestOptions::new().with_preserve_nulls(true);
        let expanded = LogicalPlanBuilder::from(projected(rows, self.items)?).unnest_columns_with_options(self.unnested, options)?;
        for expr in extra {
            let (_, column) = expr.qualified_name();
            self.result.push(reference(column));
        }
        self.result.extend(more);
        projected(expanded.build()?, self.result)
    }
}
