//! Choosing among values, and asking about them.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::BooleanBuffer;
use arrow::compute::kernels::zip::zip;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic;

use super::{Family, convert};
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("around", around),
    ("assert", assert_true),
    ("coalesce", coalesce),
    ("gettype", gettype),
    ("isempty", isempty),
    ("isnotempty", isnotempty),
    ("isnotnull", isnotnull),
    ("isnull", isnull),
    ("max_of", max_of),
    ("min_of", min_of),
    ("not", not),
    ("tohex", tohex),
];

/// The arguments as columns of the result's type.
fn columns(call: &Call<'_>) -> Result<Vec<ArrayRef>> {
    call.args
        .iter()
        .enumerate()
        .map(|(at, arg)| convert::convert(&arg.to_array(call.rows)?, call.type_of(at), call.result, call.is_constant()))
        .collect()
}

/// The first argument that is neither null nor an empty string.
fn coalesce(call: &Call<'_>) -> Result<ColumnarValue> {
    let mut columns = columns(call)?.into_iter().rev();
    let Some(mut answer) = columns.next() else {
        return exec_err!("coalesce() needs arguments");
    };
    for column in columns {
        let string = (call.result == KqlType::String).then(|| column.as_string_view());
        let there = BooleanBuffer::collect_bool(column.len(), |row| match string {
            Some(texts) => !texts.value(row).is_empty(),
            None => column.is_valid(row),
        });
        answer = zip(&BooleanArray::new(there, None), &column, &answer)?;
    }
    Ok(ColumnarValue::Array(answer))
}

fn max_of(call: &Call<'_>) -> Result<ColumnarValue> {
    best(call, std::cmp::Ordering::Greater)
}

fn min_of(call: &Call<'_>) -> Result<ColumnarValue> {
    best(call, std::cmp::Ordering::Less)
}

/// The argument that compares as wanted with every other one; nulls do not take part.
fn best(call: &Call<'_>, wanted: std::cmp::Ordering) -> Result<ColumnarValue> {
    let mut columns = columns(call)?.into_iter();
    let Some(mut answer) = columns.next() else {
        return exec_err!("an argument is missing");
    };
    for column in columns {
        let compare = arrow::array::make_comparator(column.as_ref(), answer.as_ref(), arrow::compute::SortOptions::default())?;
        let better = BooleanBuffer::collect_bool(column.len(), |row| {
            column.is_valid(row) && (answer.is_null(row) || compare(row, row) == wanted)
        });
        answer = zip(&BooleanArray::new(better, None), &column, &answer)?;
    }
    Ok(ColumnarValue::Array(answer))
}

/// Strings are never null.
fn isnull(call: &Call<'_>) -> Result<ColumnarValue> {
    let (value, string) = (call.nulls(0)?, call.type_of(0) == KqlType::String);
    call.write_bools(|row| Some(!string && value.is_null(row)))
}

fn isnotnull(call: &Call<'_>) -> Result<ColumnarValue> {
    let (value, string) = (call.nulls(0)?, call.type_of(0) == KqlType::String);
    call.write_bools(|row| Some(string || !value.is_null(row)))
}

/// Whether `tostring()` gives no text.
fn isempty(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.texts(0)?;
    call.write_bools(|row| Some(value.get(row).is_empty()))
}

fn isnotempty(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.texts(0)?;
    call.write_bools(|row| Some(!value.get(row).is_empty()))
}

fn not(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.bools(0)?;
    call.write_bools(|row| value.get(row).map(|value| !value))
}

/// Whether a value lies within a distance of another.
fn around(call: &Call<'_>) -> Result<ColumnarValue> {
    if [0, 1, 2]
        .iter()
        .any(|at| matches!(call.type_of(*at), KqlType::Real | KqlType::Decimal))
    {
        let (value, center, delta) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
        return call.write_bools(|row| {
            let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
            Some(value >= center - delta && value <= center + delta)
        });
    }
    let (value, center, delta) = (call.longs(0)?, call.longs(1)?, call.longs(2)?);
    call.write_bools(|row| {
        let (value, center, delta) = (value.get(row)?, center.get(row)?, delta.get(row)?);
        Some(value >= center.saturating_sub(delta) && value <= center.saturating_add(delta))
    })
}

fn assert_true(call: &Call<'_>) -> Result<ColumnarValue> {
    let (condition, message) = (call.bools(0)?, call.texts(1)?);
    for row in 0..call.rows {
        if condition.get(row) != Some(true) {
            return exec_err!("assert() has failed with message: '{}'", message.get(row));
        }
    }
    call.write_bools(|_| Some(true))
}

/// The type of a dynamic's content; other types have it from the plan.
fn gettype(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.texts(0)?;
    call.write_texts(|row, out| out.push_str(value.raw(row).map_or("null", dynamic::type_name)))
}

/// Hexadecimal digits; a negative number gives its two's complement in the width of its type.
fn tohex(call: &Call<'_>) -> Result<ColumnarValue> {
    use std::fmt::Write as _;
    let value = call.longs(0)?;
    let width = if call.has(1) { Some(call.longs(1)?) } else { None };
    let int = call.type_of(0) == KqlType::Int;
    call.write_texts(|row, out| {
        let Some(value) = value.get(row) else {
            return;
        };
        let width = width
            .as_ref()
            .and_then(|width| width.get(row))
            .and_then(|width| usize::try_from(width).ok())
            .unwrap_or(0)
            .min(16);
        let _ = if int {
            write!(out, "{:0width$x}", value as i32)
        } else {
            write!(out, "{value:0width$x}")
        };
    })
}
