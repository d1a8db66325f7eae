//! `format_datetime` and `format_timespan`.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::time::{self, DAY, HOUR, MINUTE, SECOND};

use super::Family;
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[("format_datetime", format_datetime), ("format_timespan", format_timespan)];

/// A piece of a format.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Delimiter(char),
    /// A letter and how often it stands there.
    Field(char, usize),
}

/// Splits a format into fields of at most the length that each letter has, and delimiters.
fn pieces(format: &str, longest: impl Fn(char) -> Option<usize>, function: &str) -> Result<Vec<Piece>> {
    let mut pieces: Vec<Piece> = Vec::new();
    for c in format.chars() {
        let Some(limit) = longest(c) else {
            if !matches!(c, ' ' | '/' | '-' | ':' | ',' | '.' | '_' | '[' | ']') {
                return exec_err!("{function}() does not know '{c}' in the format '{format}'");
            }
            pieces.push(Piece::Delimiter(c));
            continue;
        };
        match pieces.last_mut() {
            Some(Piece::Field(letter, count)) if *letter == c && *count < limit => *count += 1,
            _ => pieces.push(Piece::Field(c, 1)),
        }
    }
    Ok(pieces)
}

fn format_of(call: &Call<'_>, function: &str, longest: impl Fn(char) -> Option<usize>) -> Result<Vec<Piece>> {
    let text = call.texts(1)?;
    match text.constant() {
        Some(format) if !format.is_empty() => pieces(&format, longest, function),
        Some(_) => exec_err!("the format of {function}() must not be empty"),
        None => exec_err!("the format of {function}() must be a constant"),
    }
}

fn format_datetime(call: &Call<'_>) -> Result<ColumnarValue> {
    let pieces = format_of(call, "format_datetime", |c| {
        Some(match c {
            'd' | 'h' | 'H' | 'm' | 'M' | 's' | 't' => 2,
            'y' => 4,
            'f' | 'F' => 7,
            _ => return None,
        })
    })?;
    for (at, piece) in pieces.iter().enumerate() {
        if *piece == Piece::Field('t', 1) || (*piece == Piece::Field('y', 3) && at + 1 < pieces.len()) {
            return exec_err!("format_datetime() has no such specifier");
        }
    }
    let date = call.longs(0)?;
    call.write_texts(|row, out| {
        if let Some(ticks) = date.get(row) {
            write_datetime(&pieces, ticks, out);
        }
    })
}

fn write_datetime(pieces: &[Piece], ticks: i64, out: &mut String) {
    let date = time::date_of(ticks);
    let of_day = ticks.rem_euclid(DAY);
    let hour = of_day / HOUR;
    for piece in pieces {
        match *piece {
            Piece::Delimiter(c) => out.push(c),
            Piece::Field('d', width) => padded(i64::from(date.day), width, out),
            Piece::Field('M', width) => padded(i64::from(date.month), width, out),
            Piece::Field('y', width @ 1..=2) => padded(i64::from(date.year % 100), width, out),
            Piece::Field('y', width) => padded(i64::from(date.year), width, out),
            Piece::Field('H', width) => padded(hour, width, out),
            Piece::Field('h', width) => padded((hour + 11) % 12 + 1, width, out),
            Piece::Field('m', width) => padded(of_day % HOUR / MINUTE, width, out),
            Piece::Field('s', width) => padded(of_day % MINUTE / SECOND, width, out),
            Piece::Field('t', _) => out.push_str(if hour < 12 { "AM" } else { "PM" }),
            Piece::Field(letter, width) => fraction(ticks.rem_euclid(SECOND), letter, width, out),
        }
    }
}

fn format_timespan(call: &Call<'_>) -> Result<ColumnarValue> {
    let pieces = format_of(call, "format_timespan", |c| {
        Some(match c {
            'd' => 8,
            'h' | 'H' | 'm' | 's' => 2,
            'f' | 'F' => 7,
            _ => return None,
        })
    })?;
    let span = call.longs(0)?;
    call.write_texts(|row, out| {
        if let Some(ticks) = span.get(row) {
            write_timespan(&pieces, ticks, out);
        }
    })
}

fn write_timespan(pieces: &[Piece], ticks: i64, out: &mut String) {
    if ticks < 0 {
        out.push('-');
    }
    // The magnitude of the least timespan does not fit; it loses one tick.
    let ticks = ticks.checked_abs().unwrap_or(i64::MAX);
    for piece in pieces {
        match *piece {
            Piece::Delimiter(c) => out.push(c),
            Piece::Field('d', width) => padded(ticks / DAY, width, out),
            Piece::Field('h' | 'H', width) => padded(ticks % DAY / HOUR, width, out),
            Piece::Field('m', width) => padded(ticks % HOUR / MINUTE, width, out),
            Piece::Field('s', width) => padded(ticks % MINUTE / SECOND, width, out),
            Piece::Field(letter, width) => fraction(ticks % SECOND, letter, width, out),
        }
    }
}

fn padded(value: i64, width: usize, out: &mut String) {
    use std::fmt::Write as _;
    let _ = write!(out, "{value:0width$}");
}

/// The first digits of a fraction of a second; `F` writes nothing when all of them are zero.
fn fraction(ticks: i64, letter: char, width: usize, out: &mut String) {
    let digits = format!("{ticks:07}");
    let shown = digits.get(..width).unwrap_or(&digits);
    if letter == 'f' || shown.bytes().any(|digit| digit != b'0') {
        out.push_str(shown);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_value::parse;

    fn datetime(text: &str, format: &str) -> String {
        let longest = |c| match c {
            'd' | 'h' | 'H' | 'm' | 'M' | 's' | 't' => Some(2),
            'y' => Some(4),
            'f' | 'F' => Some(7),
            _ => None,
        };
        let mut out = String::new();
        write_datetime(&pieces(format, longest, "f").unwrap(), parse::datetime(text).unwrap(), &mut out);
        out
    }

    #[test]
    fn datetimes() {
        let point = "2017-01-29 09:00:05.0617500";
        for (format, expected) in [
            ("yy-MM-dd [HH:mm:ss]", "17-01-29 [09:00:05]"),
            ("yyyy-M-dd [H:mm:ss]", "2017-1-29 [9:00:05]"),
            ("hh:mm:ss tt", "09:00:05 AM"),
            ("ss.FFFFFF", "05.061750"),
            ("ddd", "2929"),
            ("yyyyy", "201717"),
        ] {
            assert_eq!(datetime(point, format), expected, "{format}");
        }
        assert_eq!(datetime("2017-01-29 12:00:05", "h tt ss.FFF"), "12 PM 05.");
        assert_eq!(datetime("2017-01-05", "ddd"), "055");
    }

    #[test]
    fn timespans() {
        let longest = |c| match c {
            'd' => Some(8),
            'h' | 'm' | 's' => Some(2),
            'f' | 'F' => Some(7),
            _ => None,
        };
        let shown = |text: &str, format: &str| {
            let mut out = String::new();
            write_timespan(&pieces(format, longest, "f").unwrap(), parse::timespan(text).unwrap(), &mut out);
            out
        };
        assert_eq!(shown("29.09:00:05.12345", "ddd.h:mm:ss [fffffff]"), "029.9:00:05 [1234500]");
        assert_eq!(shown("29.09:00:05.12345", "dd.hh:mm:ss:FF"), "29.09:00:05:12");
        assert_eq!(shown("-02:30", "hh:mm"), "-02:30");
        assert!(pieces("c", longest, "f").is_err());
    }
}
