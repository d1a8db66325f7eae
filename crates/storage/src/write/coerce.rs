//! From a cell of a log to a value of its column's type. Exports spell one thing in many ways; what cannot be meant is a [`Misfit`].

use std::borrow::Cow;
use std::fmt;

use super::canonical::container_end;
use quarry_schema::KqlType;
use quarry_value::time::{MICROSECOND, UNIX_EPOCH, checked_datetime};
use quarry_value::{decimal, dynamic, guid, json, parse};

/// A cell as a reader finds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Bool(bool),
    Long(i64),
    Real(f64),
    /// A JSON number, as written.
    Number(&'a str),
    /// Text that the format tells from numbers and documents, such as a JSON string.
    Text(&'a str),
    /// Text that may stand for anything, such as a cell of a CSV file.
    Plain(&'a str),
    /// A JSON array or object, as written.
    Document(&'a str),
    /// The same, known to be valid and compact.
    Canonical(&'a str),
    /// A point in time, in ticks.
    Ticks(i64),
}

impl Cell<'_> {
    /// Nothing is there, in any type: logs write null and empty text for it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Cell::Null | Cell::Text("") | Cell::Plain(""))
    }
}

/// Why a cell does not fit its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub column: String,
    pub ty: KqlType,
    /// The cell, shortened.
    pub shown: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} is no {}", self.column, self.shown, self.ty)
    }
}

/// The first characters of a cell, quoted where it is text.
pub(super) fn shown(cell: Cell<'_>) -> String {
    let cut = |text: &str| {
        let mut short: String = text.chars().take(60).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short
    };
    match cell {
        Cell::Null => "null".to_owned(),
        Cell::Bool(value) => value.to_string(),
        Cell::Long(value) | Cell::Ticks(value) => value.to_string(),
        Cell::Real(value) => value.to_string(),
        Cell::Number(text) | Cell::Document(text) | Cell::Canonical(text) => cut(text),
        Cell::Text(text) | Cell::Plain(text) => format!("{:?}", cut(text)),
    }
}

pub(super) fn bool(cell: Cell<'_>) -> Option<bool> {
    match cell {
        Cell::Bool(value) => Some(value),
        Cell::Long(value) => Some(value != 0),
        Cell::Real(value) => Some(value != 0.0),
        Cell::Number(text) => Some(parse::real(text)? != 0.0),
        Cell::Text(text) | Cell::Plain(text) => parse::bool(text.trim()).or_else(|| Some(parse::real(text)? != 0.0)),
        _ => None,
    }
}

pub(super) fn long(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Bool(value) => Some(i64::from(value)),
        Cell::Long(value) => Some(value),
        Cell::Real(value) => whole(value),
        Cell::Number(text) | Cell::Text(text) | Cell::Plain(text) => {
            if let Some(value) = short_digits(text) {
                return Some(value);
            }
            let text = text.trim();
            parse::long(text).or_else(|| whole(parse::real(text)?))
        }
        _ => None,
    }
}

/// Up to eighteen plain digits: nearly every number in a log.
fn short_digits(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    text.bytes().try_fold(0i64, |value, byte| {
        byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0'))
    })
}

/// The long that a double is, exactly.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(value: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= LIMIT).then_some(value as i64)
}

#[expect(clippy::cast_precision_loss, reason = "that is what a real is")]
pub(super) fn real(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Bool(value) => Some(f64::from(u8::from(value))),
        Cell::Long(value) => Some(value as f64),
        Cell::Real(value) => Some(value),
        Cell::Number(text) | Cell::Text(text) | Cell::Plain(text) => parse::real(text.trim()),
        _ => None,
    }
}

/// The units of a stored decimal.
pub(super) fn decimal(cell: Cell<'_>) -> Option<i128> {
    let value = match cell {
        Cell::Long(value) => decimal::parse(&value.to_string()),
        Cell::Real(value) => decimal::from_f64(value),
        Cell::Number(text) | Cell::Text(text) | Cell::Plain(text) => decimal::parse(text.trim()),
        _ => None,
    };
    decimal::to_stored(value?)
}

pub(super) fn datetime(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Ticks(ticks) => checked_datetime(ticks),
        Cell::Long(value) => since_epoch(&value.to_string()),
        Cell::Number(text) => since_epoch(text),
        Cell::Text(text) | Cell::Plain(text) => iso(text.as_bytes()).or_else(|| datetime_text(text)),
        _ => None,
    }
}

/// Whether text is a time in the form of nearly every log.
pub(crate) fn is_iso_time(text: &str) -> bool {
    iso(text.as_bytes()).is_some()
}

