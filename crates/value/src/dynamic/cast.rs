//! What a dynamic value is, and its conversion to the other types by content.

use std::borrow::Cow;

use super::order::is_long_text;
use crate::guid::Guid;
use crate::json::{self, Kind, kind};
use crate::{decimal, guid, number, parse};

/// The text of a value, as `tostring()` gives it: strings bare, booleans in lower case, arrays and bags as compact JSON, nothing for null.
#[must_use]
pub fn to_kql_string(raw: &str) -> Cow<'_, str> {
    json::text(raw)
}

/// What `gettype()` says of a value.
#[must_use]
pub fn type_name(raw: &str) -> &'static str {
    match kind(raw) {
        Kind::Null => "null",
        Kind::Bool => "bool",
        Kind::Number if is_long_text(raw) && raw.parse::<i64>().is_ok() => "long",
        Kind::Number => "double",
        Kind::String if is_stored_datetime(raw) => "datetime",
        Kind::String => "string",
        Kind::Array => "array",
        Kind::Object => "dictionary",
    }
}

/// Whether a string has the one form in which dynamics keep a datetime: `"2020-01-01T00:00:00.0000000Z"`.
fn is_stored_datetime(raw: &str) -> bool {
    const FORM: &[u8] = b"\"0000-00-00T00:00:00.0000000Z\"";
    raw.len() == FORM.len()
        && raw
            .bytes()
            .zip(FORM)
            .all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == *form })
}

/// The content as a long: fractions are dropped, strings read as `tolong()` reads them.
#[must_use]
pub fn to_long(raw: &str) -> Option<i64> {
    match kind(raw) {
        Kind::Number => raw.parse().ok().or_else(|| number::long_of(raw.parse().ok()?)),
        Kind::String => parse::long(&json::unquote(raw)?),
        Kind::Bool => Some(i64::from(raw == "true")),
        _ => None,
    }
}

/// The content as an int; longs keep their lower 32 bits.
#[must_use]
pub fn to_int(raw: &str) -> Option<i32> {
    match kind(raw) {
        Kind::Number => match raw.parse::<i64>() {
            Ok(value) => Some(number::wrap_to_int(value)),
            Err(_) => number::int_of(raw.parse().ok()?),
        },
        Kind::String => parse::int(&json::unquote(raw)?),
        Kind::Bool => Some(i32::from(raw == "true")),
        _ => None,
    }
}

/// The content as a real.
#[must_use]
pub fn to_real(raw: &str) -> Option<f64> {
    match kind(raw) {
        Kind::Number => raw.parse().ok(),
        Kind::String => parse::real(&json::unquote(raw)?),
        Kind::Bool => Some(f64::from(u8::from(raw == "true"))),
        _ => None,
    }
}

/// The content as a decimal, in units of the last digit.
#[must_use]
pub fn to_decimal(raw: &str) -> Option<decimal::Units> {
    match kind(raw) {
        Kind::Number => decimal::parse(raw),
        Kind::String => decimal::parse(&json::unquote(raw)?),
        Kind::Bool => Some(if raw == "true" { decimal::ONE } else { decimal::from_long(0) }),
        _ => None,
    }
}

/// The content as a bool: numbers are true unless 0.
#[must_use]
pub fn to_bool(raw: &str) -> Option<bool> {
    match kind(raw) {
        Kind::Number => raw.parse::<f64>().ok().map(|value| value != 0.0),
        Kind::String => parse::bool(&json::unquote(raw)?),
        Kind::Bool => Some(raw == "true"),
        _ => None,
    }
}

/// The content as ticks of a datetime.
#[must_use]
pub fn to_datetime(raw: &str) -> Option<i64> {
    match kind(raw) {
        Kind::String => parse::datetime(&json::unquote(raw)?),
        _ => None,
    }
}

/// The content as ticks: numbers count them, strings are read as `totimespan()` reads them.
#[must_use]
pub fn to_timespan(raw: &str) -> Option<i64> {
    match kind(raw) {
        Kind::String => parse::timespan(&json::unquote(raw)?),
        Kind::Number | Kind::Bool => to_long(raw),
        _ => None,
    }
}

/// The content as a guid.
#[must_use]
pub fn to_guid(raw: &str) -> Option<Guid> {
    match kind(raw) {
        Kind::String => guid::parse(&json::unquote(raw)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_from_content() {
        for (raw, name) in [
            ("[1]", "array"),
            ("{}", "dictionary"),
            ("null", "null"),
            ("1", "long"),
            ("1.0", "double"),
            ("5e-324", "double"),
            ("123456789012345678901", "double"),
            ("\"x\"", "string"),
            ("true", "bool"),
            ("\"2020-01-01T00:00:00.0000000Z\"", "datetime"),
            ("\"2020-01-01T00:00:00Z\"", "string"),
        ] {
            assert_eq!(type_name(raw), name, "{raw}");
        }
    }

    #[test]
    fn numbers_come_out_of_every_content() {
        let cases = [
            ("2147483648", Some(i32::MIN), Some(2_147_483_648), Some(2_147_483_648.0), Some(true)),
            ("1.9", Some(1), Some(1), Some(1.9), Some(true)),
            ("\"42\"", Some(42), Some(42), Some(42.0), Some(true)),
            ("\"2.75\"", None, None, Some(2.75), None),
            ("\"0x10\"", Some(16), Some(16), None, Some(true)),
            ("true", Some(1), Some(1), Some(1.0), Some(true)),
            ("null", None, None, None, None),
            ("[1]", None, None, None, None),
        ];
        for (raw, int, long, real, bool) in cases {
            assert_eq!(
                (to_int(raw), to_long(raw), to_real(raw), to_bool(raw)),
                (int, long, real, bool),
                "{raw}"
            );
        }
        assert_eq!(to_long("1.7976931348623157e+308"), Some(i64::MAX));
        assert_eq!(to_int("1.7976931348623157e+308"), Some(i32::MAX));
    }

    #[test]
    fn text_of_values() {
        assert_eq!(to_kql_string(r#""a\"b""#), "a\"b");
        assert_eq!(to_kql_string("true"), "true");
        assert_eq!(to_kql_string(r#"{"a":[1]}"#), r#"{"a":[1]}"#);
        assert_eq!(to_kql_string("null"), "");
    }
}
