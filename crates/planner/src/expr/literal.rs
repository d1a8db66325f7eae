//! Constants of the source text as Arrow scalars.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as PlanExpr;
use quarry_schema::KqlType;
use quarry_semantics::ir::{Expr, Literal};
use quarry_value::{arrow_type, decimal};

use crate::PlanError;

/// A literal as a plan expression.
pub(crate) fn literal(value: &Literal, expr: &Expr) -> Result<PlanExpr, PlanError> {
    scalar_value(value)
        .map(|scalar| PlanExpr::Literal(scalar, None))
        .ok_or_else(|| PlanError::invalid("this decimal has more digits than a decimal holds", expr.span))
}

/// A literal in the engine's representation; `None` for a decimal that does not fit.
pub(crate) fn scalar_value(value: &Literal) -> Option<ScalarValue> {
    Some(match value {
        // A string is never null.
        Literal::Null(KqlType::String) => ScalarValue::Utf8View(Some(String::new())),
        Literal::Null(ty) => ScalarValue::try_new_null(&arrow_type(*ty)).ok()?,
        Literal::Bool(value) => ScalarValue::Boolean(Some(*value)),
        Literal::Int(value) => ScalarValue::Int32(Some(*value)),
        Literal::Long(value) | Literal::DateTime(value) | Literal::TimeSpan(value) => ScalarValue::Int64(Some(*value)),
        Literal::Real(value) => ScalarValue::Float64(Some(*value)),
        Literal::Decimal(text) => ScalarValue::Decimal256(Some(decimal::parse(text)?), decimal::PRECISION, decimal::SCALE),
        Literal::String(value) => ScalarValue::Utf8View(Some(value.clone())),
        Literal::Guid(bytes) => ScalarValue::FixedSizeBinary(16, Some(bytes.to_vec())),
        Literal::Dynamic(text) if text == "null" => ScalarValue::Utf8View(None),
        Literal::Dynamic(text) => ScalarValue::Utf8View(Some(text.clone())),
        Literal::Type(ty) => ScalarValue::Utf8View(Some(ty.name().to_owned())),
    })
}
