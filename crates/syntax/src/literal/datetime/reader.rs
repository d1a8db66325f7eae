//! The parts of a date from left to right.

use super::super::timespan::{TICKS_PER_HOUR, TICKS_PER_MINUTE, fraction_ticks};
use super::{digits, time_of_day};

/// Two digits of a year stand for 1969 to 2068.
fn full_year(text: &str) -> Option<i64> {
    let year = digits(text)?;
    match text.len() {
        4 => Some(year),
        2 if year < 69 => Some(year + 2000),
        2 => Some(year + 1900),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Position of a name or of its first three letters.
fn position(names: &[&str], word: &str) -> Option<usize> {
    let word = word.to_ascii_lowercase();
    names
        .iter()
        .position(|name| *name == word || (word.len() == 3 && name.starts_with(&word)))
}

fn month_number(word: &str) -> Option<i64> {
    i64::try_from(position(&MONTHS, word)? + 1).ok()
}

pub(super) struct Reader<'a> {
    pub(super) rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, accept: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !accept(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_digit())
    }

    fn word(&mut self) -> &'a str {
        self.take(|c| c.is_ascii_alphabetic())
    }

    fn blanks(&mut self) -> &'a str {
        self.take(char::is_whitespace)
    }

    fn eat(&mut self, wanted: char) -> bool {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A hyphen, slash or point between parts of a date, with blanks around it.
    fn separator(&mut self) -> Option<char> {
        let before = self.rest;
        self.blanks();
        let separator = self.rest.chars().next().filter(|c| matches!(c, '-' | '/' | '.'));
        match separator {
            Some(c) => {
                self.eat(c);
                self.blanks();
            }
            None => self.rest = before,
        }
        separator
    }

    pub(super) fn date(&mut self) -> Option<(i64, i64, i64)> {
        let start = self.rest;
        let name = self.word();
        if position(&DAYS, name).is_some() {
            self.eat(',');
            self.blanks();
        } else {
            self.rest = start;
        }
        if let Some(month) = self.month_name() {
            let day = digits(self.number())?;
            self.eat(',');
            self.blanks();
            return Some((full_year(self.number())?, month, day));
        }
        let first = self.number();
        if first.len() == 4 {
            let year = digits(first)?;
            self.separator()?;
            let month = match self.month_name() {
                Some(month) => month,
                None => self.one_or_two_digits()?,
            };
            let day = match self.separator() {
                Some(_) => self.one_or_two_digits()?,
                None => 1,
            };
            return Some((year, month, day));
        }
        let first = digits(first)?;
        if self.separator().is_none() && self.blanks().is_empty() {
            return None;
        }
        if let Some(month) = self.month_name() {
            return Some((full_year(self.number())?, month, first));
        }
        let day = self.one_or_two_digits()?;
        self.separator()?;
        Some((full_year(self.number())?, first, day))
    }

    /// The name of a month and what separates it from the next part.
    fn month_name(&mut self) -> Option<i64> {
        let start = self.rest;
        let month = month_number(self.word());
        match month {
            Some(_) => {
                if self.separator().is_none() {
                    self.blanks();
                }
            }
            None => self.rest = start,
        }
        month
    }

    fn one_or_two_digits(&mut self) -> Option<i64> {
        let text = self.number();
        if text.len() > 2 { None } else { digits(text) }
    }

    /// Ticks of the day and the zone's offset from UTC in ticks; midnight UTC when both are
    /// missing.
    pub(super) fn time(&mut self) -> Option<(i64, i64)> {
        let mark = self.rest;
        let separated = self.eat('T') || self.eat('t') || !self.blanks().is_empty();
        if !separated || !self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.rest = mark;
            return Some((0, self.zone()?));
        }
        let mut hour = self.one_or_two_digits()?;
        let mut minute = 0;
        let mut second = 0;
        let mut fraction = 0;
        let has_minute = self.eat(':');
        if has_minute {
            minute = self.one_or_two_digits()?;
            if self.eat(':') {
                second = self.one_or_two_digits()?;
                if self.eat('.') || self.eat(',') {
                    fraction = fraction_ticks(self.number())?;
                }
            }
        }
        let afternoon = self.half_of_day();
        if let Some(afternoon) = afternoon {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        } else if !has_minute {
            return None;
        }
        Some((time_of_day(hour, minute, second, fraction)?, self.zone()?))
    }

    fn half_of_day(&mut self) -> Option<bool> {
        let start = self.rest;
        self.blanks();
        let word = self.word();
        if word.eq_ignore_ascii_case("am") {
            Some(false)
        } else if word.eq_ignore_ascii_case("pm") {
            Some(true)
        } else {
            self.rest = start;
            None
        }
    }

    fn zone(&mut self) -> Option<i64> {
        self.blanks();
        let word = self.word();
        if !word.is_empty() {
            return ["z", "gmt", "utc"].iter().any(|zone| word.eq_ignore_ascii_case(zone)).then_some(0);
        }
        let sign = if self.eat('+') {
            1
        } else if self.eat('-') {
            -1
        } else {
            return Some(0);
        };
        let text = self.number();
        let (hours, minutes) = match text.len() {
            1 | 2 if self.eat(':') => (digits(text)?, self.one_or_two_digits()?),
            1 | 2 => (digits(text)?, 0),
            4 => (text.get(..2).and_then(digits)?, text.get(2..).and_then(digits)?),
            _ => return None,
        };
        if hours > 14 || minutes > 59 {
            return None;
        }
        Some(sign * (hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE))
    }
}
