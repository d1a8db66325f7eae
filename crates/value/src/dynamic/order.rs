//! Sameness and order of dynamic values: what sets, `array_index_of` and `array_sort_*` go by.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::json::{self, Kind, kind};

/// A text that two values share exactly when sets take them for one element. Numbers are the same by value (`1` and `1.0`), everything else by its text.
#[must_use]
pub fn identity(raw: &str) -> Cow<'_, str> {
    if kind(raw) != Kind::Number || (is_long_text(raw) && raw != "-0") {
        return Cow::Borrowed(raw);
    }
    match raw.parse::<f64>() {
        // Every double of this size that is whole is a long exactly.
        Ok(value) if value.fract() == 0.0 && value.abs() < 9e15 => Cow::Owned((value as i64).to_string()),
        Ok(value) => Cow::Owned(format!("{value:e}")),
        Err(_) => Cow::Borrowed(raw),
    }
}

/// Whether sets take two values for one element.
#[must_use]
pub fn same(left: &str, right: &str) -> bool {
    left == right || (kind(left) == Kind::Number && kind(right) == Kind::Number && identity(left) == identity(right))
}

/// The order of `array_sort_asc`, nulls aside: numbers, then strings by code point, then everything else.
#[must_use]
pub fn compare(left: &str, right: &str) -> Ordering {
    let (left_kind, right_kind) = (kind(left), kind(right));
    rank(left_kind).cmp(&rank(right_kind)).then_with(|| match left_kind {
        Kind::Number => compare_numbers(left, right),
        Kind::String => json::text(left).cmp(&json::text(right)),
        _ => left.cmp(right),
    })
}

fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Number => 0,
        Kind::String => 1,
        Kind::Bool | Kind::Array | Kind::Object => 2,
        Kind::Null => 3,
    }
}

fn compare_numbers(left: &str, right: &str) -> Ordering {
    match (left.parse::<i64>(), right.parse::<i64>()) {
        (Ok(left), Ok(right)) => left.cmp(&right),
        _ => left
            .parse::<f64>()
            .unwrap_or(f64::NAN)
            .total_cmp(&right.parse::<f64>().unwrap_or(f64::NAN)),
    }
}

/// Digits only, perhaps after a minus: the spelling of a long, whether or not it fits.
pub(crate) fn is_long_text(raw: &str) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_same_by_value() {
        assert!(same("1", "1.0"));
        assert!(same("1e2", "100"));
        assert!(same("0.5", "5e-1"));
        assert!(!same("9007199254740993", "9007199254740992.0"));
        assert!(!same("9007199254740993", "9007199254740992"));
        assert!(!same("1", "\"1\""));
        assert!(same("-0", "0"));
    }

    #[test]
    fn mixed_values_sort_by_kind_first() {
        let mut values = ["[1]", "\"b\"", "10", "\"a\"", "9.5", "true"];
        values.sort_by(|a, b| compare(a, b));
        assert_eq!(values, ["9.5", "10", "\"a\"", "\"b\"", "[1]", "true"]);
    }
}
