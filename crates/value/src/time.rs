//! Datetimes and timespans as ticks of 100 ns; datetimes count from 0001-01-01 of the proleptic Gregorian calendar, in UTC.

/// Ticks of each unit.
pub const MICROSECOND: i64 = 10;
pub const MILLISECOND: i64 = 10_000;
pub const SECOND: i64 = 10_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;
/// The last datetime: 9999-12-31T23:59:59.9999999.
pub const MAX_DATETIME: i64 = 3_155_378_975_999_999_999;
/// 1970-01-01.
pub const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// The ticks when they are a datetime that the calendar has.
#[must_use]
pub fn checked_datetime(ticks: i64) -> Option<i64> {
    (0..=MAX_DATETIME).contains(&ticks).then_some(ticks)
}

/// A calendar date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

/// Days since 0001-01-01 of a date, whose month must be 1 to 12; a day outside the month runs over into its neighbours.
#[must_use]
pub fn days_of(year: i32, month: u32, day: u32) -> i64 {
    let shifted = i64::from(year) - i64::from(month <= 2);
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 306
}

/// The date of a count of days since 0001-01-01.
#[must_use]
pub fn date_of_days(days: i64) -> Date {
    let days = days + 306;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date {
        year: year as i32,
        month: month as u32,
        day: day as u32,
    }
}

/// The date of a datetime.
#[must_use]
pub fn date_of(ticks: i64) -> Date {
    date_of_days(ticks.div_euclid(DAY))
}

/// Days in a month.
#[must_use]
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether a year has a 29th of February.
#[must_use]
pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Midnight of a date; `None` when the calendar has no such day.
#[must_use]
pub fn datetime(year: i32, month: u32, day: u32) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    Some(days_of(year, month, day) * DAY)
}

/// Days since the last Sunday, 0 to 6.
#[must_use]
pub fn day_of_week(ticks: i64) -> i64 {
    // 0001-01-01 was a Monday.
    (ticks.div_euclid(DAY) + 1).rem_euclid(7)
}

/// Day of the year, from 1.
#[must_use]
pub fn day_of_year(ticks: i64) -> i64 {
    let date = date_of(ticks);
    ticks.div_euclid(DAY) - days_of(date.year, 1, 1) + 1
}

/// Adds months, keeping the day of the month where the new month has it and its last day otherwise. `None` outside the calendar.
#[must_use]
pub fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let date = date_of(ticks);
    let month = (i64::from(date.year) * 12 + i64::from(date.month) - 1).checked_add(months)?;
    let year = i32::try_from(month.div_euclid(12)).ok()?;
    let month = u32::try_from(month.rem_euclid(12)).ok()? + 1;
    let day = date.day.min(days_in_month(year, month));
    datetime(year, month, day)?.checked_add(ticks.rem_euclid(DAY))
}

/// Ticks of a datetime from nanoseconds since 1970, for data that comes in Arrow timestamps.
#[must_use]
pub fn from_unix_nanoseconds(nanoseconds: i64) -> i64 {
    nanoseconds.div_euclid(100) + UNIX_EPOCH
}

/// The present, by the system clock.
#[must_use]
pub fn system_now() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_nanos() / 100).unwrap_or(0).saturating_add(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn calendar_anchors() {
        assert_eq!(datetime(1, 1, 1), Some(0));
        assert_eq!(datetime(1970, 1, 1), Some(UNIX_EPOCH));
        assert_eq!(datetime(2020, 1, 1), Some(637_134_336_000_000_000));
        assert_eq!(datetime(9999, 12, 31), Some(MAX_DATETIME - DAY + 1));
        assert_eq!(datetime(2023, 2, 29), None);
        assert_eq!(day_of_week(datetime(1970, 5, 12).unwrap()), 2);
    }

    #[test]
    fn every_day_has_its_date() {
        let mut date = Date { year: 1, month: 1, day: 1 };
        for days in 0..=days_of(9999, 12, 31) {
            assert_eq!(date_of_days(days), date);
            assert_eq!(days_of(date.year, date.month, date.day), days);
            date.day += 1;
            if date.day > days_in_month(date.year, date.month) {
                date.day = 1;
                date.month += 1;
            }
            if date.month > 12 {
                date.month = 1;
                date.year += 1;
            }
        }
    }

    #[test]
    fn months_keep_the_day_or_take_the_last() {
        let january = datetime(2020, 1, 31).unwrap() + HOUR;
        assert_eq!(add_months(january, 1), Some(datetime(2020, 2, 29).unwrap() + HOUR));
        assert_eq!(add_months(january, -2), Some(datetime(2019, 11, 30).unwrap() + HOUR));
        assert_eq!(add_months(january, i64::MAX), None);
    }
}
