//! Decimals: fixed point with 38 digits before the point and 38 behind it.
//!
//! The engine's decimals are floating point with 34 significant digits. Sums are exact here; products and quotients are rounded to 34 digits.

use arrow::datatypes::{DataType, i256};

/// A decimal, counted in units of its last digit.
pub type Units = i256;

/// Digits of a decimal.
pub const PRECISION: u8 = 76;
/// Digits behind the point.
pub const SCALE: i8 = 38;
/// One, in units of the last digit.
pub const ONE: Units = i256::from_i128(100_000_000_000_000_000_000_000_000_000_000_000_000);
/// Digits that a product or a quotient keeps.
const SIGNIFICANT: u32 = 34;
const TEN: i256 = i256::from_i128(10);

/// How a column of decimals is stored in a lake, whose format ends at 38 digits.
pub const STORED: DataType = DataType::Decimal128(STORED_PRECISION, STORED_SCALE);
/// Digits of a stored decimal.
pub const STORED_PRECISION: u8 = 38;
/// Digits of a stored decimal behind the point.
pub const STORED_SCALE: i8 = 18;

/// Ten to a power that is at most 76.
fn power_of_ten(power: u32) -> Option<i256> {
    TEN.checked_pow(power)
}

/// The value when it has at most 76 digits.
fn checked(value: Units) -> Option<Units> {
    let limit = power_of_ten(u32::from(PRECISION))?;
    (value < limit && value > limit.wrapping_neg()).then_some(value)
}

/// A whole number as a decimal.
#[must_use]
pub fn from_long(value: i64) -> Units {
    i256::from_i128(i128::from(value)).wrapping_mul(ONE)
}

/// The whole part; `None` when it is no long.
#[must_use]
pub fn to_long(value: Units) -> Option<i64> {
    value.checked_div(ONE)?.to_i128()?.try_into().ok()
}

/// Whether a decimal is zero.
#[must_use]
pub fn is_zero(value: Units) -> bool {
    value == i256::ZERO
}

/// The units of a stored decimal; `None` when it has more digits than are stored.
#[must_use]
pub fn to_stored(value: Units) -> Option<i128> {
    let step = power_of_ten((SCALE - STORED_SCALE).unsigned_abs().into())?;
    let units = value.checked_div(step)?;
    let stored = units
        .to_i128()
        .filter(|units| units.unsigned_abs() < 10u128.pow(STORED_PRECISION.into()))?;
    (units.checked_mul(step)? == value).then_some(stored)
}

/// A decimal from digits with optional sign, fraction and exponent. `None` when it is no number or does not fit; digits behind the 38th are dropped.
#[must_use]
pub fn parse(text: &str) -> Option<Units> {
    let text = text.trim();
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut value = i256::ZERO;
    // Position of the next digit, counted in powers of ten from the last digit that is kept.
    let mut power = i64::from(SCALE) + i64::from(exponent) + i64::try_from(whole.len()).ok()? - 1;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        let digit = i256::from_i128(i128::from(byte - b'0'));
        if power >= 0 && digit != i256::ZERO {
            let unit = power_of_ten(u32::try_from(power).ok().filter(|power| *power < u32::from(PRECISION))?)?;
            value = value.checked_add(digit.checked_mul(unit)?)?;
        }
        power -= 1;
    }
    checked(if negative { value.wrapping_neg() } else { value })
}

