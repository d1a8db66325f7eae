//! Timespans from text.

use crate::time::{DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND};

/// A timespan from `[-][d.]hh:mm[:ss[.fffffff]]`, or from a number with a unit (`1.5h`, `20milliseconds`). A bare number is none.
#[must_use]
pub fn timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, magnitude) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let ticks = if magnitude.contains(':') {
        clock(magnitude)?
    } else {
        with_unit(magnitude)?
    };
    Some(if negative { -ticks } else { ticks })
}

fn clock(text: &str) -> Option<i64> {
    let (days, rest) = match text.split_once(':')?.0.split_once('.') {
        Some((days, _)) => (digits(days)?, text.get(days.len() + 1..)?),
        None => (0, text),
    };
    let mut parts = rest.split(':');
    let hours = digits(parts.next()?)?;
    let minutes = digits(parts.next()?)?;
    let (seconds, fraction) = match parts.next() {
        Some(seconds) => match seconds.split_once('.') {
            Some((seconds, fraction)) => (digits(seconds)?, ticks_of_fraction(fraction)?),
            None => (digits(seconds)?, 0),
        },
        None => (0, 0),
    };
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    days.checked_mul(DAY)?
        .checked_add(hours * HOUR + minutes * MINUTE + seconds * SECOND + fraction)
}

/// Ticks of the digits behind a decimal point of seconds; the eighth and later ones are dropped.
pub(super) fn ticks_of_fraction(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(
        text.bytes()
            .chain(std::iter::repeat(b'0'))
            .take(7)
            .fold(0, |ticks, digit| ticks * 10 + i64::from(digit - b'0')),
    )
}

/// A number of decimal digits only.
pub(super) fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn with_unit(text: &str) -> Option<i64> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at_checked(at)?;
    let unit = match unit {
        "d" | "day" | "days" => DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => HOUR,
        "m" | "min" | "minute" | "minutes" => MINUTE,
        "s" | "sec" | "second" | "seconds" => SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => MILLISECOND,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => MICROSECOND,
        "tick" | "ticks" => 1,
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => return digits(number.trim_end()).map(|value| value / 100),
        _ => return None,
    };
    let number = number.trim_end();
    if let Some(whole) = digits(number) {
        return whole.checked_mul(unit);
    }
    if !number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let ticks = number.parse::<f64>().ok()? * unit as f64;
    (ticks.abs() < 9.2e18).then(|| ticks.round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (text, expected) in [
            ("1.02:03:04", Some(DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND)),
            (" 1.00:00:00 ", Some(DAY)),
            ("-00:30:00", Some(-30 * MINUTE)),
            ("13:00", Some(13 * HOUR)),
            ("0:0:0.001", Some(MILLISECOND)),
            ("00:00:00.12345678", Some(1_234_567)),
            ("1d", Some(DAY)),
            ("1.5h", Some(HOUR + 30 * MINUTE)),
            ("10", None),
            ("25:00", None),
            ("00:01:00 junk", None),
            ("abc", None),
            ("", None),
            ("99999999999.00:00:00", None),
        ] {
            assert_eq!(timespan(text), expected, "{text}");
        }
    }
}
