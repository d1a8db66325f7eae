//! Conversions between types: the `to<type>()` functions, and the conversions that the language puts in by itself.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryBuilder, Float64Array, Int32Array, Int64Array, StringViewArray,
    StringViewBuilder, new_null_array,
};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::guid::Guid;
use quarry_value::{arrow_type, decimal, dynamic, format, guid, json, number, parse, time};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("tobool", to_result),
    ("todatetime", to_result),
    ("todecimal", to_result),
    ("toguid", to_result),
    ("toint", to_result),
    ("tolong", to_result),
    ("toreal", to_result),
    ("tostring", to_result),
    ("totimespan", to_result),
];

/// Converts the first argument to the result's type.
pub(crate) fn to_result(call: &Call<'_>) -> Result<ColumnarValue> {
    let (array, constant) = match call.args.first() {
        Some(ColumnarValue::Array(array)) => (array.clone(), false),
        Some(ColumnarValue::Scalar(scalar)) => (scalar.to_array()?, true),
        None => return exec_err!("the value to convert is missing"),
    };
    let answer = convert(&array, call.type_of(0), call.result, call.is_constant())?;
    if constant && call.rows != 1 {
        let indices = Int64Array::from(vec![0; call.rows]);
        return Ok(ColumnarValue::Array(arrow::compute::take(&answer, &indices, None)?));
    }
    Ok(ColumnarValue::Array(answer))
}

/// Converts values by the rules of the `to<type>()` functions: what has no counterpart becomes null (`""` for a string). `folded` chooses the rules of
/// constant folding, which differ for reals outside the integers.
pub(crate) fn convert(array: &ArrayRef, from: KqlType, to: KqlType, folded: bool) -> Result<ArrayRef> {
    Ok(match to {
        _ if from == to => array.clone(),
        KqlType::Bool => Arc::new(to_bool(array, from)),
        KqlType::Int => Arc::new(to_int(array, from, folded)),
        KqlType::Long => Arc::new(to_long(array, from, folded)),
        KqlType::Real => Arc::new(to_real(array, from)),
        KqlType::Decimal => Arc::new(to_decimal(array, from).with_data_type(arrow_type(KqlType::Decimal))),
        KqlType::DateTime => Arc::new(to_datetime(array, from)),
        KqlType::TimeSpan => Arc::new(to_timespan(array, from)),
        KqlType::Guid => to_guid(array, from)?,
        KqlType::String => Arc::new(to_text(array, from)?),
        KqlType::Dynamic | KqlType::Unknown => to_dynamic(array, from)?,
    })
}

fn texts<T>(array: &ArrayRef, read: impl Fn(&str) -> Option<T>) -> Vec<Option<T>> {
    array.as_string_view().iter().map(|text| text.and_then(&read)).collect()
}

fn longs<T>(array: &ArrayRef, read: impl Fn(i64) -> Option<T>) -> Vec<Option<T>> {
    match array.as_primitive_opt::<Int32Type>() {
        Some(ints) => ints.iter().map(|value| value.and_then(|value| read(i64::from(value)))).collect(),
        None => array
            .as_primitive::<Int64Type>()
            .iter()
            .map(|value| value.and_then(&read))
            .collect(),
    }
}

fn reals<T>(array: &ArrayRef, read: impl Fn(f64) -> Option<T>) -> Vec<Option<T>> {
    array
        .as_primitive::<Float64Type>()
        .iter()
        .map(|value| value.and_then(&read))
        .collect()
}

fn bools<T>(array: &ArrayRef, read: impl Fn(bool) -> Option<T>) -> Vec<Option<T>> {
    array.as_boolean().iter().map(|value| value.and_then(&read)).collect()
}

fn decimals<T>(array: &ArrayRef, read: impl Fn(decimal::Units) -> Option<T>) -> Vec<Option<T>> {
    array
        .as_primitive::<Decimal256Type>()
        .iter()
        .map(|value| value.and_then(&read))
        .collect()
}

fn none<T: Clone>(array: &ArrayRef) -> Vec<Option<T>> {
    vec![None; array.len()]
}

fn to_bool(array: &ArrayRef, from: KqlType) -> BooleanArray {
    match from {
        KqlType::String => texts(array, parse::bool),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_bool),
        KqlType::Real => reals(array, |value| (!value.is_nan()).then_some(value != 0.0)),
        KqlType::Decimal => decimals(array, |value| Some(!decimal::is_zero(value))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, |value| Some(value != 0)),
        KqlType::Bool | KqlType::Guid => none(array),
    }
    .into()
}

