//! Values from text, by the rules of the `to<type>()` functions: what is no value of the type gives `None`.

mod datetime;
mod timespan;

pub use datetime::datetime;
pub use timespan::timespan;

/// A bool: `true` or `false` in any case, or a whole number, which is true when it is not 0.
#[must_use]
pub fn bool(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        long(text).map(|value| value != 0)
    }
}

/// A long: sign and decimal digits, or `0x` and hexadecimal digits; spaces around are ignored.
#[must_use]
pub fn long(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        // `from_str_radix` would take a sign of its own.
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => u64::from_str_radix(digits, 16).ok().map(|bits| bits as i64),
        Some(_) => None,
        None => text.parse().ok(),
    }
}

/// An int: like a long, `None` when it does not fit.
#[must_use]
pub fn int(text: &str) -> Option<i32> {
    i32::try_from(long(text)?).ok()
}

/// A real: decimal digits with point and exponent, `nan`, `inf`; spaces around are ignored.
#[must_use]
pub fn real(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers() {
        for (text, expected) in [
            (" 7 ", Some(7)),
            ("\t456\t", Some(456)),
            ("+0", Some(0)),
            ("0x1F", Some(31)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("5.7", None),
            ("1e3", None),
            ("", None),
            ("0x", None),
            ("0x-1", None),
            ("1_0", None),
        ] {
            assert_eq!(long(text), expected, "{text}");
        }
        assert_eq!(int("2147483648"), None);
    }

    #[test]
    fn bools() {
        for (text, expected) in [
            (" TRUE\t", Some(true)),
            ("False", Some(false)),
            ("2", Some(true)),
            ("0002", Some(true)),
            ("0", Some(false)),
            ("1.5", None),
            ("yes", None),
            ("", None),
        ] {
            assert_eq!(bool(text), expected, "{text}");
        }
    }

    #[test]
    fn reals() {
        for (text, expected) in [
            ("1e3", Some(1000.0)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            (" -2.5 ", Some(-2.5)),
            ("1,234", None),
            ("0x10", None),
            (".", None),
        ] {
            assert_eq!(real(text), expected, "{text}");
        }
        assert!(real("NaN").is_some_and(f64::is_nan));
        assert_eq!(real("-inf"), Some(f64::NEG_INFINITY));
    }
}
