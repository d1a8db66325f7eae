//! Decimals: 38 digits, 18 of them behind the point.

/// Digits of a decimal.
pub const PRECISION: u8 = 38;
/// Digits behind the point.
pub const SCALE: i8 = 18;
/// One, in units of the last digit.
pub const ONE: i128 = 1_000_000_000_000_000_000;
const LIMIT: i128 = 100_000_000_000_000_000_000_000_000_000_000_000_000;

/// The value when it has at most 38 digits.
#[must_use]
pub fn checked(value: i128) -> Option<i128> {
    (value > -LIMIT && value < LIMIT).then_some(value)
}

/// A decimal from digits with optional sign, fraction and exponent. `None` when it is no number or does not fit; digits behind the 18th are dropped.
#[must_use]
pub fn parse(text: &str) -> Option<i128> {
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
    let mut value: i128 = 0;
    // Position of the next digit, counted in powers of ten from the last digit that is kept.
    let mut power = i64::from(SCALE) + i64::from(exponent) + i64::try_from(whole.len()).ok()? - 1;
    for byte in whole.bytes().chain(fraction.bytes()) {
        if !byte.is_ascii_digit() {
            return None;
        }
        let digit = i128::from(byte - b'0');
        if power >= 0 && digit != 0 {
            let unit = 10i128.checked_pow(u32::try_from(power).ok()?)?;
            value = value.checked_add(digit.checked_mul(unit)?)?;
        }
        power -= 1;
    }
    checked(if negative { -value } else { value })
}

/// Appends the shortest exact text: no trailing zeros behind the point, no point for whole numbers.
pub fn write(value: i128, out: &mut String) {
    use std::fmt::Write as _;
    if value < 0 {
        out.push('-');
    }
    let magnitude = value.unsigned_abs();
    let unit = ONE.unsigned_abs();
    let _ = write!(out, "{}", magnitude / unit);
    let fraction = magnitude % unit;
    if fraction != 0 {
        let digits = format!("{fraction:018}");
        out.push('.');
        out.push_str(digits.trim_end_matches('0'));
    }
}

/// The nearest double.
#[must_use]
pub fn to_f64(value: i128) -> f64 {
    let mut text = String::new();
    write(value, &mut text);
    text.parse().unwrap_or(f64::NAN)
}

/// The decimal of a double's shortest text; `None` when it is not finite or does not fit.
#[must_use]
pub fn from_f64(value: f64) -> Option<i128> {
    if value.is_finite() { parse(&format!("{value:e}")) } else { None }
}

/// The product, `None` when it does not fit; digits behind the 18th are dropped.
#[must_use]
pub fn multiply(left: i128, right: i128) -> Option<i128> {
    let unit = ONE.unsigned_abs();
    let (a, b) = (left.unsigned_abs(), right.unsigned_abs());
    let (ah, al, bh, bl) = (a / unit, a % unit, b / unit, b % unit);
    let whole = ah.checked_mul(bh)?.checked_mul(unit)?;
    let magnitude = whole
        .checked_add(ah.checked_mul(bl)?)?
        .checked_add(al.checked_mul(bh)?)?
        .checked_add(al.checked_mul(bl)? / unit)?;
    let magnitude = i128::try_from(magnitude).ok()?;
    checked(if (left < 0) == (right < 0) { magnitude } else { -magnitude })
}

/// The quotient, `None` for division by zero and when it does not fit.
#[must_use]
pub fn divide(left: i128, right: i128) -> Option<i128> {
    if right == 0 {
        return None;
    }
    let (a, b) = (left.unsigned_abs(), right.unsigned_abs());
    let mut quotient = a / b;
    let mut rest = a % b;
    // Long division, a digit at a time: the remainder is below 10^38 and ten times it still fits in 128 bits unsigned most of the time.
    for _ in 0..SCALE {
        quotient = quotient.checked_mul(10)?;
        match rest.checked_mul(10) {
            Some(ten) => {
                quotient = quotient.checked_add(ten / b)?;
                rest = ten % b;
            }
            None => {
                let mut digit = 0u128;
                let mut sum = 0u128;
                for _ in 0..10 {
                    if sum >= b - rest {
                        sum -= b - rest;
                        digit += 1;
                    } else {
                        sum += rest;
                    }
                }
                quotient = quotient.checked_add(digit)?;
                rest = sum;
            }
        }
    }
    let magnitude = i128::try_from(quotient).ok()?;
    checked(if (left < 0) == (right < 0) { magnitude } else { -magnitude })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(value: i128) -> String {
        let mut out = String::new();
        write(value, &mut out);
        out
    }

    #[test]
    fn text_round_trips() {
        for sample in ["0", "1", "-1.5", "700000000", "0.000000000000000001", "12345678901234567890.5"] {
            assert_eq!(text(parse(sample).unwrap()), sample);
        }
    }

    #[test]
    fn exponents_move_the_point() {
        assert_eq!(text(parse("1.5e3").unwrap()), "1500");
        assert_eq!(text(parse("15e-1").unwrap()), "1.5");
        assert_eq!(parse("1e30"), None);
        assert_eq!(parse("1e2147483647"), None);
        assert_eq!(parse("."), None);
        assert_eq!(parse("1_0"), None);
    }

    #[test]
    fn products_and_quotients_are_exact() {
        let (seven, two) = (parse("7").unwrap(), parse("2").unwrap());
        assert_eq!(text(divide(seven, two).unwrap()), "3.5");
        assert_eq!(
            text(divide(parse("1").unwrap(), parse("-3").unwrap()).unwrap()),
            "-0.333333333333333333"
        );
        assert_eq!(text(multiply(parse("-1.5").unwrap(), parse("1.5").unwrap()).unwrap()), "-2.25");
        assert_eq!(divide(seven, 0), None);
        let large = parse("30000000000000000000").unwrap();
        assert_eq!(text(divide(large, large - 1).unwrap()), "1");
    }
}
