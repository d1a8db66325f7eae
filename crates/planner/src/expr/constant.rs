//! Values that must be known before a plan can be made: `take n`, the bounds of `range`, plugin arguments.

use std::sync::Arc;

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::Schema;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, Expr as PlanExpr};
use quarry_semantics::ir::Expr;

use super::Expressions;
use crate::columns::Columns;
use crate::{PlanContext, PlanError};

/// Evaluates an expression that reads no column.
pub(crate) fn constant(expr: &Expr, context: &PlanContext<'_>) -> Result<ScalarValue, PlanError> {
    evaluate(Expressions::new(context, Columns::none()).plan(expr)?, context)
}

/// The value of a planned expression that reads no column.
pub(crate) fn evaluate(planned: PlanExpr, context: &PlanContext<'_>) -> Result<ScalarValue, PlanError> {
    let physical = context.state.create_physical_expr(planned, &DFSchema::empty())?;
    let one_row = RecordBatchOptions::new().with_row_count(Some(1));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &one_row)
        .map_err(|error| PlanError::from(datafusion::common::DataFusionError::from(error)))?;
    match physical.evaluate(&batch)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(array) => Ok(ScalarValue::try_from_array(&array, 0)?),
    }
}

/// The same as a whole number; null is none.
pub(crate) fn constant_i64(expr: &Expr, context: &PlanContext<'_>) -> Result<Option<i64>, PlanError> {
    match constant(expr, context)? {
        ScalarValue::Int64(value) => Ok(value),
        ScalarValue::Int32(value) => Ok(value.map(i64::from)),
        ScalarValue::Float64(Some(value)) if value.fract() == 0.0 && value.abs() < 9e18 => Ok(Some(value as i64)),
        value if value.is_null() => Ok(None),
        _ => Err(PlanError::invalid("expected a whole number", expr.span)),
    }
}
