//! `sort` / `order`. The rows behind it are in order for every operator that keeps order, not only for the final output.

use std::sync::Arc;

use datafusion::logical_expr::{Extension, LogicalPlan, LogicalPlanBuilder, SortExpr};
use quarry_functions::operators;
use quarry_operators::serialize::Serialize;
use quarry_semantics::ir::{Rel, SortKey};

use super::{Group, plan_rel};
use crate::columns::Columns;
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

pub(super) fn plan(input: &Rel, keys: &[SortKey], context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let rows = plan_rel(input, context, group)?;
    let mut sorts: Vec<SortExpr> = group.iter().map(|group| group.key().sort(true, false)).collect();
    sorts.extend(sort_exprs(input, keys, context)?);
    let rows = extension(Serialize::below(rows));
    let sorted = LogicalPlanBuilder::from(rows).sort(sorts)?.build()?;
    Ok(extension(Serialize::above(sorted)))
}

fn extension(node: Serialize) -> LogicalPlan {
    LogicalPlan::Extension(Extension { node: Arc::new(node) })
}

/// The keys as plan expressions.
pub(super) fn sort_exprs(input: &Rel, keys: &[SortKey], context: &PlanContext<'_>) -> Result<Vec<SortExpr>, PlanError> {
    let expressions = Expressions::new(context, Columns::of(input));
    keys.iter()
        .map(|key| {
            let value = operators::sort_key(expressions.plan(&key.expr)?, key.expr.ty, key.descending, key.nulls_first);
            Ok(value.sort(!key.descending, key.nulls_first))
        })
        .collect()
}
