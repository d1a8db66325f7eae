//! Datetimes from text: ISO 8601 and its looser relatives, month-day-year forms, RFC 822 and 850.

use super::timespan::{digits, ticks_of_fraction};
use crate::time::{self, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND, UNIX_EPOCH, checked_datetime};

/// A datetime, in ticks. Offsets are converted to UTC; without one the text is UTC already.
#[must_use]
pub fn datetime(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.len() > 64 {
        return None;
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(text);
    }
    let mut cursor = Cursor { rest: text };
    let day = date(&mut cursor)?;
    let of_day = time_and_offset(&mut cursor)?;
    if !cursor.rest.is_empty() {
        return None;
    }
    checked_datetime(day.checked_add(of_day)?)
}

/// Digits alone: a year, a date, a date with time, or a count since 1970 whose unit its length tells.
fn compact(text: &str) -> Option<i64> {
    let value = digits(text)?;
    let day = |date: i64| {
        time::datetime(
            i32::try_from(date / 10_000).ok()?,
            u32::try_from(date / 100 % 100).ok()?,
            u32::try_from(date % 100).ok()?,
        )
    };
    match text.len() {
        4 => time::datetime(i32::try_from(value).ok()?, 1, 1),
        8 => day(value),
        14 => {
            let (hour, minute, second) = (value / 10_000 % 100, value / 100 % 100, value % 100);
            if hour > 23 || minute > 59 || second > 59 {
                return None;
            }
            Some(day(value / 1_000_000)? + hour * HOUR + minute * MINUTE + second * SECOND)
        }
        1..=11 => checked_datetime(value.checked_mul(SECOND)?.checked_add(UNIX_EPOCH)?),
        13 => checked_datetime(value.checked_mul(MILLISECOND)?.checked_add(UNIX_EPOCH)?),
        16 => checked_datetime(value.checked_mul(MICROSECOND)?.checked_add(UNIX_EPOCH)?),
        19 => Some(time::from_unix_nanoseconds(value)),
        _ => None,
    }
}

struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn take_while(&mut self, accept: impl Fn(u8) -> bool) -> &'a str {
        let length = self.rest.bytes().take_while(|byte| byte.is_ascii() && accept(*byte)).count();
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or(("", self.rest));
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_digit())
    }

    fn word(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_alphabetic())
    }

    fn spaces(&mut self) {
        self.take_while(|byte| byte == b' ');
    }

    fn eat(&mut self, byte: char) -> bool {
        match self.rest.strip_prefix(byte) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A separator of the parts of a date, with spaces around it.
    fn separator(&mut self) -> Option<char> {
        self.spaces();
        let found = self.rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'))?;
        self.eat(found);
        self.spaces();
        Some(found)
    }
}

/// Midnight of the date at the cursor.
fn date(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        let word = cursor.word();
        if is_weekday(word) {
            cursor.eat(',');
            cursor.spaces();
            if cursor.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let name = cursor.word();
                return month_first(cursor, name);
            }
        } else {
            return month_first(cursor, word);
        }
    }
    let first = cursor.number();
    if first.is_empty() {
        return None;
    }
    let Some(separator) = cursor.separator() else {
        cursor.spaces();
        return day_first(cursor, first);
    };
    if cursor.rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return day_first(cursor, first);
    }
    let second = cursor.number();
    if first.len() == 4 {
        // `2022-12` is the first of that month.
        let third = if cursor.rest.starts_with(separator) || cursor.rest.starts_with(' ') && cursor.rest.trim_start().starts_with(separator)
        {
            cursor.separator()?;
            cursor.number()
        } else {
            "1"
        };
        return midnight(first, second, third);
    }
    if cursor.separator()? != separator {
        return None;
    }
    let year = cursor.number();
    midnight(year, first, second)
}

/// `2 Dec 2022`, `02-Dec-22`: the cursor is at the month's name.
fn day_first(cursor: &mut Cursor<'_>, day: &str) -> Option<i64> {
    let month = month_number(cursor.word())?;
    if cursor.separator().is_none() {
        cursor.spaces();
    }
    let year = cursor.number();
    midnight(year, month, day)
}

/// `Dec 2, 2022`: the cursor is behind the month's name.
fn month_first(cursor: &mut Cursor<'_>, name: &str) -> Option<i64> {
    let month = month_number(name)?;
    cursor.spaces();
    let day = cursor.number();
    cursor.eat(',');
    cursor.spaces();
    let year = cursor.number();
    midnight(year, month, day)
}

fn midnight(year: &str, month: &str, day: &str) -> Option<i64> {
    let number = match year.len() {
        4 => digits(year)?,
        // Two digits of a year: the century that makes it 1950 to 2049.
        2 => digits(year).map(|year| if year < 50 { 2000 + year } else { 1900 + year })?,
        _ => return None,
    };
    if month.len() > 2 || day.len() > 2 {
        return None;
    }
    time::datetime(
        i32::try_from(number).ok()?,
        u32::try_from(digits(month)?).ok()?,
        u32::try_from(digits(day)?).ok()?,
    )
}

