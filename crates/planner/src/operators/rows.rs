//! `print` and `datatable`: rows of constant expressions.

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_semantics::ir::{Expr, ExprKind, Rel};

use super::group::in_every_group;
use super::table::in_memory;
use super::{Group, new_guid};
use crate::columns::{Columns, name};
use crate::expr::{Expressions, constant, scalar_value};
use crate::{PlanContext, PlanError};

pub(super) fn plan(rel: &Rel, rows: &[Vec<Expr>], context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    // One row stays an expression: `print rand()` is computed when the query runs, and `explain` shows it.
    if let [row] = rows {
        let nothing = LogicalPlanBuilder::empty(true).build()?;
        let read: Vec<&Expr> = row.iter().collect();
        let (nothing, guids) = new_guid::one_a_row(nothing, &read, &Expressions::new(context, Columns::none()))?;
        let expressions = Expressions::with_windows(context, Columns::none(), guids);
        let items = rel
            .columns
            .iter()
            .zip(row)
            .map(|(column, expr)| Ok(expressions.plan(expr)?.alias(name(column))))
            .collect::<Result<Vec<_>, PlanError>>()?;
        return in_every_group(LogicalPlanBuilder::from(nothing).project(items)?.build()?, group);
    }
    let schema = crate::schema_of(rel);
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(rel.columns.len());
    for (position, field) in schema.fields().iter().enumerate() {
        let values = rows
            .iter()
            .map(|row| match row.get(position) {
                Some(Expr {
                    kind: ExprKind::Literal(literal),
                    span,
                    ..
                }) => scalar_value(literal).ok_or_else(|| PlanError::invalid("this decimal has more digits than a decimal holds", *span)),
                Some(expr) => constant(expr, context),
                None => Err(PlanError::invalid("this row is too short", rel.span)),
            })
            .collect::<Result<Vec<_>, _>>()?;
        arrays.push(match values.is_empty() {
            true => datafusion::arrow::array::new_empty_array(field.data_type()),
            false => ScalarValue::iter_to_array(values)?,
        });
    }
    let batch = RecordBatch::try_new(schema, arrays).map_err(DataFusionError::from)?;
    in_every_group(in_memory(vec![batch], rel)?, group)
}
