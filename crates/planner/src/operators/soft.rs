//! Rows below a `summarize` without keys inside a body. A group of which a filter leaves nothing still gets its row of `summarize`
//! (`count()` is 0), so the filters below it mark rows instead of dropping them: otherwise nothing would be left to tell that the group
//! exists.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder, lit, when};
use quarry_semantics::ir::{Expr, Rel, RelKind};

use super::group::{constants_of, first_rows, tags_of};
use super::group_subquery::with_values;
use super::{Group, mv_expand, plan_rel, project, sort, take};
use crate::columns::{Columns, name, reference};
use crate::expr::Expressions;
use crate::{PlanContext, PlanError};

/// Name of the column that says which rows count.
pub(super) const LIVE: &str = "$live";

/// Planned rows, and whether they have the [`LIVE`] column.
pub(super) struct Marked {
    pub(super) rows: LogicalPlan,
    pub(super) marked: bool,
}

impl Marked {
    fn live(&self) -> Option<&'static str> {
        self.marked.then_some(LIVE)
    }
}

/// Plans rows such that no group vanishes where that can be avoided.
pub(super) fn plan(rel: &Rel, context: &PlanContext<'_>, group: &Group) -> Result<Marked, PlanError> {
    let in_force = Some(group);
    let (rows, marked) = match rel.kind.as_ref() {
        RelKind::Filter { input, predicate } => (filter(rel, input, predicate, context, group)?, true),
        RelKind::Project { input, items } => {
            let below = plan(input, context, group)?;
            let (live, marked) = (below.live(), below.marked);
            (project::over(rel, input, items, below.rows, live, context, in_force)?, marked)
        }
        RelKind::Sort { input, keys } => {
            let below = plan(input, context, group)?;
            (sort::over(input, keys, below.rows, context, in_force)?, below.marked)
        }
        RelKind::Take { input, count } => {
            let below = plan(input, context, group)?;
            let live = below.live();
            (first_rows(below.rows, group, take::limit(count, context)?, live)?, below.marked)
        }
        RelKind::MvExpand(expand) => {
            let below = plan(&expand.input, context, group)?;
            let live = below.live();
            (mv_expand::marked(rel, expand, below.rows, live, context, group)?, true)
        }
        _ => (plan_rel(rel, context, in_force)?, false),
    };
    Ok(Marked { rows, marked })
}

fn filter(rel: &Rel, input: &Rel, predicate: &Expr, context: &PlanContext<'_>, group: &Group) -> Result<LogicalPlan, PlanError> {
    let below = plan(input, context, group)?;
    let live = below.live();
    let rows = with_values(below.rows, &[predicate], context, Some(group))?;
    let columns = Columns::of(input).with_constants(constants_of(Some(group)));
    let holds = Expressions::new(context, columns).with_subqueries().plan(predicate)?;
    let mut items: Vec<PlanExpr> = rel.columns.iter().map(|column| reference(name(column))).collect();
    items.extend(tags_of(Some(group)));
    items.push(live_after(live, holds)?);
    Ok(LogicalPlanBuilder::from(rows).project(items)?.build()?)
}

/// The marker of a row that was live before and for which `holds` is true. It is null for others: optimizers disagree about whether an
/// expression of truth values alone can be null, and a null in one branch leaves no doubt.
pub(super) fn live_after(before: Option<&str>, holds: PlanExpr) -> Result<PlanExpr, PlanError> {
    let holds = match before {
        Some(before) => reference(before).and(holds),
        None => holds,
    };
    let dead = lit(ScalarValue::Boolean(None));
    Ok(when(holds, lit(true)).otherwise(dead)?.alias(LIVE))
}
