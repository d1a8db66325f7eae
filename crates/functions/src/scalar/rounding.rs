//! `bin`, `bin_at`, `round`, `ceiling`.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::{decimal, number, time};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("abs", abs),
    ("bin", bin),
    ("bin_at", bin_at),
    ("ceiling", ceiling),
    ("round", round),
    ("sign", sign),
];

/// The largest multiple of a size that is not above the value.
fn bin(call: &Call<'_>) -> Result<ColumnarValue> {
    let real_size = matches!(call.type_of(1), KqlType::Real | KqlType::Decimal);
    match call.result {
        KqlType::Real => {
            let (value, size) = (call.reals(0)?, call.reals(1)?);
            call.write_reals(|row| Some(number::bin_real(value.get(row)?, size.get(row)?)))
        }
        KqlType::Decimal => {
            let (value, size) = (call.decimals(0)?, call.decimals(1)?);
            call.write_decimals(|row| decimal::bin(value.get(row)?, size.get(row)?))
        }
        KqlType::DateTime | KqlType::TimeSpan => {
            let (value, size) = (call.longs(0)?, call.longs(1)?);
            call.write_longs(|row| {
                Some(size.get(row)?)
                    .filter(|size| *size > 0)
                    .and_then(|size| number::bin(value.get(row)?, size))
            })
        }
        _ if real_size => {
            let (value, size) = (call.reals(0)?, call.reals(1)?);
            call.write_longs(|row| number::long_of(number::bin_real(value.get(row)?, size.get(row)?)))
        }
        _ => {
            let (value, size) = (call.longs(0)?, call.longs(1)?);
            call.write_longs(|row| number::bin(value.get(row)?, size.get(row)?))
        }
    }
}

/// Like `bin`, with multiples counted from a fixed point.
fn bin_at(call: &Call<'_>) -> Result<ColumnarValue> {
    match call.result {
        KqlType::Real => {
            let (value, size, point) = (call.reals(0)?, call.reals(1)?, call.reals(2)?);
            call.write_reals(|row| {
                let point = point.get(row)?;
                Some(number::bin_real(value.get(row)? - point, size.get(row)?) + point)
            })
        }
        KqlType::Decimal => {
            let (value, size, point) = (call.decimals(0)?, call.decimals(1)?, call.decimals(2)?);
            call.write_decimals(|row| {
                let point = point.get(row)?;
                decimal::bin(value.get(row)?.checked_sub(point)?, size.get(row)?)?.checked_add(point)
            })
        }
        result => {
            let (value, size, point) = (call.longs(0)?, call.longs(1)?, call.longs(2)?);
            call.write_longs(|row| {
                let point = point.get(row)?;
                let size = size.get(row).filter(|size| *size > 0)?;
                let binned = number::bin(value.get(row)?.wrapping_sub(point), size)?.wrapping_add(point);
                if result == KqlType::DateTime {
                    time::checked_datetime(binned)
                } else {
                    Some(binned)
                }
            })
        }
    }
}

fn abs(call: &Call<'_>) -> Result<ColumnarValue> {
    match call.result {
        KqlType::Real => {
            let value = call.reals(0)?;
            call.write_reals(|row| value.get(row).map(f64::abs))
        }
        KqlType::Decimal => {
            let value = call.decimals(0)?;
            call.write_decimals(|row| value.get(row).map(decimal::Units::wrapping_abs))
        }
        _ => {
            let value = call.longs(0)?;
            call.write_longs(|row| value.get(row).map(i64::wrapping_abs))
        }
    }
}

/// 0 for null and NaN as well.
fn sign(call: &Call<'_>) -> Result<ColumnarValue> {
    let value = call.reals(0)?;
    call.write_reals(|row| {
        let value = value.get(row).unwrap_or(0.0);
        Some(if value > 0.0 {
            1.0
        } else if value < 0.0 {
            -1.0
        } else {
            0.0
        })
    })
}

fn ceiling(call: &Call<'_>) -> Result<ColumnarValue> {
    if call.result == KqlType::Decimal {
        let value = call.decimals(0)?;
        return call.write_decimals(|row| decimal::ceiling(value.get(row)?));
    }
    let value = call.reals(0)?;
    call.write_reals(|row| value.get(row).map(f64::ceil))
}

/// Half goes away from zero; a negative precision rounds before the point.
fn round(call: &Call<'_>) -> Result<ColumnarValue> {
    let precision = if call.has(1) { Some(call.longs(1)?) } else { None };
    let precision = |row| precision.as_ref().map_or(Some(0), |precision| precision.get(row));
    if call.result == KqlType::Decimal {
        let value = call.decimals(0)?;
        return call.write_decimals(|row| decimal::round(value.get(row)?, precision(row)?));
    }
    let value = call.reals(0)?;
    call.write_reals(|row| {
        let (value, precision) = (value.get(row)?, precision(row)?);
        let power = 10f64.powi(i32::try_from(precision.clamp(-400, 400)).unwrap_or(0).abs());
        let rounded = if precision < 0 {
            (value / power).round() * power
        } else {
            (value * power).round() / power
        };
        // Beyond the digits of a double there is nothing to round.
        Some(if rounded.is_finite() { rounded } else { value })
    })
}
