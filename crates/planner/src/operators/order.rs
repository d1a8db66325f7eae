//! The order in which rows come where nobody asked for one.
//!
//! Kusto promises none, but its engine has one, and what follows shows it: a sort leaves rows of equal keys as they come, `take` cuts in it,
//! `make_list` collects in it. Groups come in the order of their first rows, the legs of a union one after the other. Rows that the query
//! itself holds come out so here, too. For stored tables it would cost a sort for an order that nobody was promised.

use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder, SortExpr};
use quarry_semantics::ir::{Rel, RelKind};

use super::Group;
use super::projected::projected;
use super::sort::in_order;
use crate::columns::reference;
use crate::expr::constant_i64;
use crate::{PlanContext, PlanError, Resolved};

/// More rows than this are not sorted for the sake of it.
const MOST_ROWS: u64 = 100_000;

/// Plan name of the column with the place of a row.
pub(super) const PLACE: &str = "$place";

/// Whether rows come from the text of the query alone, and are known to be few where they begin.
pub(super) fn in_hand(rel: &Rel, context: &PlanContext<'_>, group: Option<&Group>) -> bool {
    match rel.kind.as_ref() {
        RelKind::Rows { .. } => true,
        RelKind::Range { .. } | RelKind::Shared { .. } => most_rows(rel, context).is_some_and(|rows| rows <= MOST_ROWS),
        RelKind::GroupInput { .. } => group.is_some_and(|group| group.in_hand),
        RelKind::Table { .. } | RelKind::Outside(_) | RelKind::Unsupported { .. } => false,
        _ => rel.inputs().into_iter().all(|input| in_hand(input, context, group)),
    }
}

/// How many rows there are at most, where the text of the query says so.
pub(super) fn most_rows(rel: &Rel, context: &PlanContext<'_>) -> Option<u64> {
    match rel.kind.as_ref() {
        RelKind::Rows { rows } => Some(rows.len() as u64),
        RelKind::Range { from, to, step } => {
            let bound = |expr| constant_i64(expr, context).ok().flatten();
            let (from, to, step) = (bound(from)?, bound(to)?, bound(step)?);
            Some(from.abs_diff(to).checked_div(step.unsigned_abs())?.saturating_add(1))
        }
        RelKind::Shared { subquery, .. } => match context.resolved.get(subquery)? {
            Resolved::Table { rows, .. } => Some(*rows),
            _ => None,
        },
        RelKind::Project { input, .. }
        | RelKind::Window { input, .. }
        | RelKind::Filter { input, .. }
        | RelKind::Sort { input, .. }
        | RelKind::Take { input, .. } => most_rows(input, context),
        _ => None,
    }
}

/// The rows with their places.
pub(super) fn numbered(rows: LogicalPlan, place: &str) -> Result<LogicalPlan, PlanError> {
    Ok(LogicalPlanBuilder::from(rows).window(vec![row_number().alias(place)])?.build()?)
}

/// The rows by their places, which they lose.
pub(super) fn by_place(rows: LogicalPlan) -> Result<LogicalPlan, PlanError> {
    sorted(rows, vec![reference(PLACE).sort(true, false)])
}

/// The rows sorted; the column of places is dropped.
pub(super) fn sorted(rows: LogicalPlan, keys: Vec<SortExpr>) -> Result<LogicalPlan, PlanError> {
    let kept = |column: &datafusion::common::Column| !column.name.starts_with(PLACE);
    let columns: Vec<PlanExpr> = rows.schema().columns().into_iter().filter(kept).map(PlanExpr::Column).collect();
    projected(in_order(rows, keys)?, columns)
}
