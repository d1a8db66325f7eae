//! The text of values, as `tostring()` gives it.

use std::fmt::Write as _;

use crate::grisu;
use crate::time::{self, DAY, HOUR, MINUTE, SECOND};

/// `True` or `False`.
#[must_use]
pub fn bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// Appends a whole number.
pub fn integer(value: i64, out: &mut String) {
    out.push_str(itoa::Buffer::new().format(value));
}

/// Appends the last digits of a number, with zeros before them where it has fewer.
fn digits<const N: usize>(value: u64, out: &mut String) {
    let mut digits = [b'0'; N];
    let mut rest = value;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.push_str(str::from_utf8(&digits).unwrap_or_default());
}

/// Appends the shortest digits that read back as the same double, `.0` behind whole numbers.
pub fn real(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "inf" } else { "-inf" });
    } else {
        finite(value, out);
    }
}

/// Appends a finite double; what is not finite gives a JSON string, as dynamic documents hold it.
pub fn real_json(value: f64, out: &mut String) {
    if value.is_nan() {
        out.push_str("\"NaN\"");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    } else {
        finite_json(value, out);
    }
}

fn finite(value: f64, out: &mut String) {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e15).contains(&magnitude) {
        // `1e20` is written `1e+20`, `1.5e-7` stays.
        let scientific = format!("{value:e}");
        match scientific.split_once('e') {
            Some((mantissa, exponent)) => {
                out.push_str(mantissa);
                out.push('e');
                let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
                out.push(sign);
                if digits.len() == 1 {
                    out.push('0');
                }
                out.push_str(digits);
            }
            None => out.push_str(&scientific),
        }
    } else {
        let _ = write!(out, "{value:?}");
    }
}

/// As many digits as this may be the shortest that read back as a double without being the only ones of that length.
const LONG: usize = 16;

/// Appends a finite double with the digits that the engine gives it inside dynamics.
fn finite_json(value: f64, out: &mut String) {
    let start = out.len();
    finite(value, out);
    let text = out.get(start..).unwrap_or_default();
    let mantissa = text.split('e').next().unwrap_or_default();
    let nearest = mantissa.strip_suffix(".0").unwrap_or(mantissa).trim_start_matches(['-', '0', '.']);
    let count = nearest.bytes().filter(u8::is_ascii_digit).count();
    if count < LONG {
        return;
    }
    let Some(digits) = grisu::digits(value.abs()).filter(|digits| digits.len() == count) else {
        return;
    };
    let mut digits = digits.into_iter();
    let first = mantissa.len() - mantissa.trim_start_matches(['-', '0', '.']).len();
    let replaced: String = text
        .char_indices()
        .map(|(at, old)| match old {
            '0'..='9' if at >= first => digits.next().map_or(old, |digit| char::from(b'0' + digit)),
            _ => old,
        })
        .collect();
    out.truncate(start);
    out.push_str(&replaced);
}

/// Appends `yyyy-MM-ddTHH:mm:ss.fffffffZ`.
pub fn datetime(ticks: i64, out: &mut String) {
    seconds_of_datetime(ticks, out);
    out.push('.');
    digits::<7>(ticks.rem_euclid(SECOND).unsigned_abs(), out);
    out.push('Z');
}

/// Appends the same with as many digits of the fraction as are needed: the form of query results.
pub fn datetime_trimmed(ticks: i64, out: &mut String) {
    seconds_of_datetime(ticks, out);
    let fraction = ticks.rem_euclid(SECOND);
    if fraction != 0 {
        let digits = format!(".{fraction:07}");
        out.push_str(digits.trim_end_matches('0'));
    }
    out.push('Z');
}

fn seconds_of_datetime(ticks: i64, out: &mut String) {
    let date = time::date_of(ticks);
    let of_day = ticks.rem_euclid(DAY);
    match u64::try_from(date.year) {
        Ok(year @ 0..=9999) => digits::<4>(year, out),
        _ => drop(write!(out, "{:04}", date.year)),
    }
    out.push('-');
    digits::<2>(date.month.into(), out);
    out.push('-');
    digits::<2>(date.day.into(), out);
    out.push('T');
    time_of_day(of_day.unsigned_abs(), out);
}

