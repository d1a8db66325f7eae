//! Functions that work element by element. What is no number, and what only one of two series has, becomes null.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::ArrayWriter;

use super::{Column, Number, Operand, all_long};
use crate::kernel::Call;

fn unary(call: &Call<'_>, apply: impl Fn(f64) -> f64) -> Result<ColumnarValue> {
    mapped(call, |number, _| Number::Real(apply(number.real())))
}

/// The closure learns whether the series holds longs alone.
fn mapped(call: &Call<'_>, apply: impl Fn(Number, bool) -> Number) -> Result<ColumnarValue> {
    let column = Column::new(call, 0)?;
    call.try_write_dynamics(|row, out| {
        let Operand::Series(series) = column.operand(row) else {
            return Ok(None);
        };
        let long = all_long(&series);
        let mut array = ArrayWriter::new(out);
        for element in series {
            match element {
                Some(number) => apply(number, long).write(array.next()),
                None => array.raw("null"),
            }
        }
        array.finish();
        Ok(Some(()))
    })
}

fn binary(call: &Call<'_>, write: impl Fn(Number, Number, &mut String)) -> Result<ColumnarValue> {
    let (left, right) = (Column::new(call, 0)?, Column::new(call, 1)?);
    call.try_write_dynamics(|row, out| {
        let (left, right) = (left.operand(row), right.operand(row));
        let length = match (&left, &right) {
            (Operand::Series(left), Operand::Series(right)) => left.len().max(right.len()),
            (Operand::Series(series), Operand::Scalar(_)) | (Operand::Scalar(_), Operand::Series(series)) => series.len(),
            _ => return Ok(None),
        };
        let long = left.is_long() && right.is_long();
        let mut array = ArrayWriter::new(out);
        for at in 0..length {
            match (left.get(at), right.get(at)) {
                (Some(left), Some(right)) if long => write(left, right, array.next()),
                (Some(left), Some(right)) => write(Number::Real(left.real()), Number::Real(right.real()), array.next()),
                _ => array.raw("null"),
            }
        }
        array.finish();
        Ok(Some(()))
    })
}

impl Operand {
    fn get(&self, at: usize) -> Option<Number> {
        match self {
            Operand::Series(series) => series.get(at).copied().flatten(),
            Operand::Scalar(number) => *number,
            Operand::Other => None,
        }
    }

    fn is_long(&self) -> bool {
        match self {
            Operand::Series(series) => all_long(series),
            Operand::Scalar(number) => matches!(number, Some(Number::Long(_))),
            Operand::Other => false,
        }
    }
}

fn arithmetic(call: &Call<'_>, long: impl Fn(i64, i64) -> i64, real: impl Fn(f64, f64) -> f64) -> Result<ColumnarValue> {
    binary(call, |left, right, out| match (left, right) {
        (Number::Long(left), Number::Long(right)) => Number::Long(long(left, right)).write(out),
        _ => Number::Real(real(left.real(), right.real())).write(out),
    })
}

/// Arithmetic whose result is real whatever the elements are.
fn real_arithmetic(call: &Call<'_>, real: impl Fn(f64, f64) -> f64) -> Result<ColumnarValue> {
    binary(call, |left, right, out| Number::Real(real(left.real(), right.real())).write(out))
}

fn comparison(call: &Call<'_>, long: impl Fn(&i64, &i64) -> bool, real: impl Fn(&f64, &f64) -> bool) -> Result<ColumnarValue> {
    binary(call, |left, right, out| {
        let holds = match (left, right) {
            (Number::Long(left), Number::Long(right)) => long(&left, &right),
            _ => real(&left.real(), &right.real()),
        };
        out.push_str(if holds { "true" } else { "false" });
    })
}

pub(super) fn abs(call: &Call<'_>) -> Result<ColumnarValue> {
    mapped(call, |number, long| match number {
        Number::Long(value) if long => Number::Long(value.wrapping_abs()),
        number => Number::Real(number.real().abs()),
    })
}

pub(super) fn sign(call: &Call<'_>) -> Result<ColumnarValue> {
    mapped(call, |number, long| match number {
        Number::Long(value) if long => Number::Long(value.signum()),
        number => {
            let value = number.real();
            Number::Real(if value > 0.0 {
                1.0
            } else if value < 0.0 {
                -1.0
            } else {
                value
            })
        }
    })
}

pub(super) fn add(call: &Call<'_>) -> Result<ColumnarValue> {
    arithmetic(call, i64::wrapping_add, |left, right| left + right)
}

pub(super) fn subtract(call: &Call<'_>) -> Result<ColumnarValue> {
    arithmetic(call, i64::wrapping_sub, |left, right| left - right)
}

pub(super) fn multiply(call: &Call<'_>) -> Result<ColumnarValue> {
    arithmetic(call, i64::wrapping_mul, |left, right| left * right)
}

pub(super) fn divide(call: &Call<'_>) -> Result<ColumnarValue> {
    real_arithmetic(call, |left, right| left / right)
}

pub(super) fn pow(call: &Call<'_>) -> Result<ColumnarValue> {
    real_arithmetic(call, f64::powf)
}

pub(super) fn equals(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::eq, f64::eq)
}

pub(super) fn not_equals(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::ne, f64::ne)
}

pub(super) fn greater(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::gt, f64::gt)
}

pub(super) fn greater_equals(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::ge, f64::ge)
}

pub(super) fn less(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::lt, f64::lt)
}

pub(super) fn less_equals(call: &Call<'_>) -> Result<ColumnarValue> {
    comparison(call, i64::le, f64::le)
}

pub(super) fn exp(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::exp)
}

pub(super) fn log(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::ln)
}

pub(super) fn floor(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::floor)
}

pub(super) fn ceiling(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::ceil)
}

pub(super) fn sin(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::sin)
}

pub(super) fn cos(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::cos)
}

pub(super) fn tan(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::tan)
}

pub(super) fn asin(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::asin)
}

pub(super) fn acos(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::acos)
}

pub(super) fn atan(call: &Call<'_>) -> Result<ColumnarValue> {
    unary(call, f64::atan)
}
