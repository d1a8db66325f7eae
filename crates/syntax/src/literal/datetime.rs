//! Dates and times of day.
//!
//! One reader serves the `datetime(…)` literal and `todatetime`: ISO 8601, month/day/year,
//! names of months, the formats of RFC 822 and RFC 850, compact digits.

mod reader;

use self::reader::Reader;
use super::timespan::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};

/// The last tick of the year 9999.
pub const TICKS_MAX: i64 = 3_155_378_975_999_999_999;

/// Ticks of 1970-01-01.
const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// The ticks of a date and a time of day; `None` when there is no such date.
#[must_use]
pub fn ticks_from_parts(year: i64, month: i64, day: i64, ticks_of_day: i64) -> Option<i64> {
    let days = days_before(year, month, day)?;
    days.checked_mul(TICKS_PER_DAY)?
        .checked_add(ticks_of_day)
        .filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Days from 0001-01-01 to a date of the Gregorian calendar.
fn days_before(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const LENGTH: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=9999).contains(&year) {
        return None;
    }
    let index = usize::try_from(month.checked_sub(1)?).ok()?;
    let leap = i64::from((year % 4 == 0 && year % 100 != 0) || year % 400 == 0);
    let length = LENGTH.get(index)? + if month == 2 { leap } else { 0 };
    if !(1..=length).contains(&day) {
        return None;
    }
    let years = year - 1;
    let leap_day = if month > 2 { leap } else { 0 };
    Some(years * 365 + years / 4 - years / 100 + years / 400 + BEFORE_MONTH.get(index)? + leap_day + day - 1)
}

/// What may stand in `datetime(…)`: the formats of [`parse_datetime`], or year, month and day
/// with commas.
pub(super) fn datetime_literal(text: &str) -> Option<i64> {
    if !text.contains(',') || text.contains(|c: char| c.is_ascii_alphabetic()) {
        return parse_datetime(text);
    }
    let parts: Vec<i64> = text.split(',').map(|part| digits(part.trim())).collect::<Option<_>>()?;
    match parts.as_slice() {
        [year, month] => ticks_from_parts(*year, *month, 1, 0),
        [year, month, day] => ticks_from_parts(*year, *month, *day, 0),
        _ => None,
    }
}

/// Reads a date with an optional time of day and zone; the result is UTC. `None` when the text
/// is no date. Digits of a second beyond the seventh are dropped.
#[must_use]
pub fn parse_datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    let mut reader = Reader { rest: text };
    let (year, month, day) = reader.date()?;
    let (ticks_of_day, offset) = reader.time()?;
    if !reader.rest.is_empty() {
        return None;
    }
    ticks_from_parts(year, month, day, ticks_of_day)?
        .checked_sub(offset)
        .filter(|ticks| (0..=TICKS_MAX).contains(ticks))
}

/// Digits alone: a year, a date, a date and a time, or seconds since 1970.
fn compact(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to).and_then(digits);
    match text.len() {
        4 => ticks_from_parts(digits(text)?, 1, 1, 0),
        8 => ticks_from_parts(part(0, 4)?, part(4, 6)?, part(6, 8)?, 0),
        12 | 14 => {
            let second = if text.len() == 14 { part(12, 14)? } else { 0 };
            let time = time_of_day(part(8, 10)?, part(10, 12)?, second, 0)?;
            ticks_from_parts(part(0, 4)?, part(4, 6)?, part(6, 8)?, time)
        }
        1..=3 | 9 | 10 => digits(text)?.checked_mul(TICKS_PER_SECOND)?.checked_add(UNIX_EPOCH),
        _ => None,
    }
}

fn digits(text: &str) -> Option<i64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn time_of_day(hour: i64, minute: i64, second: i64, fraction: i64) -> Option<i64> {
    if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0..60).contains(&second) {
        return None;
    }
    Some(hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE + second * TICKS_PER_SECOND + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = TICKS_PER_DAY;

    fn date(year: i64, month: i64, day: i64) -> Option<i64> {
        ticks_from_parts(year, month, day, 0)
    }

    #[test]
    fn ticks_count_from_the_year_one() {
        assert_eq!(date(1, 1, 1), Some(0));
        assert_eq!(date(1970, 1, 1), Some(UNIX_EPOCH));
        assert_eq!(date(2020, 1, 1), Some(637_134_336_000_000_000));
        assert_eq!(date(9999, 12, 31), Some(TICKS_MAX + 1 - DAY));
    }

    #[test]
    fn there_is_no_such_date() {
        for (year, month, day) in [(2023, 2, 29), (2022, 13, 1), (2022, 0, 1), (2022, 4, 31), (0, 1, 1), (1900, 2, 29)] {
            assert_eq!(date(year, month, day), None);
        }
        assert!(date(2000, 2, 29).is_some());
    }

    #[test]
    fn many_ways_to_write_one_day() {
        let day = date(2022, 12, 2);
        for text in [
            "2022-12-02",
            "2022/12/02",
            "2022.12.02",
            "12-02-2022",
            "12/02/2022",
            "12.02.2022",
            "12/2/2022",
            "2 Dec 2022",
            "Dec 2, 2022",
            "December 2 2022",
            "20221202",
            "2022 - 12 - 02",
            "2-Dec-22",
            "Fri, 2 Dec 22 00:00 GMT",
            "Friday, 02-Dec-22 00:00:00 GMT",
            "Fri, 02 Dec 2022 00:00:00 GMT",
            " 2022-12-02T00:00Z ",
            "2022-12-02 12:00:00 AM",
        ] {
            assert_eq!(parse_datetime(text), day, "{text}");
        }
    }

    #[test]
    fn times_of_day_and_zones() {
        let day = date(2022, 12, 2).unwrap_or_default();
        let at = |hour: i64, minute: i64, second: i64| Some(day + time_of_day(hour, minute, second, 0).unwrap_or_default());
        assert_eq!(parse_datetime("2022-12-02T13:45:56+02:00"), at(11, 45, 56));
        assert_eq!(parse_datetime("2022-12-02 13:45:56-0230"), at(16, 15, 56));
        assert_eq!(parse_datetime("2022-12-02 1:45 PM"), at(13, 45, 0));
        assert_eq!(parse_datetime("12/2/2022 11:05:06 PM"), at(23, 5, 6));
        assert_eq!(
            parse_datetime("2022-12-02T13:45:56.12345678Z"),
            at(13, 45, 56).map(|ticks| ticks + 1_234_567)
        );
    }

    #[test]
    fn digits_alone() {
        assert_eq!(parse_datetime("2025"), date(2025, 1, 1));
        assert_eq!(parse_datetime("20250614"), date(2025, 6, 14));
        assert_eq!(parse_datetime("1"), Some(UNIX_EPOCH + TICKS_PER_SECOND));
    }

    #[test]
    fn literals_may_have_commas() {
        assert_eq!(datetime_literal("2025, 6, 14"), date(2025, 6, 14));
        assert_eq!(datetime_literal("2025,6"), date(2025, 6, 1));
        assert_eq!(datetime_literal("2025, 6, 14, 1"), None);
    }

    #[test]
    fn junk_is_no_date() {
        for text in [
            "",
            "x",
            "13-01-2022",
            "2022-13-01",
            "2022-12-02T24:00",
            "2022-12-02 junk",
            "2022-12-02T13:45:56+15:00",
            "10:30",
            "2022-12-02T",
            "99999",
            "2022--12",
            "Dec",
            "0000-01-01",
            "0001-01-01T00:00+01:00",
            "é",
        ] {
            assert_eq!(parse_datetime(text), None, "{text}");
        }
    }
}
