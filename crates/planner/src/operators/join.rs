//! `join` and `lookup`. Null keys match each other; text that an outer join does not find is empty, not null.

use datafusion::common::{JoinType, NullEquality};
use datafusion::functions_aggregate::first_last::first_value;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_schema::KqlType;
use quarry_semantics::ir::{Expr, ExprKind, JoinKind, Rel};

use super::group::refuse;
use super::{Group, plan_rel};
use crate::columns::{Columns, carries_ingestion_time, name, reference};
use crate::expr::{Expressions, absent};
use crate::{PlanContext, PlanError};

pub(super) fn plan(
    rel: &Rel,
    kind: JoinKind,
    left: &Rel,
    right: &Rel,
    on: &[(Expr, Expr)],
    context: &PlanContext<'_>,
    group: Option<&Group>,
) -> Result<LogicalPlan, PlanError> {
    refuse(group, "join", rel)?;
    let (left_keys, right_keys): (Vec<&Expr>, Vec<&Expr>) = on.iter().map(|(left, right)| (left, right)).unzip();
    let (left_plan, left_names) = with_keys(left, &left_keys, "l", context)?;
    let (right_plan, right_names) = with_keys(right, &right_keys, "r", context)?;
    let left_plan = if kind == JoinKind::InnerUnique {
        first_per_key(left, left_plan, &left_names)?
    } else {
        left_plan
    };

    let join_type = match kind {
        JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
        JoinKind::LeftOuter => JoinType::Left,
        JoinKind::RightOuter => JoinType::Right,
        JoinKind::FullOuter => JoinType::Full,
        JoinKind::LeftSemi => JoinType::LeftSemi,
        JoinKind::LeftAnti => JoinType::LeftAnti,
        JoinKind::RightSemi => JoinType::RightSemi,
        JoinKind::RightAnti => JoinType::RightAnti,
    };
    let columns = |names: Vec<String>| {
        names
            .into_iter()
            .map(datafusion::common::Column::new_unqualified)
            .collect::<Vec<_>>()
    };
    let keys = (columns(left_names), columns(right_names));
    let joined = LogicalPlanBuilder::from(left_plan).join_detailed(right_plan, join_type, keys, None, NullEquality::NullEqualsNull)?;

    let fill_left = matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter);
    let fill_right = matches!(kind, JoinKind::LeftOuter | JoinKind::FullOuter);
    let items = rel
        .columns
        .iter()
        .map(|column| {
            // A column keeps its id and may have a new name here.
            let on_left = left.columns.iter().find(|own| own.id == column.id);
            let own = on_left.or_else(|| right.columns.iter().find(|own| own.id == column.id));
            let own = own.ok_or_else(|| PlanError::invalid(format!("column {} is on neither side", column.name), rel.span))?;
            let value = reference(name(own));
            let fill = column.ty == KqlType::String && if on_left.is_some() { fill_left } else { fill_right };
            Ok(if fill { or_empty(value)? } else { value }.alias(name(column)))
        })
        .collect::<Result<Vec<_>, PlanError>>()?;
    Ok(joined.project(items)?.build()?)
}

/// Text that may be missing.
pub(super) fn or_empty(value: PlanExpr) -> Result<PlanExpr, PlanError> {
    Ok(datafusion::functions::expr_fn::coalesce(vec![value, absent(KqlType::String)?]))
}

/// The side's plan with a column for every key, and the names of those columns.
fn with_keys(side: &Rel, keys: &[&Expr], tag: &str, context: &PlanContext<'_>) -> Result<(LogicalPlan, Vec<String>), PlanError> {
    let plan = plan_rel(side, context, None)?;
    let expressions = Expressions::new(context, Columns::of(side));
    let mut names = Vec::with_capacity(keys.len());
    let mut computed = Vec::new();
    for (position, key) in keys.iter().enumerate() {
        let own = match &key.kind {
            ExprKind::Column(id) => side.columns.iter().find(|column| column.id == *id).map(name),
            _ => None,
        };
        // A column that is a key twice would be ambiguous; the second time it is computed.
        match own.filter(|own| !names.contains(own)) {
            Some(own) => names.push(own),
            None => {
                let key_name = format!("$key{position}{tag}");
                computed.push(expressions.plan(key)?.alias(&key_name));
                names.push(key_name);
            }
        }
    }
    // The time of ingestion ends here: a joined row is no longer a row of one table.
    if computed.is_empty() && !carries_ingestion_time(side) {
        return Ok((plan, names));
    }
    let items = side.columns.iter().map(|column| reference(name(column))).chain(computed);
    Ok((LogicalPlanBuilder::from(plan).project(items)?.build()?, names))
}

/// One row per key: the first, as `innerunique` keeps it.
fn first_per_key(side: &Rel, plan: LogicalPlan, keys: &[String]) -> Result<LogicalPlan, PlanError> {
    let group: Vec<PlanExpr> = keys.iter().map(reference).collect();
    let firsts: Vec<PlanExpr> = side
        .columns
        .iter()
        .map(name)
        .filter(|column| !keys.contains(column))
        .map(|column| first_value(reference(&column), vec![]).alias(column))
        .collect();
    Ok(LogicalPlanBuilder::from(plan).aggregate(group, firsts)?.build()?)
}
