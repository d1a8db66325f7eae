//! Plugins that find patterns of column values.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{LogicalPlan, cast};
use quarry_operators::plugins::Basket;
use quarry_schema::KqlType;
use quarry_semantics::ir::ExprKind;
use quarry_value::arrow_type;

use super::call::Call;
use crate::PlanError;
use crate::columns::{name, reference};
use crate::expr::constant;

const DEFAULT_THRESHOLD: f64 = 0.05;
const DEFAULT_DIMENSIONS: i64 = 5;

pub(super) fn basket(call: &Call<'_>) -> Result<LogicalPlan, PlanError> {
    let threshold = call.real("Threshold")?.unwrap_or(DEFAULT_THRESHOLD);
    if !(threshold > 0.0 && threshold <= 1.0) {
        return Err(call.invalid("Threshold must be greater than 0 and at most 1"));
    }
    let dimensions = if call.optional("MaxDimensions").is_some() {
        call.positive("MaxDimensions")?
    } else {
        DEFAULT_DIMENSIONS
    };
    let columns = &call.input.columns;
    let weight = call.optional("WeightColumn");
    if weight.is_some_and(|weight| !weight.ty.is_number()) {
        return Err(call.invalid("WeightColumn must be a number"));
    }
    let computation = Basket {
        threshold,
        most_dimensions: usize::try_from(dimensions).unwrap_or(usize::MAX),
        weighted: weight.is_some(),
        weight_column: weight.and_then(|weight| columns.iter().position(|column| weight.kind == ExprKind::Column(column.id))),
        wildcards: columns
            .iter()
            .map(|column| wildcard(call, column.ty))
            .collect::<Result<_, PlanError>>()?,
    };
    let mut exprs: Vec<_> = columns.iter().map(|column| reference(name(column))).collect();
    if let Some(weight) = weight {
        exprs.push(cast(call.plan(weight)?, DataType::Float64));
    }
    call.computed(exprs, Arc::new(computation))
}

/// What stands for any value in columns of a type: the value that the query gives for the type, else null or empty text.
fn wildcard(call: &Call<'_>, ty: KqlType) -> Result<ScalarValue, PlanError> {
    match call.exprs("CustomWildcard").into_iter().find(|expr| expr.ty == ty) {
        Some(expr) => constant(expr, call.context),
        None if ty == KqlType::String => Ok(ScalarValue::Utf8View(Some(String::new()))),
        None => Ok(ScalarValue::try_new_null(&arrow_type(ty))?),
    }
}