fn to_int(array: &ArrayRef, from: KqlType, folded: bool) -> Int32Array {
    match from {
        KqlType::String => texts(array, parse::int),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_int),
        // The engine's folder uses the processor's conversion, which gives the least int for everything outside.
        KqlType::Real if folded => reals(array, |value| {
            number::int_of(value).map(|int| {
                if int == i32::MAX && value >= 2_147_483_648.0 {
                    i32::MIN
                } else {
                    int
                }
            })
        }),
        KqlType::Real => reals(array, number::int_of),
        KqlType::Decimal => decimals(array, |value| decimal::to_long(value).map(number::wrap_to_int)),
        KqlType::Bool => bools(array, |value| Some(i32::from(value))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, |value| Some(number::wrap_to_int(value))),
        KqlType::Guid => none(array),
    }
    .into()
}

fn to_long(array: &ArrayRef, from: KqlType, folded: bool) -> Int64Array {
    match from {
        KqlType::String => texts(array, parse::long),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_long),
        KqlType::Real if folded => reals(array, |value| {
            number::long_of(value).map(|long| if long == i64::MAX { i64::MIN } else { long })
        }),
        KqlType::Real => reals(array, number::long_of),
        KqlType::Decimal => decimals(array, decimal::to_long),
        KqlType::Bool => bools(array, |value| Some(i64::from(value))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, Some),
        KqlType::Guid => none(array),
    }
    .into()
}

fn to_real(array: &ArrayRef, from: KqlType) -> Float64Array {
    match from {
        KqlType::String => texts(array, parse::real),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_real),
        KqlType::Real => reals(array, Some),
        KqlType::Decimal => decimals(array, |value| Some(decimal::to_f64(value))),
        KqlType::Bool => bools(array, |value| Some(f64::from(u8::from(value)))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, |value| Some(value as f64)),
        KqlType::Guid => none(array),
    }
    .into()
}

fn to_decimal(array: &ArrayRef, from: KqlType) -> Decimal256Array {
    match from {
        KqlType::String => texts(array, decimal::parse),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_decimal),
        KqlType::Real => reals(array, decimal::from_f64),
        KqlType::Bool => bools(array, |value| Some(decimal::from_long(i64::from(value)))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, |value| Some(decimal::from_long(value))),
        KqlType::Decimal | KqlType::Guid => none(array),
    }
    .into()
}

fn to_datetime(array: &ArrayRef, from: KqlType) -> Int64Array {
    match from {
        KqlType::String => texts(array, parse::datetime),
        KqlType::Dynamic | KqlType::Unknown => texts(array, |raw| {
            dynamic::to_datetime(raw)
                .or_else(|| number_in(raw))
                .and_then(time::checked_datetime)
        }),
        KqlType::Real => reals(array, |value| number::long_of(value).and_then(time::checked_datetime)),
        KqlType::Decimal => decimals(array, |value| decimal::to_long(value).and_then(time::checked_datetime)),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, time::checked_datetime),
        KqlType::Bool | KqlType::Guid => none(array),
    }
    .into()
}

/// The content of a dynamic number.
fn number_in(raw: &str) -> Option<i64> {
    if json::kind(raw) == json::Kind::Number {
        dynamic::to_long(raw)
    } else {
        None
    }
}

fn to_timespan(array: &ArrayRef, from: KqlType) -> Int64Array {
    match from {
        KqlType::String => texts(array, parse::timespan),
        KqlType::Dynamic | KqlType::Unknown => texts(array, dynamic::to_timespan),
        KqlType::Real => reals(array, |value| if value.is_finite() { number::long_of(value) } else { None }),
        KqlType::Decimal => decimals(array, decimal::to_long),
        KqlType::Bool => bools(array, |value| Some(i64::from(value))),
        KqlType::Int | KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => longs(array, Some),
        KqlType::Guid => none(array),
    }
    .into()
}