/// The form of nearly every log: `2023-10-18T14:37:28`, up to seven digits behind a point, `Z` or nothing.
fn iso(text: &[u8]) -> Option<i64> {
    let (head, tail) = text.split_at_checked(19)?;
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T' | b' ',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
    ] = head
    else {
        return None;
    };
    let two =
        |high: &u8, low: &u8| (high.is_ascii_digit() && low.is_ascii_digit()).then(|| i64::from(high - b'0') * 10 + i64::from(low - b'0'));
    let year = two(y1, y2)? * 100 + two(y3, y4)?;
    let day = quarry_value::time::datetime(
        i32::try_from(year).ok()?,
        u32::try_from(two(m1, m2)?).ok()?,
        u32::try_from(two(d1, d2)?).ok()?,
    )?;
    let (hour, minute, second) = (two(h1, h2)?, two(n1, n2)?, two(s1, s2)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = match tail.strip_suffix(b"Z").unwrap_or(tail) {
        [] => 0,
        [b'.', digits @ ..] if (1..=7).contains(&digits.len()) => {
            let mut value = 0;
            for at in 0..7 {
                let digit = digits.get(at).copied().unwrap_or(b'0');
                value = value * 10 + i64::from(digit.is_ascii_digit().then(|| digit - b'0')?);
            }
            value
        }
        _ => return None,
    };
    Some(day + ((hour * 60 + minute) * 60 + second) * quarry_value::time::SECOND + fraction)
}

/// Other forms: what KQL reads, and what portals show (`8/2/2021, 1:32:07.000 PM`).
fn datetime_text(text: &str) -> Option<i64> {
    let text = text.trim();
    parse::datetime(text).or_else(|| {
        let bare = text.replace(", ", " ");
        parse::datetime(&bare)
    })
}

/// A count of seconds (with a fraction), milliseconds, microseconds or nanoseconds since 1970.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn since_epoch(text: &str) -> Option<i64> {
    match text.len() {
        10 | 13 | 16 | 19 if text.bytes().all(|byte| byte.is_ascii_digit()) => parse::datetime(text),
        _ => {
            let seconds = text.contains('.').then(|| parse::real(text)).flatten()?;
            let plausible = (1e8..1e11).contains(&seconds);
            let micros = plausible.then(|| (seconds * 1e6).round() as i64)?;
            checked_datetime(micros.checked_mul(MICROSECOND)?.checked_add(UNIX_EPOCH)?)
        }
    }
}

pub(super) fn timespan(cell: Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Ticks(ticks) | Cell::Long(ticks) => Some(ticks),
        Cell::Number(text) => parse::long(text),
        Cell::Text(text) | Cell::Plain(text) => parse::timespan(text.trim()).or_else(|| parse::long(text.trim())),
        _ => None,
    }
}

pub(super) fn guid(cell: Cell<'_>) -> Option<String> {
    match cell {
        Cell::Text(text) | Cell::Plain(text) => {
            let mut out = String::with_capacity(36);
            guid::write(&guid::parse(text)?, &mut out);
            Some(out)
        }
        _ => None,
    }
}

/// The text of a cell. Documents are made compact; text that is broken JSON stays as it is.
pub(crate) fn string<'a>(cell: Cell<'a>) -> Option<Cow<'a, str>> {
    Some(match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Cell::Long(value) => Cow::Owned(value.to_string()),
        Cell::Real(value) => Cow::Owned(value.to_string()),
        Cell::Number(text) | Cell::Text(text) | Cell::Plain(text) | Cell::Canonical(text) => Cow::Borrowed(text),
        Cell::Document(text) => dynamic::compact(text)?,
        Cell::Ticks(ticks) => {
            let mut out = String::with_capacity(28);
            quarry_value::format::datetime(ticks, &mut out);
            Cow::Owned(out)
        }
    })
}

/// The JSON of a cell; `Some("null")` never occurs. Text that looks like a document is read as one, as exports keep documents in text.
pub(super) fn document<'a>(cell: Cell<'a>) -> Option<Cow<'a, str>> {
    Some(match cell {
        Cell::Null => return None,
        Cell::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Cell::Long(value) => Cow::Owned(value.to_string()),
        Cell::Real(value) => {
            let mut out = String::new();
            quarry_value::format::real_json(value, &mut out);
            Cow::Owned(out)
        }
        Cell::Canonical(text) => Cow::Borrowed(text),
        Cell::Text(text) | Cell::Plain(text) if container_end(text.as_bytes(), 0) == Some(text.len()) => Cow::Borrowed(text),
        Cell::Number(text) | Cell::Document(text) => dynamic::compact(text)?,
        Cell::Text(text) => match text.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => dynamic::compact(text).unwrap_or_else(|| quoted(text)),
            _ => quoted(text),
        },
        Cell::Plain(text) => dynamic::parse_json(text)?,
        Cell::Ticks(_) => quoted(&string(cell)?),
    })
}

fn quoted(text: &str) -> Cow<'static, str> {
    let mut out = String::with_capacity(text.len() + 2);
    json::quote(text, &mut out);
    Cow::Owned(out)
}
