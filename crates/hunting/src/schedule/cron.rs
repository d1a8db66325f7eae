//! Times by the five fields of cron, in UTC: minute, hour, day of the month, month, day of the week.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use croner::parser::{CronParser, Seconds, Year};
use quarry_value::time::{SECOND, UNIX_EPOCH};

/// A set of moments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron(Box<croner::Cron>);

impl Cron {
    /// The last moment that is not later; `None` when there is none.
    #[must_use]
    pub fn at_or_before(&self, ticks: i64) -> Option<i64> {
        self.0.find_previous_occurrence(&second_of(ticks)?, true).ok().map(ticks_of)
    }

    /// The first moment that is later; `None` when there is none.
    #[must_use]
    pub fn after(&self, ticks: i64) -> Option<i64> {
        self.0.find_next_occurrence(&second_of(ticks)?, false).ok().map(ticks_of)
    }
}

/// The second in which a moment lies: no time of cron lies between it and the moment.
fn second_of(ticks: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(ticks.checked_sub(UNIX_EPOCH)?.div_euclid(SECOND), 0)
}

fn ticks_of(time: DateTime<Utc>) -> i64 {
    time.timestamp() * SECOND + UNIX_EPOCH
}

impl FromStr for Cron {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = Self(Box::new(
            parser.parse(text).map_err(|error| format!("`{text}` are no times: {error}"))?,
        ));
        match cron.after(UNIX_EPOCH) {
            Some(_) => Ok(cron),
            None => Err("no day fits: such a date does not exist".to_owned()),
        }
    }
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
