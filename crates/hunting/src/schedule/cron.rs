//! Times by the five fields of cron, in UTC: minute, hour, day of the month, month, day of the week.
//!
//! As in every crontab, a day counts when the day of the month or the day of the week says so, if both are restricted.

use std::str::FromStr;

use quarry_value::time::{DAY, HOUR, MINUTE, date_of, day_of_week};

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
/// The 29th of February comes again after eight years at the latest; what does not come by then never does.
const LONGEST: i64 = 8 * 366;

/// A set of moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether a day must fit both fields: one of them allows every day.
    both: bool,
}

impl Cron {
    /// The last moment that is not later; `None` when there is none in years.
    #[must_use]
    pub fn at_or_before(&self, ticks: i64) -> Option<i64> {
        let today = ticks.div_euclid(DAY);
        for back in 0..=LONGEST {
            let midnight = (today - back) * DAY;
            if !self.has_day(midnight) {
                continue;
            }
            let last = if back == 0 { ticks - midnight } else { DAY - 1 };
            let hours = (0..=last / HOUR).rev().filter(|hour| has(self.hours, *hour));
            for hour in hours {
                let latest = if hour == last / HOUR { last % HOUR / MINUTE } else { 59 };
                if let Some(minute) = (0..=latest).rev().find(|minute| has(self.minutes, *minute)) {
                    return Some(midnight + hour * HOUR + minute * MINUTE);
                }
            }
        }
        None
    }

    /// The first moment that is later; `None` when there is none in years.
    #[must_use]
    pub fn after(&self, ticks: i64) -> Option<i64> {
        let start = (ticks.div_euclid(MINUTE) + 1) * MINUTE;
        let today = start.div_euclid(DAY);
        for ahead in 0..=LONGEST {
            let midnight = (today + ahead) * DAY;
            if !self.has_day(midnight) {
                continue;
            }
            let first = if ahead == 0 { start - midnight } else { 0 };
            let hours = (first / HOUR..24).filter(|hour| has(self.hours, *hour));
            for hour in hours {
                let earliest = if hour == first / HOUR { first % HOUR / MINUTE } else { 0 };
                if let Some(minute) = (earliest..60).find(|minute| has(self.minutes, *minute)) {
                    return Some(midnight + hour * HOUR + minute * MINUTE);
                }
            }
        }
        None
    }

    fn has_day(&self, midnight: i64) -> bool {
        let date = date_of(midnight);
        let by_date = has(self.days, i64::from(date.day));
        let by_weekday = has(self.weekdays, day_of_week(midnight));
        let day = if self.both { by_date && by_weekday } else { by_date || by_weekday };
        day && has(self.months, i64::from(date.month))
    }
}

fn has(set: u64, value: i64) -> bool {
    u32::try_from(value).is_ok_and(|value| set & (1_u64 << (value % 64)) != 0)
}

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let text = match text {
            "@hourly" => "0 * * * *",
            "@daily" | "@midnight" => "0 0 * * *",
            "@weekly" => "0 0 * * 0",
            "@monthly" => "0 0 1 * *",
            other => other,
        };
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!(
                "cron times have five fields (minute, hour, day of the month, month, day of the week), not {}",
                fields.len()
            ));
        };
        let week = field("day of the week", weekdays, 0, 7, &WEEKDAYS, 0)?;
        let cron = Self {
            minutes: field("minute", minutes, 0, 59, &[], 0)?,
            hours: field("hour", hours, 0, 23, &[], 0)?,
            days: field("day of the month", days, 1, 31, &[], 0)?,
            months: field("month", months, 1, 12, &MONTHS, 1)?,
            // Sunday is 0 and 7.
            weekdays: (week & 0x7f) | ((week >> 7) & 1),
            both: days.starts_with('*') || weekdays.starts_with('*'),
        };
        match cron.after(0) {
            Some(_) => Ok(cron),
            None => Err("no day fits: such a date does not exist".to_owned()),
        }
    }
}

