//! Periods of the calendar: where they start, and how many lie between two points.

use quarry_value::time::{self, DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND, checked_datetime};

/// A period of the calendar.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Period {
    Year,
    Quarter,
    Month,
    Week,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Microsecond,
    Nanosecond,
}

pub(super) fn period(name: &str) -> Option<Period> {
    Some(match name.to_ascii_lowercase().as_str() {
        "year" => Period::Year,
        "quarter" => Period::Quarter,
        "month" => Period::Month,
        "week" => Period::Week,
        "day" => Period::Day,
        "hour" => Period::Hour,
        "minute" => Period::Minute,
        "second" => Period::Second,
        "millisecond" => Period::Millisecond,
        "microsecond" => Period::Microsecond,
        "nanosecond" => Period::Nanosecond,
        _ => return None,
    })
}

/// A point moved by a number of periods; `None` beyond the calendar.
pub(super) fn add(period: Period, amount: i64, ticks: i64) -> Option<i64> {
    let unit = match period {
        Period::Year => return time::add_months(ticks, amount.checked_mul(12)?),
        Period::Quarter => return time::add_months(ticks, amount.checked_mul(3)?),
        Period::Month => return time::add_months(ticks, amount),
        Period::Nanosecond => return checked_datetime(ticks.checked_add(amount / 100)?),
        Period::Week => 7 * DAY,
        Period::Day => DAY,
        Period::Hour => HOUR,
        Period::Minute => MINUTE,
        Period::Second => SECOND,
        Period::Millisecond => MILLISECOND,
        Period::Microsecond => MICROSECOND,
    };
    checked_datetime(ticks.checked_add(amount.checked_mul(unit)?)?)
}

/// The number of the period that a point lies in.
pub(super) fn index(period: Period, ticks: i64) -> i64 {
    let date = time::date_of(ticks);
    let months = i64::from(date.year) * 12 + i64::from(date.month) - 1;
    match period {
        Period::Year => i64::from(date.year),
        Period::Quarter => months.div_euclid(3),
        Period::Month => months,
        // Weeks start on Sunday; day 0 was a Monday.
        Period::Week => (ticks.div_euclid(DAY) + 1).div_euclid(7),
        Period::Day => ticks.div_euclid(DAY),
        Period::Hour => ticks.div_euclid(HOUR),
        Period::Minute => ticks.div_euclid(MINUTE),
        Period::Second => ticks.div_euclid(SECOND),
        Period::Millisecond => ticks.div_euclid(MILLISECOND),
        Period::Microsecond => ticks.div_euclid(MICROSECOND),
        Period::Nanosecond => ticks.wrapping_mul(100),
    }
}

/// The start of the period of a point, moved by a number of periods.
pub(super) fn start(period: Period, ticks: i64, offset: i64) -> Option<i64> {
    let date = time::date_of(ticks);
    let start = match period {
        Period::Year => time::datetime(date.year, 1, 1)?,
        Period::Month => time::datetime(date.year, date.month, 1)?,
        Period::Week => (ticks.div_euclid(DAY) - time::day_of_week(ticks)).checked_mul(DAY)?,
        _ => ticks.div_euclid(DAY) * DAY,
    };
    if offset == 0 {
        Some(start)
    } else {
        add_unchecked(period, offset, start)
    }
}

/// Like [`add`], but a day beyond the calendar's last is allowed: the end of a period is the next one's start less a tick.
fn add_unchecked(period: Period, amount: i64, ticks: i64) -> Option<i64> {
    match period {
        Period::Week => ticks.checked_add(amount.checked_mul(7 * DAY)?),
        Period::Day => ticks.checked_add(amount.checked_mul(DAY)?),
        _ => {
            let date = time::date_of(ticks);
            let step = if period == Period::Year { 12 } else { 1 };
            let months = (i64::from(date.year) * 12 + i64::from(date.month) - 1).checked_add(amount.checked_mul(step)?)?;
            let year = i32::try_from(months.div_euclid(12))
                .ok()
                .filter(|year| (1..=10_000).contains(year))?;
            let month = u32::try_from(months.rem_euclid(12)).ok()? + 1;
            Some(time::days_of(year, month, 1) * DAY)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_value::parse::datetime;

    #[test]
    fn differences_count_boundaries() {
        for (name, left, right, expected) in [
            ("year", "2017-01-01", "2000-12-31", 17),
            ("quarter", "2017-07-01", "2017-03-30", 2),
            ("month", "2017-01-01", "2015-12-30", 13),
            ("week", "2017-10-29 00:00", "2017-09-30 23:59", 5),
            ("day", "2017-10-29 00:00", "2017-09-30 23:59", 29),
            ("hour", "2017-10-31 01:00", "2017-10-30 23:59", 2),
            ("minute", "2017-10-30 23:05:01", "2017-10-30 23:00:59", 5),
            ("Second", "2017-10-30 23:00:10.100", "2017-10-30 23:00:00.900", 10),
        ] {
            let period = period(name).unwrap();
            assert_eq!(
                index(period, datetime(left).unwrap()) - index(period, datetime(right).unwrap()),
                expected,
                "{name}"
            );
        }
    }

    #[test]
    fn starts_of_periods() {
        let point = datetime("2017-01-01 10:10:17").unwrap();
        let at = |period, offset| start(period, point, offset).unwrap();
        assert_eq!(at(Period::Week, 1), datetime("2017-01-08").unwrap());
        assert_eq!(at(Period::Month, 2), datetime("2017-03-01").unwrap());
        assert_eq!(at(Period::Year, -1), datetime("2016-01-01").unwrap());
        assert_eq!(
            start(Period::Year, time::MAX_DATETIME, 1).map(|next| next - 1),
            Some(time::MAX_DATETIME)
        );
        assert_eq!(start(Period::Day, point, i64::MAX), None);
    }
}