/// The time of day at the cursor, less its offset; 0 when there is none.
fn time_and_offset(cursor: &mut Cursor<'_>) -> Option<i64> {
    if cursor.rest.is_empty() || cursor.eat('Z') {
        return Some(0);
    }
    if !cursor.eat('T') && !cursor.eat('t') {
        if !cursor.rest.starts_with(' ') {
            return None;
        }
        cursor.spaces();
    }
    let hour = digits(cursor.number())?;
    if !cursor.eat(':') {
        return None;
    }
    let minute = digits(cursor.number())?;
    let (mut second, mut fraction) = (0, 0);
    if cursor.eat(':') {
        second = digits(cursor.number())?;
        if cursor.eat('.') || cursor.eat(',') {
            fraction = ticks_of_fraction(cursor.number())?;
        }
    }
    cursor.spaces();
    let hour = half_of_day(cursor, hour)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(hour * HOUR + minute * MINUTE + second * SECOND + fraction - offset(cursor)?)
}

fn half_of_day(cursor: &mut Cursor<'_>, hour: i64) -> Option<i64> {
    let mark = cursor.rest.get(..2).unwrap_or_default();
    let afternoon = mark.eq_ignore_ascii_case("pm");
    if !afternoon && !mark.eq_ignore_ascii_case("am") {
        return Some(hour);
    }
    cursor.word();
    cursor.spaces();
    match (hour, afternoon) {
        (1..=11, true) => Some(hour + 12),
        (12, false) => Some(0),
        (1..=12, _) => Some(hour),
        _ => None,
    }
}

/// The ticks that local time is ahead of UTC.
fn offset(cursor: &mut Cursor<'_>) -> Option<i64> {
    let sign = if cursor.eat('+') {
        1
    } else if cursor.eat('-') {
        -1
    } else {
        return match cursor.word() {
            "" | "Z" | "z" | "GMT" | "UTC" => Some(0),
            _ => None,
        };
    };
    let hours = cursor.number();
    let (hours, minutes) = if cursor.eat(':') {
        (hours, cursor.number())
    } else {
        (hours.get(..2)?, hours.get(2..).filter(|minutes| !minutes.is_empty()).unwrap_or("0"))
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    (hours <= 14 && minutes <= 59).then_some(sign * (hours * HOUR + minutes * MINUTE))
}

fn is_weekday(word: &str) -> bool {
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
        .iter()
        .any(|name| abbreviates(word, name))
}

/// The number of a month's name, as digits.
fn month_number(word: &str) -> Option<&'static str> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "1"),
        ("february", "2"),
        ("march", "3"),
        ("april", "4"),
        ("may", "5"),
        ("june", "6"),
        ("july", "7"),
        ("august", "8"),
        ("september", "9"),
        ("october", "10"),
        ("november", "11"),
        ("december", "12"),
    ];
    MONTHS.iter().find(|(name, _)| abbreviates(word, name)).map(|(_, number)| *number)
}

/// Whether a word is a name or its first three letters, in any case.
fn abbreviates(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name) || name.get(..3).is_some_and(|short| word.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format;

    fn shown(text: &str) -> String {
        let mut out = String::new();
        match datetime(text) {
            Some(ticks) => format::datetime_trimmed(ticks, &mut out),
            None => out.push_str("null"),
        }
        out
    }

    #[test]
    fn accepted_forms() {
        for text in [
            "2022-12-02",
            "12-02-2022",
            "12/02/2022",
            "12.02.2022",
            "2 Dec 2022",
            "Dec 2, 2022",
            "December 2 2022",
            "02-Dec-22",
            "Fri, 02 Dec 2022 00:00:00 GMT",
            "Friday, 02-Dec-22 00:00:00 UTC",
            "20221202",
            "2022/12/02",
            "2022 - 12 - 02",
            " 2022-12-02T00:00Z ",
            "2022-12-02T02:00:00+02:00",
            "2022-12-01 22:00:00-0200",
            "12/2/2022 12:00:00 AM",
        ] {
            assert_eq!(shown(text), "2022-12-02T00:00:00Z", "{text}");
        }
    }

    #[test]
    fn parts_and_precision() {
        assert_eq!(shown("2022-12"), "2022-12-01T00:00:00Z");
        assert_eq!(shown("2025"), "2025-01-01T00:00:00Z");
        assert_eq!(shown("1"), "1970-01-01T00:00:01Z");
        assert_eq!(shown("2/3/2022 1:02:03.4 pm"), "2022-02-03T13:02:03.4Z");
        assert_eq!(shown("2015-12-31 23:59:59.9"), "2015-12-31T23:59:59.9Z");
        assert_eq!(shown("2015-12-31T23:59:59.12345678Z"), "2015-12-31T23:59:59.1234567Z");
        assert_eq!(shown("2022-12-02T13:45:56+02:00"), "2022-12-02T11:45:56Z");
    }

    #[test]
    fn no_datetimes() {
        for text in [
            "",
            "not a date",
            "13-01-2022",
            "2022-02-30",
            "2022-12-02T25:00",
            "2022-12-02 junk",
            "2022-12-02T10:00 PST",
            "é",
            "0001-01-01T00:00:00+01:00",
            "10",
            "2022-12-02T10",
        ] {
            let expected = if text == "10" { "1970-01-01T00:00:10Z" } else { "null" };
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = datetime(&text);
        }

        #[test]
        fn written_datetimes_read_back(ticks in 0..=time::MAX_DATETIME) {
            let mut text = String::new();
            format::datetime(ticks, &mut text);
            proptest::prop_assert_eq!(datetime(&text), Some(ticks));
        }
    }
}
