//! Functions and operators as a query sees them: constants in, the JSON of a result cell out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field, Schema};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::create_physical_expr;
use quarry_schema::KqlType::{self, Bool, DateTime, Decimal, Dynamic, Guid, Int, Long, Real, String as Text, TimeSpan};
use quarry_schema::Returns;
use quarry_semantics::ir::{BinaryOp, TextOp};
use quarry_value::{arrow_type, parse, wire};

use crate::kernel::null_of;
use crate::operators;
use crate::scalar_expr;

/// A constant and its type, read from text by the rules of `to<type>()`; `null` is the type's null.
fn constant(ty: KqlType, text: &str) -> Expr {
    if text == "null" && ty != Text {
        return Expr::Literal(null_of(ty), None);
    }
    let scalar = match ty {
        Bool => ScalarValue::Boolean(parse::bool(text)),
        Int => ScalarValue::Int32(parse::int(text)),
        Long => ScalarValue::Int64(parse::long(text)),
        Real => ScalarValue::Float64(parse::real(text)),
        Decimal => ScalarValue::Decimal256(
            quarry_value::decimal::parse(text),
            quarry_value::decimal::PRECISION,
            quarry_value::decimal::SCALE,
        ),
        DateTime => ScalarValue::Int64(parse::datetime(text)),
        TimeSpan => ScalarValue::Int64(parse::timespan(text)),
        Guid => ScalarValue::FixedSizeBinary(16, quarry_value::guid::parse(text).map(|guid| guid.to_vec())),
        _ => ScalarValue::Utf8View(Some(text.to_owned())),
    };
    assert!(!scalar.is_null(), "{text} is no {ty}");
    Expr::Literal(scalar, None)
}

/// Evaluates over two rows whose only column is `c`.
fn evaluated(expr: &Expr, ty: KqlType, column: Option<(ArrayRef, KqlType)>) -> Result<String, String> {
    let (array, column_ty) = column.unwrap_or_else(|| (new_null_array(&arrow_type(Long), 1), Long));
    let schema = Arc::new(Schema::new(vec![Field::new("c", arrow_type(column_ty), true)]));
    let batch = RecordBatch::try_new_with_options(schema.clone(), vec![array], &RecordBatchOptions::new()).unwrap();
    let schema = DFSchema::try_from(schema).unwrap();
    let physical = create_physical_expr(expr, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
        .map_err(|error| error.to_string())?;
    let value = physical.evaluate(&batch).map_err(|error| error.to_string())?;
    let array = value.into_array(batch.num_rows()).unwrap();
    assert_eq!(array.data_type(), &arrow_type(ty), "{expr}");
    let mut out = String::new();
    for row in 0..array.len() {
        if row > 0 {
            out.push(' ');
        }
        wire::cell(&array, ty, row, &mut out);
    }
    Ok(out)
}

fn try_call(name: &str, args: &[(KqlType, &str)]) -> Result<String, String> {
    let function = quarry_schema::functions::scalar(name).unwrap_or_else(|| panic!("{name} is not declared"));
    let types: Vec<KqlType> = args.iter().map(|(ty, _)| *ty).collect();
    let result = match (name, function.signatures[0].returns) {
        ("round" | "ceiling" | "abs" | "bin" | "bin_at", _) => types[0],
        ("datetime_diff", _) if args[0].1 == "week" => Real,
        ("datetime_diff", _) => Long,
        (_, Returns::Type(ty)) => ty,
        _ => types[types.len() - 1],
    };
    let args = args.iter().map(|(ty, text)| constant(*ty, text)).collect();
    let expr =
        scalar_expr(function, args, types, result, parse::datetime("2024-05-06T07:08:09Z").unwrap()).map_err(|error| error.to_string())?;
    evaluated(&expr, result, None)
}

fn call(name: &str, args: &[(KqlType, &str)]) -> String {
    try_call(name, args).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn op(op: BinaryOp, left: (KqlType, &str), right: (KqlType, &str), result: KqlType) -> String {
    let expr = operators::binary(op, constant(left.0, left.1), left.0, constant(right.0, right.1), right.0, result).unwrap();
    evaluated(&expr, result, None).unwrap()
}

mod addresses;
mod arithmetic;
mod conversions;
mod equality;
mod texts;
mod times;