fn to_guid(array: &ArrayRef, from: KqlType) -> Result<ArrayRef> {
    let read: fn(&str) -> Option<Guid> = match from {
        KqlType::String => guid::parse,
        KqlType::Dynamic | KqlType::Unknown => dynamic::to_guid,
        _ => return Ok(new_null_array(&arrow_type(KqlType::Guid), array.len())),
    };
    let mut builder = FixedSizeBinaryBuilder::with_capacity(array.len(), guid::WIDTH);
    for value in texts(array, read) {
        match value {
            Some(guid) => builder.append_value(guid)?,
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Values as dynamics: a string becomes a JSON string (it is not parsed), null stays null.
fn to_dynamic(array: &ArrayRef, from: KqlType) -> Result<ArrayRef> {
    let Some(encoder) = dynamic::Encoder::new(array.as_ref(), from) else {
        return exec_err!("a column is not in the representation of {from}");
    };
    let mut builder = StringViewBuilder::with_capacity(array.len());
    let mut buffer = String::new();
    for row in 0..array.len() {
        if encoder.is_null(row) {
            builder.append_null();
            continue;
        }
        buffer.clear();
        encoder.write(row, &mut buffer);
        builder.append_value(&buffer);
    }
    Ok(Arc::new(builder.finish()))
}

/// What `tostring()` gives for each value: text for every one, `""` for null.
pub(crate) fn to_text(array: &ArrayRef, ty: KqlType) -> Result<StringViewArray> {
    let mut builder = StringViewBuilder::with_capacity(array.len());
    let mut buffer = String::new();
    for row in 0..array.len() {
        buffer.clear();
        if array.is_valid(row) {
            write_text(array, ty, row, &mut buffer)?;
        }
        builder.append_value(&buffer);
    }
    Ok(builder.finish())
}

fn write_text(array: &ArrayRef, ty: KqlType, row: usize, out: &mut String) -> Result<()> {
    match ty {
        KqlType::Bool => out.push_str(format::bool(array.as_boolean().value(row))),
        KqlType::Int => format::integer(array.as_primitive::<Int32Type>().value(row).into(), out),
        KqlType::Long => format::integer(array.as_primitive::<Int64Type>().value(row), out),
        KqlType::Real => format::real(array.as_primitive::<Float64Type>().value(row), out),
        KqlType::Decimal => decimal::write(array.as_primitive::<Decimal256Type>().value(row), out),
        KqlType::DateTime => format::datetime(array.as_primitive::<Int64Type>().value(row), out),
        KqlType::TimeSpan => format::timespan(array.as_primitive::<Int64Type>().value(row), out),
        KqlType::Guid => match array.as_fixed_size_binary().value(row).try_into() {
            Ok(bytes) => guid::write(bytes, out),
            Err(_) => return exec_err!("a guid has sixteen bytes"),
        },
        KqlType::String => out.push_str(array.as_string_view().value(row)),
        KqlType::Dynamic | KqlType::Unknown => out.push_str(&json::text(array.as_string_view().value(row))),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn longs_of(texts: Vec<Option<&str>>, from: KqlType) -> Vec<Option<i64>> {
        let array: ArrayRef = Arc::new(StringViewArray::from(texts));
        convert(&array, from, KqlType::Long, false)
            .unwrap()
            .as_primitive::<Int64Type>()
            .iter()
            .collect()
    }

    #[test]
    fn strings_must_be_whole_numbers_and_dynamics_need_not() {
        assert_eq!(
            longs_of(vec![Some(" 7 "), Some("7.5"), Some("")], KqlType::String),
            [Some(7), None, None]
        );
        assert_eq!(
            longs_of(vec![Some("7.5"), Some("\"7\""), Some("[7]"), None], KqlType::Dynamic),
            [Some(7), Some(7), None, None]
        );
    }

    #[test]
    fn reals_outside_saturate_in_rows_and_wrap_when_folded() {
        let array: ArrayRef = Arc::new(Float64Array::from(vec![1e30, -1e30, f64::NAN, -2.5]));
        let values = |folded| {
            convert(&array, KqlType::Real, KqlType::Long, folded)
                .unwrap()
                .as_primitive::<Int64Type>()
                .iter()
                .collect::<Vec<_>>()
        };
        assert_eq!(values(false), [Some(i64::MAX), Some(i64::MIN), None, Some(-2)]);
        assert_eq!(values(true), [Some(i64::MIN), Some(i64::MIN), None, Some(-2)]);
    }

    #[test]
    fn every_pair_of_types_converts_nulls_to_null() {
        for from in KqlType::ALL.into_iter().filter(|ty| *ty != KqlType::String) {
            let array = new_null_array(&arrow_type(from), 2);
            for to in KqlType::ALL {
                let answer = convert(&array, from, to, false).unwrap();
                assert_eq!(answer.data_type(), &arrow_type(to), "{from} to {to}");
                assert_eq!(answer.null_count(), if to == KqlType::String { 0 } else { 2 }, "{from} to {to}");
            }
        }
    }
}