/// Appends `hh:mm:ss`.
fn time_of_day(ticks: u64, out: &mut String) {
    let [hour, minute, second] = [HOUR, MINUTE, SECOND].map(i64::unsigned_abs);
    digits::<2>(ticks / hour, out);
    out.push(':');
    digits::<2>(ticks % hour / minute, out);
    out.push(':');
    digits::<2>(ticks % minute / second, out);
}

/// Appends `[-][d.]hh:mm:ss[.fffffff]`; the fraction, when there is one, has seven digits.
pub fn timespan(ticks: i64, out: &mut String) {
    if ticks < 0 {
        out.push('-');
    }
    let ticks = ticks.unsigned_abs();
    let [day, second] = [DAY, SECOND].map(i64::unsigned_abs);
    if ticks >= day {
        out.push_str(itoa::Buffer::new().format(ticks / day));
        out.push('.');
    }
    time_of_day(ticks % day, out);
    if !ticks.is_multiple_of(second) {
        out.push('.');
        digits::<7>(ticks % second, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl Fn(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn reals() {
        for (value, expected) in [
            (6.0, "6.0"),
            (1.5, "1.5"),
            (-0.1, "-0.1"),
            (1e20, "1e+20"),
            (1.5e-7, "1.5e-07"),
            (1e-5, "1e-05"),
            (0.000_123, "0.000123"),
            (1e300, "1e+300"),
            (0.0, "0.0"),
        ] {
            assert_eq!(written(|out| real(value, out)), expected);
        }
        assert_eq!(written(|out| real(f64::NEG_INFINITY, out)), "-inf");
    }

    #[test]
    fn reals_in_dynamics_have_digits_of_their_own() {
        for (value, expected) in [
            (-40.764_323_000_000_005, "-40.764323000000008"),
            (0.1 + 0.2, "0.30000000000000007"),
            (0.7, "0.7"),
            (-6.0, "-6.0"),
            (1e20, "1e+20"),
            (2.0e-7 / 3.0, "6.666666666666667e-08"),
            (123_456_789_012_345.6, "123456789012345.6"),
        ] {
            assert_eq!(written(|out| real_json(value, out)), expected);
            assert_eq!(expected.parse(), Ok(value));
        }
    }

    #[test]
    fn digits_are_those_of_the_formatter() {
        let mut state = 1_u64;
        for _ in 0..2000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let ticks = (state >> 1) as i64 % (9999 * 365 * DAY);
            let date = time::date_of(ticks);
            let of_day = ticks % DAY;
            let (hour, minute, second) = (of_day / HOUR, of_day % HOUR / MINUTE, of_day % MINUTE / SECOND);
            let clock = format!("{hour:02}:{minute:02}:{second:02}.{:07}", ticks % SECOND);
            let expected = format!("{:04}-{:02}-{:02}T{clock}Z", date.year, date.month, date.day);
            assert_eq!(written(|out| datetime(ticks, out)), expected);
            assert_eq!(written(|out| timespan(-ticks, out)), format!("-{}.{clock}", ticks / DAY));
            assert_eq!(written(|out| integer(-ticks, out)), format!("-{ticks}"));
        }
        assert_eq!(written(|out| integer(i64::MIN, out)), i64::MIN.to_string());
    }

    #[test]
    fn timespans() {
        for (ticks, expected) in [
            (DAY, "1.00:00:00"),
            (-2 * HOUR, "-02:00:00"),
            (time::MILLISECOND, "00:00:00.0010000"),
            (-36 * HOUR, "-1.12:00:00"),
            (i64::MIN, "-10675199.02:48:05.4775808"),
        ] {
            assert_eq!(written(|out| timespan(ticks, out)), expected);
        }
    }

    #[test]
    fn datetimes() {
        assert_eq!(
            written(|out| datetime(637_134_336_000_000_000, out)),
            "2020-01-01T00:00:00.0000000Z"
        );
        assert_eq!(
            written(|out| datetime_trimmed(637_134_336_001_500_000, out)),
            "2020-01-01T00:00:00.15Z"
        );
        assert_eq!(written(|out| datetime(time::MAX_DATETIME, out)), "9999-12-31T23:59:59.9999999Z");
    }
}
