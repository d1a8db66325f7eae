//! Numbers and truth values.

use super::out_of_range;

/// `true`, `false` or an integer, of which zero is false.
pub(super) fn bool(text: &str) -> Result<bool, String> {
    if text.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if text.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        long(text)
            .map(|number| number != 0)
            .map_err(|_| format!("`{text}` is neither true nor false"))
    }
}

/// A 32-bit integer; hexadecimal digits are the bits of the number.
pub(super) fn int(text: &str) -> Result<i32, String> {
    if let Some(digits) = hex_digits(text) {
        return u32::from_str_radix(digits, 16)
            .map(u32::cast_signed)
            .map_err(|_| out_of_range(text, "int"));
    }
    decimal_digits(text).ok_or_else(|| no_integer(text))?;
    text.parse().map_err(|_| out_of_range(text, "int"))
}

/// A 64-bit integer; hexadecimal digits are the bits of the number.
pub(super) fn long(text: &str) -> Result<i64, String> {
    if let Some(digits) = hex_digits(text) {
        return u64::from_str_radix(digits, 16)
            .map(u64::cast_signed)
            .map_err(|_| out_of_range(text, "long"));
    }
    decimal_digits(text).ok_or_else(|| no_integer(text))?;
    text.parse().map_err(|_| out_of_range(text, "long"))
}

fn no_integer(text: &str) -> String {
    format!("`{text}` is no integer")
}

fn hex_digits(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digits)
}

fn decimal_digits(text: &str) -> Option<&str> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// A real number, `nan`, `inf`, `+inf` or `-inf`; too large a number is infinite.
pub(super) fn real(text: &str) -> Result<f64, String> {
    match text.to_ascii_lowercase().as_str() {
        "nan" => return Ok(f64::NAN),
        "inf" | "+inf" => return Ok(f64::INFINITY),
        "-inf" => return Ok(f64::NEG_INFINITY),
        _ => {}
    }
    if !is_decimal_number(text) {
        return Err(format!("`{text}` is no number"));
    }
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

/// The text of a decimal number, checked.
pub(super) fn decimal(text: &str) -> Result<String, String> {
    if is_decimal_number(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("`{text}` is no decimal number"))
    }
}

/// `[+-] digits [. digits] [e [+-] digits]`, with a digit before the exponent.
fn is_decimal_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| decimal_digits(exponent).is_some())
}

#[cfg(test)]
mod tests {
    use super::{bool, decimal, int, long, real};

    #[test]
    fn hexadecimal_is_bits() {
        assert_eq!(int("0xFFFFFFFF"), Ok(-1));
        assert_eq!(long("0x8000000000000000"), Ok(i64::MIN));
        assert!(int("0x1FFFFFFFF").is_err());
        assert!(long("0x1FFFFFFFFFFFFFFFF").is_err());
        assert!(int("-0x10").is_err());
        assert!(int("+0x10").is_err());
    }

    #[test]
    fn decimal_integers_have_a_range() {
        assert_eq!(int("010"), Ok(10));
        assert_eq!(int("-2147483648"), Ok(i32::MIN));
        assert!(int("2147483648").is_err());
        assert!(int("-2147483649").is_err());
        assert!(long("9223372036854775808").is_err());
    }

    #[test]
    fn integers_are_plain_ascii_digits() {
        for text in ["1.0", "1_0", "", "1 0", "٣", "x"] {
            assert!(int(text).is_err(), "{text}");
            assert!(long(text).is_err(), "{text}");
        }
        assert!(long("0x1_F").is_err());
    }

    #[test]
    fn reals_may_lack_digits_on_one_side() {
        assert_eq!(real("1."), Ok(1.0));
        assert_eq!(real("1.e2"), Ok(100.0));
        assert_eq!(real(".5"), Ok(0.5));
        assert_eq!(real("-inf"), Ok(f64::NEG_INFINITY));
        assert!(real("nan").is_ok_and(f64::is_nan));
        assert!(real("1e").is_err());
        assert!(real("infinity").is_err());
    }

    #[test]
    fn decimals_keep_their_text() {
        assert_eq!(decimal("-1.500").as_deref(), Ok("-1.500"));
        assert!(decimal("x").is_err());
    }

    #[test]
    fn numbers_are_truth_values() {
        assert_eq!(bool("2"), Ok(true));
        assert_eq!(bool("0"), Ok(false));
        assert!(bool("yes").is_err());
    }
}