/// The values of a field as bits. `names` stand for the values from `first` on.
fn field(what: &str, text: &str, least: u32, most: u32, names: &[&str], first: u32) -> Result<u64, String> {
    let value = |text: &str| -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        let named = names.iter().zip(first..).find(|(name, _)| **name == lower).map(|(_, value)| value);
        let value = named.or_else(|| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())));
        match value {
            Some(value) if (least..=most).contains(&value) => Ok(value),
            _ => Err(format!("`{text}` is no {what}: from {least} to {most}")),
        }
    };
    let mut set = 0_u64;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (low, high) = match range.split_once('-') {
            _ if range == "*" => (least, most),
            Some((low, high)) => (value(low)?, value(high)?),
            None if step.is_some() => (value(range)?, most),
            None => (value(range)?, value(range)?),
        };
        if low > high {
            return Err(format!("`{range}` runs backwards"));
        }
        let step: u32 = match step {
            None => 1,
            Some(text) => text
                .parse()
                .ok()
                .filter(|step| (1..=most).contains(step))
                .ok_or_else(|| format!("`{text}` is no step"))?,
        };
        let mut at = low;
        while at <= high {
            set |= 1_u64 << at;
            at += step;
        }
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use quarry_value::parse::datetime;

    use super::*;

    fn next(cron: &str, from: &str) -> String {
        let mut text = String::new();
        quarry_value::format::datetime_trimmed(cron.parse::<Cron>().unwrap().after(datetime(from).unwrap()).unwrap(), &mut text);
        text
    }

    fn last(cron: &str, from: &str) -> String {
        let mut text = String::new();
        let found = cron.parse::<Cron>().unwrap().at_or_before(datetime(from).unwrap());
        quarry_value::format::datetime_trimmed(found.unwrap(), &mut text);
        text
    }

    #[test]
    fn the_next_and_the_last_time() {
        for (cron, from, after, before) in [
            ("15 6 * * *", "2026-11-20T06:15:00Z", "2026-11-21T06:15:00Z", "2026-11-20T06:15:00Z"),
            ("15 6 * * *", "2026-11-20T06:14:59Z", "2026-11-20T06:15:00Z", "2026-11-19T06:15:00Z"),
            (
                "*/20 8-9 * * mon-fri",
                "2026-11-20T09:45:00Z",
                "2026-11-23T08:00:00Z",
                "2026-11-20T09:40:00Z",
            ),
            ("0 0 29 2 *", "2026-11-20T00:00:00Z", "2028-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            // The 13th or a Friday.
            ("0 0 13 * 5", "2026-11-10T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-06T00:00:00Z"),
            ("0 12 * * 7", "2026-11-20T00:00:00Z", "2026-11-22T12:00:00Z", "2026-11-15T12:00:00Z"),
            ("@hourly", "2026-12-31T23:30:00Z", "2027-01-01T00:00:00Z", "2026-12-31T23:00:00Z"),
            (
                "5,35 * 1 jan *",
                "2026-11-20T00:00:00Z",
                "2027-01-01T00:05:00Z",
                "2026-01-01T23:35:00Z",
            ),
        ] {
            assert_eq!(next(cron, from), after, "{cron}");
            assert_eq!(last(cron, from), before, "{cron}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "* * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "0 0 31 feb *",
            "5-1 * * * *",
            "*/0 * * * *",
            "+5 * * * *",
            "a * * * *",
        ] {
            assert!(text.parse::<Cron>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_go_on_without_a_gap_or_an_overlap() {
        for text in ["*/7 * * * *", "0 3 */2 * 1", "30 22 28-31 * *"] {
            let cron: Cron = text.parse().unwrap();
            let mut at = cron.after(datetime("2026-01-01T00:00:00Z").unwrap()).unwrap();
            for _ in 0..500 {
                let next = cron.after(at).unwrap();
                assert!(next > at);
                assert_eq!(cron.at_or_before(next), Some(next));
                assert_eq!(cron.at_or_before(next - 1), Some(at));
                at = next;
            }
        }
    }
}