/// Appends the shortest exact text: no trailing zeros behind the point, no point for whole numbers.
pub fn write(value: Units, out: &mut String) {
    use std::fmt::Write as _;
    if value.is_negative() {
        out.push('-');
    }
    let magnitude = value.wrapping_abs();
    let (Some(whole), Some(fraction)) = (magnitude.checked_div(ONE), magnitude.checked_rem(ONE)) else {
        return;
    };
    let _ = write!(out, "{whole}");
    if let Some(fraction) = fraction.to_i128().filter(|fraction| *fraction != 0) {
        let digits = format!("{fraction:038}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// The nearest double.
#[must_use]
pub fn to_f64(value: Units) -> f64 {
    let mut text = String::new();
    write(value, &mut text);
    text.parse().unwrap_or(f64::NAN)
}

/// The decimal of a double's shortest text; `None` when it is not finite or does not fit.
#[must_use]
pub fn from_f64(value: f64) -> Option<Units> {
    if value.is_finite() { parse(&format!("{value:e}")) } else { None }
}

/// The sum, `None` when it does not fit.
#[must_use]
pub fn add(left: Units, right: Units) -> Option<Units> {
    left.checked_add(right).and_then(checked)
}

/// The difference, `None` when it does not fit.
#[must_use]
pub fn subtract(left: Units, right: Units) -> Option<Units> {
    left.checked_sub(right).and_then(checked)
}

/// Digits without trailing zeros, and the number of zeros.
fn stripped(mut value: i256) -> (i256, u32) {
    let mut zeros = 0;
    while value != i256::ZERO && value.checked_rem(TEN) == Some(i256::ZERO) {
        value = value.checked_div(TEN).unwrap_or(i256::ZERO);
        zeros += 1;
    }
    (value, zeros)
}

/// The number of decimal digits of a magnitude.
fn digits(magnitude: i256) -> u32 {
    (1..=u32::from(PRECISION))
        .find(|count| power_of_ten(*count).is_none_or(|power| magnitude < power))
        .unwrap_or(u32::from(PRECISION) + 1)
}

/// A magnitude without its last digits, rounded half to even. `more` tells that something follows the last digit.
fn without(magnitude: i256, dropped: u32, more: bool) -> Option<i256> {
    if dropped == 0 {
        return Some(magnitude);
    }
    if dropped > u32::from(PRECISION) {
        return Some(i256::ZERO);
    }
    let unit = power_of_ten(dropped)?;
    let (kept, rest) = (magnitude.checked_div(unit)?, magnitude.checked_rem(unit)?);
    let half = unit.checked_div(i256::from_i128(2))?;
    let is_odd = kept.checked_rem(i256::from_i128(2))? != i256::ZERO;
    let up = rest > half || (rest == half && (more || is_odd));
    if up { kept.checked_add(i256::ONE) } else { Some(kept) }
}

/// `magnitude` times ten to a power, in units, of at most 34 significant digits.
fn rounded(magnitude: i256, power: i64, more: bool) -> Option<Units> {
    let too_many = i64::from(digits(magnitude).saturating_sub(SIGNIFICANT));
    let dropped = too_many.max(-power);
    let dropped = u32::try_from(dropped.max(0)).ok()?;
    let kept = without(magnitude, dropped, more)?;
    let power = u32::try_from(power + i64::from(dropped)).ok()?;
    if kept == i256::ZERO {
        return Some(kept);
    }
    checked(kept.checked_mul(power_of_ten(power.min(u32::from(PRECISION) + 1))?)?)
}

fn signed(magnitude: Units, negative: bool) -> Units {
    if negative { magnitude.wrapping_neg() } else { magnitude }
}

/// The product, `None` when it does not fit.
#[must_use]
pub fn multiply(left: Units, right: Units) -> Option<Units> {
    let (a, zeros_a) = stripped(left.wrapping_abs());
    let (b, zeros_b) = stripped(right.wrapping_abs());
    let power = i64::from(zeros_a) + i64::from(zeros_b) - i64::from(SCALE);
    let product = rounded(a.checked_mul(b)?, power, false)?;
    Some(signed(product, left.is_negative() != right.is_negative()))
}

/// The quotient, `None` for division by zero and when it does not fit.
#[must_use]
pub fn divide(left: Units, right: Units) -> Option<Units> {
    if is_zero(right) {
        return None;
    }
    let (a, zeros_a) = stripped(left.wrapping_abs());
    let (b, zeros_b) = stripped(right.wrapping_abs());
    let added = u32::from(PRECISION).saturating_sub(digits(a));
    let dividend = a.checked_mul(power_of_ten(added)?)?;
    let (quotient, rest) = (dividend.checked_div(b)?, dividend.checked_rem(b)?);
    let power = i64::from(zeros_a) - i64::from(zeros_b) - i64::from(added) + i64::from(SCALE);
    let quotient = rounded(quotient, power, rest != i256::ZERO)?;
    Some(signed(quotient, left.is_negative() != right.is_negative()))
}

/// The remainder that is not below zero, `None` for division by zero.
#[must_use]
pub fn modulo(left: Units, right: Units) -> Option<Units> {
    let rest = left.checked_rem(right)?;
    if rest.is_negative() {
        rest.checked_add(right.wrapping_abs())
    } else {
        Some(rest)
    }
}

/// The largest multiple of a size that is not above the value; `None` when the size is zero.
#[must_use]
pub fn bin(value: Units, size: Units) -> Option<Units> {
    value.checked_sub(modulo(value, size)?)
}

/// The least whole number that is not below the value.
#[must_use]
pub fn ceiling(value: Units) -> Option<Units> {
    let part = modulo(value, ONE)?;
    if is_zero(part) {
        Some(value)
    } else {
        value.checked_add(ONE.checked_sub(part)?)
    }
}

/// Rounded to a number of decimal places, half away from zero.
#[must_use]
pub fn round(value: Units, places: i64) -> Option<Units> {
    let Ok(power) = u32::try_from(i64::from(SCALE).saturating_sub(places)) else {
        return Some(value);
    };
    if power > u32::from(PRECISION) {
        return Some(i256::ZERO);
    }
    let unit = power_of_ten(power)?;
    let half = unit.checked_div(i256::from_i128(2))?;
    value
        .checked_add(signed(half, value.is_negative()))?
        .checked_div(unit)?
        .checked_mul(unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(value: Units) -> String {
        let mut out = String::new();
        write(value, &mut out);
        out
    }

    fn number(text: &str) -> Units {
        parse(text).unwrap()
    }

    #[test]
    fn text_round_trips() {
        for sample in [
            "0",
            "1",
            "-1.5",
            "700000000",
            "0.000000000000000001",
            "12345678901234567890.5",
            "99999999999999999999999999999999",
        ] {
            assert_eq!(text(number(sample)), sample);
        }
    }

    #[test]
    fn exponents_move_the_point() {
        assert_eq!(text(number("1.5e3")), "1500");
        assert_eq!(text(number("15e-1")), "1.5");
        assert_eq!(text(number("1e30")), format!("1{}", "0".repeat(30)));
        assert_eq!(parse("1e39"), None);
        assert_eq!(parse("1e2147483647"), None);
        assert_eq!(parse("."), None);
        assert_eq!(parse("1_0"), None);
    }

    #[test]
    fn products_and_quotients_have_34_digits() {
        assert_eq!(text(divide(number("7"), number("2")).unwrap()), "3.5");
        assert_eq!(text(divide(number("1"), number("-3")).unwrap()), format!("-0.{}", "3".repeat(34)));
        assert_eq!(text(divide(number("2"), number("3")).unwrap()), format!("0.{}7", "6".repeat(33)));
        assert_eq!(text(multiply(number("-1.5"), number("1.5")).unwrap()), "-2.25");
        assert_eq!(
            text(multiply(number("1e20"), number("1e17")).unwrap()),
            format!("1{}", "0".repeat(37))
        );
        assert_eq!(multiply(number("1e20"), number("1e20")), None);
        assert_eq!(divide(number("7"), i256::ZERO), None);
        assert_eq!(text(divide(number("0"), number("7")).unwrap()), "0");
        let long = "1234567890123456.789012345678901234";
        assert_eq!(
            text(divide(multiply(number(long), number("3")).unwrap(), number("3")).unwrap()),
            long
        );
    }

    #[test]
    fn rounding_goes_where_it_should() {
        assert_eq!(text(round(number("-2.5"), 0).unwrap()), "-3");
        assert_eq!(text(round(number("2.449"), 1).unwrap()), "2.4");
        assert_eq!(text(round(number("1234"), -2).unwrap()), "1200");
        assert_eq!(text(ceiling(number("-1.5")).unwrap()), "-1");
        assert_eq!(text(bin(number("-1.5"), number("1")).unwrap()), "-2");
    }

    #[test]
    fn stored_decimals_are_exact_or_none() {
        assert_eq!(to_stored(number("1.5")), Some(1_500_000_000_000_000_000));
        assert_eq!(to_stored(number("1e-19")), None);
        assert_eq!(to_stored(number("1e20")), None);
    }
}
