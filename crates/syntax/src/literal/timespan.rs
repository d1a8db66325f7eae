//! Lengths of time.

/// Ticks of one microsecond.
pub const TICKS_PER_MICROSECOND: i64 = 10;
/// Ticks of one millisecond.
pub const TICKS_PER_MILLISECOND: i64 = 10_000;
/// Ticks of one second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks of one minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks of one hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks of one day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;

/// Nanoseconds of a unit: a nanosecond is less than a tick.
fn unit_nanoseconds(suffix: &str) -> Option<i128> {
    let ticks = match suffix {
        "d" | "day" | "days" => TICKS_PER_DAY,
        "h" | "hr" | "hrs" | "hour" | "hours" => TICKS_PER_HOUR,
        "m" | "min" | "minute" | "minutes" => TICKS_PER_MINUTE,
        "s" | "sec" | "second" | "seconds" => TICKS_PER_SECOND,
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => TICKS_PER_MILLISECOND,
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => TICKS_PER_MICROSECOND,
        "tick" | "ticks" => 1,
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => return Some(1),
        _ => return None,
    };
    Some(i128::from(ticks) * 100)
}

/// Whether a number may carry this unit.
pub(crate) fn is_timespan_suffix(suffix: &str) -> bool {
    unit_nanoseconds(suffix).is_some()
}

/// The ticks of a number with a unit such as `1.5h`; what is less than a tick is dropped.
pub(super) fn unit_literal(text: &str) -> Option<i64> {
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits_end = unsigned.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, suffix) = unsigned.split_at_checked(digits_end)?;
    let unit = unit_nanoseconds(suffix)?;
    let number = number.trim_end();
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut nanoseconds = whole.parse::<i128>().ok()?.checked_mul(unit)?;
    // A unit has at most 15 digits: further digits of the fraction cannot matter.
    let fraction = fraction.get(..fraction.len().min(16))?;
    if !fraction.is_empty() {
        let scale = 10i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        nanoseconds = nanoseconds.checked_add(fraction.parse::<i128>().ok()?.checked_mul(unit)? / scale)?;
    }
    i64::try_from(sign * (nanoseconds / 100)).ok()
}

/// `[-][d.]hh:mm[:ss[.fffffff]]`, with blanks around it; further digits are dropped.
#[must_use]
pub fn parse_timespan_clock(text: &str) -> Option<i64> {
    let text = text.trim();
    let (sign, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (days, clock) = match (unsigned.find('.'), unsigned.find(':')) {
        (Some(dot), Some(colon)) if dot < colon => unsigned.split_once('.')?,
        _ => ("0", unsigned),
    };
    let mut parts = clock.split(':');
    let hours = number(parts.next()?, 23)?;
    let minutes = number(parts.next()?, 59)?;
    let (seconds, fraction) = match parts.next() {
        Some(part) => part.split_once('.').unwrap_or((part, "0")),
        None => ("0", "0"),
    };
    if parts.next().is_some() {
        return None;
    }
    let ticks = number(days, i64::MAX / TICKS_PER_DAY)?
        .checked_mul(TICKS_PER_DAY)?
        .checked_add(hours * TICKS_PER_HOUR)?
        .checked_add(minutes * TICKS_PER_MINUTE)?
        .checked_add(number(seconds, 59)? * TICKS_PER_SECOND)?
        .checked_add(fraction_ticks(fraction)?)?;
    ticks.checked_mul(sign)
}

/// What may stand in `timespan(…)`: a clock, a number with a unit, or a number of days.
#[must_use]
pub fn parse_timespan(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.contains(':') {
        return parse_timespan_clock(text);
    }
    if text.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return unit_literal(text);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    number(digits, i64::MAX / TICKS_PER_DAY)?.checked_mul(TICKS_PER_DAY * sign)
}

fn number(text: &str, most: i64) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= most)
}

/// The ticks of the digits after the decimal point of a second.
pub(super) fn fraction_ticks(digits: &str) -> Option<i64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = digits.get(..digits.len().min(7))?;
    let missing = u32::try_from(7 - kept.len()).ok()?;
    kept.parse::<i64>().ok()?.checked_mul(10i64.checked_pow(missing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_units() {
        assert_eq!(unit_literal("1.5h"), Some(90 * TICKS_PER_MINUTE));
        assert_eq!(unit_literal("10ticks"), Some(10));
        assert_eq!(unit_literal("1milli"), Some(TICKS_PER_MILLISECOND));
        assert_eq!(unit_literal("3millisec"), Some(3 * TICKS_PER_MILLISECOND));
        assert_eq!(unit_literal("2.5microsec"), Some(25));
        assert_eq!(unit_literal("200nanosec"), Some(2));
        assert_eq!(unit_literal("150nanoseconds"), Some(1), "rounds down");
        assert_eq!(unit_literal("0.1s"), Some(1_000_000));
        assert_eq!(unit_literal("99999999999d"), None, "out of range");
        assert_eq!(unit_literal("1w"), None, "there are no weeks");
    }

    #[test]
    fn clocks() {
        assert_eq!(parse_timespan_clock("10:00"), Some(10 * TICKS_PER_HOUR));
        assert_eq!(
            parse_timespan_clock(" 1.02:03:04.5 "),
            Some(TICKS_PER_DAY + 2 * TICKS_PER_HOUR + 3 * TICKS_PER_MINUTE + 45 * TICKS_PER_SECOND / 10)
        );
        assert_eq!(parse_timespan_clock("-00:00:01"), Some(-TICKS_PER_SECOND));
        assert_eq!(
            parse_timespan_clock("00:00:00.12345678"),
            Some(1_234_567),
            "the eighth digit is dropped"
        );
        for text in ["10", "", "1:2:3:4", "24:00", "00:60", "00:01:00 junk", "x:00", "1.:00"] {
            assert_eq!(parse_timespan_clock(text), None, "{text}");
        }
    }

    #[test]
    fn a_bare_number_is_days() {
        assert_eq!(parse_timespan("2"), Some(2 * TICKS_PER_DAY));
        assert_eq!(parse_timespan("-2"), Some(-2 * TICKS_PER_DAY));
        assert_eq!(parse_timespan("1.5h"), Some(90 * TICKS_PER_MINUTE));
        assert_eq!(parse_timespan("col"), None);
        assert_eq!(parse_timespan("99999999999999999999"), None);
    }
}
