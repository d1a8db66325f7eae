//! Times in tests: absolute, or counted from the case's clock.

use quarry_syntax::literal::{parse_datetime, parse_timespan};
use serde_json::{Map, Value as Json};

/// The moment that a text names: `now`, `-2d`, `now-1h+5m`, or an absolute time.
pub(super) fn moment(text: &str, now: i64) -> Option<i64> {
    relative(text, now).or_else(|| parse_datetime(text.trim()))
}

/// The moment that a text names in relation to the clock.
pub(super) fn relative(text: &str, now: i64) -> Option<i64> {
    let text = text.trim();
    let (mut rest, named) = match text.strip_prefix("now") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    if !named && !rest.starts_with(['-', '+']) {
        return None;
    }
    let mut ticks = now;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Some(ticks);
        }
        let (sign, amount) = match (rest.strip_prefix('-'), rest.strip_prefix('+')) {
            (Some(amount), _) => (-1, amount),
            (None, Some(amount)) => (1, amount),
            (None, None) => return None,
        };
        let amount = amount.trim_start();
        let end = amount.find([' ', '-', '+']).unwrap_or(amount.len());
        let (length, after) = amount.split_at(end);
        // A bare number would count days; nobody reads it so.
        if !length.contains(|c: char| c.is_ascii_alphabetic() || c == ':') {
            return None;
        }
        ticks = ticks.checked_add(parse_timespan(length)?.checked_mul(sign)?)?;
        rest = after;
    }
}

/// Puts moments in the place of relative times, in the columns that hold times.
pub(super) fn resolve(row: &mut Map<String, Json>, now: i64, holds_time: &dyn Fn(&str) -> bool) {
    for (column, value) in row.iter_mut() {
        if let Json::String(text) = value
            && holds_time(column)
            && let Some(ticks) = relative(text, now)
        {
            let mut written = String::new();
            quarry_value::format::datetime(ticks, &mut written);
            *value = Json::String(written);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_count_from_the_clock() {
        let now = parse_datetime("2026-11-20").unwrap();
        let at = |text: &str| moment(text, now).unwrap();
        assert_eq!(at("now"), now);
        assert_eq!(at("-2d"), parse_datetime("2026-11-18").unwrap());
        assert_eq!(at("now - 1d + 90m"), parse_datetime("2026-11-19T01:30:00Z").unwrap());
        assert_eq!(at("-1d-00:00:01"), parse_datetime("2026-11-18T23:59:59Z").unwrap());
        assert_eq!(at("2026-01-01"), parse_datetime("2026-01-01").unwrap());
        for text in ["-5", "- d", "now 2d", "-2d x", "yesterday"] {
            assert_eq!(relative(text, now), None, "{text}");
        }
    }
}
