//! Real functions of one or two numbers.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("acos", acos),
    ("asin", asin),
    ("atan", atan),
    ("atan2", atan2),
    ("binary_and", binary_and),
    ("binary_not", binary_not),
    ("binary_or", binary_or),
    ("binary_shift_left", shift_left),
    ("binary_shift_right", shift_right),
    ("binary_xor", binary_xor),
    ("bitset_count_ones", count_ones),
    ("cos", cos),
    ("cot", cot),
    ("degrees", degrees),
    ("erf", erf),
    ("erfc", erfc),
    ("exp", exp),
    ("exp10", exp10),
    ("exp2", exp2),
    ("gamma", gamma),
    ("isfinite", isfinite),
    ("isinf", isinf),
    ("isnan", isnan),
    ("log", log),
    ("log10", log10),
    ("log2", log2),
    ("loggamma", loggamma),
    ("pi", pi),
    ("pow", pow),
    ("radians", radians),
    ("rand", rand),
    ("sin", sin),
    ("sqrt", sqrt),
    ("tan", tan),
];

fn of_one(call: &Call<'_>, compute: impl Fn(f64) -> Option<f64>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    if call.result == KqlType::Decimal {
        return call.write_decimals(|row| value.get(row).and_then(&compute).and_then(quarry_value::decimal::from_f64));
    }
    call.write_reals(|row| value.get(row).and_then(&compute))
}

/// The answer, null where the argument lies outside the function's domain.
fn inside(value: f64, domain: bool, compute: impl Fn(f64) -> f64) -> Option<f64> {
    if domain || value.is_nan() { Some(compute(value)) } else { None }
}

fn acos(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| inside(x, x.abs() <= 1.0, f64::acos))
}

fn asin(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| inside(x, x.abs() <= 1.0, f64::asin))
}

fn atan(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.atan()))
}

fn sin(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.sin()))
}

fn cos(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.cos()))
}

fn tan(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.tan()))
}

fn cot(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(1.0 / x.tan()))
}

fn degrees(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x * 180.0 / std::f64::consts::PI))
}

fn radians(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x * std::f64::consts::PI / 180.0))
}

fn exp(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.exp()))
}

fn exp2(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.exp2()))
}

fn exp10(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(10f64.powf(x)))
}

fn log(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| inside(x, x >= 0.0, f64::ln))
}

fn log2(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| inside(x, x >= 0.0, f64::log2))
}

fn log10(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| inside(x, x >= 0.0, f64::log10))
}

fn sqrt(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(x.sqrt()))
}

fn gamma(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(libm::tgamma(x)))
}

fn loggamma(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(libm::lgamma(x)))
}

fn erf(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(libm::erf(x)))
}

fn erfc(call: &Call<'_>) -> Result<ColumnarValue> {
    of_one(call, |x| Some(libm::erfc(x)))
}

fn atan2(call: &Call<'_>) -> Result<ColumnarValue> {
    let (y, x) = (call.reals(0)?, call.reals(1)?);
    call.write_reals(|row| Some(y.get(row)?.atan2(x.get(row)?)))
}

fn pow(call: &Call<'_>) -> Result<ColumnarValue> {
    let (base, exponent) = (call.reals(0)?, call.reals(1)?);
    call.write_reals(|row| Some(base.get(row)?.powf(exponent.get(row)?)))
}

fn pi(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_reals(|_| Some(std::f64::consts::PI))
}

/// A real in [0, 1), or a whole number below the argument.
fn rand(call: &Call<'_>) -> Result<ColumnarValue> {
    if !call.has(0) {
        return call.write_reals(|_| Some(rand::random::<f64>()));
    }
    let bound = call.reals(0)?;
    call.write_reals(|row| {
        let bound = bound.get(row)?;
        Some(if bound > 1.0 {
            (rand::random::<f64>() * bound).floor()
        } else {
            rand::random::<f64>()
        })
    })
}

fn isnan(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    call.write_bools(|row| Some(value.get(row).is_some_and(f64::is_nan)))
}

fn isinf(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    call.write_bools(|row| Some(value.get(row).is_some_and(f64::is_infinite)))
}

fn isfinite(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    call.write_bools(|row| Some(value.get(row).is_some_and(f64::is_finite)))
}

fn bits(call: &Call<'_>, compute: impl Fn(i64, i64) -> i64) -> Result<ColumnarValue> {
    let (left, right) = (call.longs(0)?, call.longs(1)?);
    call.write_longs(|row| Some(compute(left.get(row)?, right.get(row)?)))
}

fn binary_and(call: &Call<'_>) -> Result<ColumnarValue> {
    bits(call, |left, right| left & right)
}

fn binary_or(call: &Call<'_>) -> Result<ColumnarValue> {
    bits(call, |left, right| left | right)
}

fn binary_xor(call: &Call<'_>) -> Result<ColumnarValue> {
    bits(call, |left, right| left ^ right)
}

/// Shifts use the lower six bits of the count; a negative count gives null.
fn shift(call: &Call<'_>, compute: fn(i64, u32) -> i64) -> Result<ColumnarValue> {
    let (value, count) = (call.longs(0)?, call.longs(1)?);
    call.write_longs(|row| {
        let (value, count) = (value.get(row)?, count.get(row)?);
        (count >= 0).then(|| compute(value, (count & 63) as u32))
    })
}

fn shift_left(call: &Call<'_>) -> Result<ColumnarValue> {
    shift(call, i64::wrapping_shl)
}

fn shift_right(call: &Call<'_>) -> Result<ColumnarValue> {
    shift(call, i64::wrapping_shr)
}

fn binary_not(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.longs(0)?;
    call.write_longs(|row| value.get(row).map(|value| !value))
}

fn count_ones(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.longs(0)?;
    call.write_longs(|row| value.get(row).map(|value| i64::from(value.count_ones())))
}
