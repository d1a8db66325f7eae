//! `reduce`.

use std::sync::Arc;

use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use quarry_operators::reduce::Reduce as Patterns;
use quarry_semantics::ir::{Reduce, Rel};

use super::group::{constants_of, tags_of};
use super::whole::whole_of_group;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

/// Name of the column with the texts.
const TEXT: &str = "$text";

pub(super) fn plan(rel: &Rel, reduce: &Reduce, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    let columns = Columns::of(&reduce.input).with_constants(constants_of(group));
    let mut items: Vec<PlanExpr> = vec![Expressions::new(context, columns).plan(&reduce.by)?.alias(TEXT)];
    let mut place = None;
    if let Some(pattern) = reduce.pattern {
        for (position, column) in rel.columns.iter().enumerate() {
            match column.id == pattern {
                true => place = Some(position),
                false => items.push(reference(name(column))),
            }
        }
    }
    items.extend(tags_of(group));
    let input = LogicalPlanBuilder::from(plan_rel(&reduce.input, context, group)?)
        .project(items)?
        .build()?;
    let computation = Patterns {
        threshold: reduce.threshold,
        characters: reduce.characters.clone(),
        pattern: place,
    };
    whole_of_group(rel, input, Arc::new(computation), group)
}
