//! `new_guid()` several times in one row is one guid, as in the engine; each row has its own. `rand()` is drawn anew at each place.

use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan};
use quarry_semantics::ir::{Expr, ExprKind};

use super::projected::projected;
use crate::PlanError;
use crate::expr::Expressions;

/// Plan name of the column with the guid of each row.
const GUID: &str = "$guid";

/// The rows with a guid beside each, and the calls that it is the value of. Nothing changes where one call or none asks for it.
pub(super) fn one_a_row(
    rows: LogicalPlan,
    items: &[&Expr],
    expressions: &Expressions<'_>,
) -> Result<(LogicalPlan, Vec<(Expr, String)>), PlanError> {
    let mut calls = Vec::new();
    for item in items {
        item.walk(&mut |inner| {
            if matches!(&inner.kind, ExprKind::Call { function, .. } if function.name == "new_guid") {
                calls.push(inner.clone());
            }
        });
    }
    let [first, _, ..] = calls.as_slice() else {
        return Ok((rows, Vec::new()));
    };
    let mut columns: Vec<PlanExpr> = rows.schema().columns().into_iter().map(PlanExpr::Column).collect();
    columns.push(expressions.plan(first)?.alias(GUID));
    let rows = projected(rows, columns)?;
    Ok((rows, calls.into_iter().map(|call| (call, GUID.to_owned())).collect()))
}
