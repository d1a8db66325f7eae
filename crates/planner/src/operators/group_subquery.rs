//! Subqueries of a body (`toscalar`, `as` and what reads them) that depend on the group: they have a value in each group. Kept rows are
//! planned where they are read; a scalar is joined to the rows that read it.

use std::collections::HashSet;

use datafusion::common::{Column as PlanColumn, JoinType, NullEquality};
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Candidates, ColumnId, Expr, ExprKind, Query, Rel, RelKind, SubqueryId};

use super::group::{first_rows, reads_group, tags_of};
use super::{Group, plan_rel};
use crate::columns::{name, reference};
use crate::expr::absent;
use crate::{PlanContext, PlanError, Resolved};

/// The subqueries of a query that cannot run before it, because they read the rows or the key of a group.
#[must_use]
pub fn subqueries_of_groups(query: &Query) -> HashSet<SubqueryId> {
    let mut keys = HashSet::new();
    let rels = query.results.iter().map(|result| &result.rel);
    for rel in rels.chain(query.subqueries.iter().map(|subquery| &subquery.rel)) {
        each_rel(rel, &mut |rel| {
            if let RelKind::Partition { key, .. } = rel.kind.as_ref() {
                keys.insert(*key);
            }
        });
    }
    let mut found = HashSet::new();
    for subquery in &query.subqueries {
        if reads_group(&subquery.rel, &|id| found.contains(&id)) || reads(&subquery.rel, &keys, &found) {
            found.insert(subquery.id);
        }
    }
    found
}

/// Whether a key that is not its own, or a subquery of a group, is read anywhere in a tabular expression.
fn reads(rel: &Rel, keys: &HashSet<ColumnId>, of_groups: &HashSet<SubqueryId>) -> bool {
    let (mut own, mut read, mut found) = (HashSet::new(), HashSet::new(), false);
    each_rel(rel, &mut |rel| {
        own.extend(rel.columns.iter().map(|column| column.id));
        if let RelKind::Shared { subquery, .. } = rel.kind.as_ref() {
            found |= of_groups.contains(subquery);
        }
        rel.each_expr(&mut |expr| {
            read.extend(expr.columns());
            found |= subqueries_in(expr).iter().any(|id| of_groups.contains(id));
        });
    });
    found || read.iter().any(|id| keys.contains(id) && !own.contains(id))
}

fn each_rel<'r>(rel: &'r Rel, visit: &mut dyn FnMut(&'r Rel)) {
    let mut todo = vec![rel];
    while let Some(rel) = todo.pop() {
        visit(rel);
        todo.extend(rel.inputs());
    }
}

/// The subqueries whose value an expression reads.
fn subqueries_in(expr: &Expr) -> Vec<SubqueryId> {
    let mut found = Vec::new();
    expr.walk(&mut |expr| match &expr.kind {
        ExprKind::Scalar(id)
        | ExprKind::Membership {
            candidates: Candidates::Set(id),
            ..
        } => found.push(*id),
        _ => {}
    });
    found
}

/// The rows that a body has kept under a name.
pub(super) fn rows(
    rel: &Rel,
    kept: &Rel,
    source: &[(ColumnId, ColumnId)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let planned = plan_rel(kept, context, group)?;
    let mut items = Vec::with_capacity(rel.columns.len());
    for column in &rel.columns {
        let from = source
            .iter()
            .find(|(output, _)| *output == column.id)
            .and_then(|(_, from)| kept.columns.iter().find(|column| column.id == *from))
            .ok_or_else(|| PlanError::invalid(format!("column {} is not in the kept rows", column.name), rel.span))?;
        items.push(reference(name(from)).alias(name(column)));
    }
    items.extend(tags_of(group));
    Ok(LogicalPlanBuilder::from(planned).project(items)?.build()?)
}

/// Plan name of the column with a subquery's value.
pub(crate) fn value_name(id: SubqueryId) -> String {
    format!("$scalar{id}")
}

/// The rows with a column for each subquery of the group that the expressions read.
pub(super) fn with_values(
    rows: LogicalPlan,
    exprs: &[&Expr],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    let Some(group) = group else { return Ok(rows) };
    let mut rows = rows;
    let mut joined = HashSet::new();
    for expr in exprs {
        for id in subqueries_in(expr) {
            if let Some(Resolved::OfGroup(subquery)) = context.resolved.get(&id)
                && joined.insert(id)
            {
                if !group.repeatable {
                    return Err(PlanError::unsupported(
                        "a subquery over the elements of mv-apply inside its body",
                        expr.span,
                    ));
                }
                rows = with_value(rows, id, subquery, context, group)?;
            }
        }
    }
    Ok(rows)
}

fn with_value(
    rows: LogicalPlan,
    id: SubqueryId,
    subquery: &Rel,
    context: &PlanContext<'_>,
    group: &Group,
) -> Result<LogicalPlan, PlanError> {
    let Some(column) = subquery.columns.first() else {
        return Err(PlanError::invalid("a subquery without columns has no value", subquery.span));
    };
    let found = format!("{}found", value_name(id));
    let own = |key: &String| format!("{key}{}", value_name(id));
    let first = first_rows(plan_rel(subquery, context, Some(group))?, group, 1, None)?;
    let mut items = vec![reference(name(column)).alias(&found)];
    items.extend(group.keys.iter().map(|key| reference(key).alias(own(key))));
    let values = LogicalPlanBuilder::from(first).project(items)?.build()?;
    let columns = |names: Vec<String>| names.into_iter().map(PlanColumn::new_unqualified).collect::<Vec<_>>();
    let on = (columns(group.keys.clone()), columns(group.keys.iter().map(own).collect()));
    let mut kept: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
    let value = match column.ty {
        KqlType::String => coalesce(vec![reference(found), absent(KqlType::String)?]),
        _ => reference(found),
    };
    kept.push(value.alias(value_name(id)));
    Ok(LogicalPlanBuilder::from(rows)
        .join_detailed(values, JoinType::Left, on, None, NullEquality::NullEqualsNull)?
        .project(kept)?
        .build()?)
}
