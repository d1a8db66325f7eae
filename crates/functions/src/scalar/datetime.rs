//! Points in time: parts, starts and ends of periods, arithmetic by calendar.

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::number;
use quarry_value::time::{self, DAY, HOUR, MICROSECOND, MILLISECOND, MINUTE, SECOND, UNIX_EPOCH, checked_datetime};

use super::Family;
use super::period::{Period, add, index, period, start};
use crate::kernel::Call;

pub(crate) const KERNELS: Family = &[
    ("datetime_add", datetime_add),
    ("datetime_diff", datetime_diff),
    ("datetime_part", datetime_part),
    ("dayofmonth", dayofmonth),
    ("dayofweek", dayofweek),
    ("dayofyear", dayofyear),
    ("endofday", endofday),
    ("endofmonth", endofmonth),
    ("endofweek", endofweek),
    ("endofyear", endofyear),
    ("getmonth", monthofyear),
    ("getyear", getyear),
    ("hourofday", hourofday),
    ("make_datetime", make_datetime),
    ("make_timespan", make_timespan),
    ("monthofyear", monthofyear),
    ("startofday", startofday),
    ("startofmonth", startofmonth),
    ("startofweek", startofweek),
    ("startofyear", startofyear),
    ("unixtime_microseconds_todatetime", unixtime_microseconds),
    ("unixtime_milliseconds_todatetime", unixtime_milliseconds),
    ("unixtime_nanoseconds_todatetime", unixtime_nanoseconds),
    ("unixtime_seconds_todatetime", unixtime_seconds),
    ("week_of_year", week_of_year),
];

fn part(call: &Call<'_>, read: impl Fn(i64) -> i64) -> Result<ColumnarValue> {
    let date = call.longs(0)?;
    call.write_longs(|row| date.get(row).map(&read))
}

fn dayofmonth(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, |ticks| i64::from(time::date_of(ticks).day))
}

/// A timespan since the last Sunday.
fn dayofweek(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, |ticks| time::day_of_week(ticks) * DAY)
}

fn dayofyear(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, time::day_of_year)
}

fn monthofyear(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, |ticks| i64::from(time::date_of(ticks).month))
}

fn getyear(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, |ticks| i64::from(time::date_of(ticks).year))
}

fn hourofday(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, |ticks| ticks.rem_euclid(DAY) / HOUR)
}

fn week_of_year(call: &Call<'_>) -> Result<ColumnarValue> {
    part(call, iso_week)
}

/// The week by ISO 8601: the first one has the year's first Thursday.
fn iso_week(ticks: i64) -> i64 {
    let monday_based = (time::day_of_week(ticks) + 6) % 7;
    let thursday = ticks.div_euclid(DAY) - monday_based + 3;
    let year = time::date_of_days(thursday).year;
    (thursday - time::days_of(year, 1, 1)) / 7 + 1
}

fn constant_period(call: &Call<'_>, function: &str) -> Result<Period> {
    match call.texts(0)?.constant().as_deref().map(period) {
        Some(Some(period)) => Ok(period),
        Some(None) => exec_err!(
            "{function}() does not know this period; it takes year, quarter, month, week, day, hour, minute, second, millisecond, microsecond and nanosecond"
        ),
        None => exec_err!("the period of {function}() must be a constant"),
    }
}

fn datetime_add(call: &Call<'_>) -> Result<ColumnarValue> {
    let period = constant_period(call, "datetime_add")?;
    let (amount, date) = (call.longs(1)?, call.longs(2)?);
    call.write_longs(|row| add(period, amount.get(row)?, date.get(row)?))
}

/// How many boundaries of the period lie between two points.
fn datetime_diff(call: &Call<'_>) -> Result<ColumnarValue> {
    let period = constant_period(call, "datetime_diff")?;
    let (left, right) = (call.longs(1)?, call.longs(2)?);
    let difference = |row| Some(index(period, left.get(row)?).wrapping_sub(index(period, right.get(row)?)));
    if call.result == quarry_schema::KqlType::Real {
        return call.write_reals(|row| difference(row).map(|count| count as f64));
    }
    call.write_longs(difference)
}

fn datetime_part(call: &Call<'_>) -> Result<ColumnarValue> {
    let Some(name) = call.texts(0)?.constant().map(|name| name.to_ascii_lowercase()) else {
        return exec_err!("the part of datetime_part() must be a constant");
    };
    let read: fn(i64) -> i64 = match name.as_str() {
        "year" => |ticks| i64::from(time::date_of(ticks).year),
        "quarter" => |ticks| i64::from((time::date_of(ticks).month - 1) / 3 + 1),
        "month" => |ticks| i64::from(time::date_of(ticks).month),
        "week_of_year" | "weekofyear" => iso_week,
        "day" => |ticks| i64::from(time::date_of(ticks).day),
        "dayofyear" => time::day_of_year,
        "hour" => |ticks| ticks.rem_euclid(DAY) / HOUR,
        "minute" => |ticks| ticks.rem_euclid(HOUR) / MINUTE,
        "second" => |ticks| ticks.rem_euclid(MINUTE) / SECOND,
        "millisecond" => |ticks| ticks.rem_euclid(SECOND) / MILLISECOND,
        "microsecond" => |ticks| ticks.rem_euclid(SECOND) / MICROSECOND,
        "nanosecond" => |ticks| ticks.rem_euclid(SECOND) * 100,
        _ => return exec_err!("datetime_part() does not know the part '{name}'"),
    };
    let date = call.longs(1)?;
    call.write_longs(|row| date.get(row).map(read))
}

fn start_of(call: &Call<'_>, period: Period) -> Result<ColumnarValue> {
    let date = call.longs(0)?;
    let offset = if call.has(1) { Some(call.longs(1)?) } else { None };
    call.write_longs(|row| {
        let offset = offset.as_ref().map_or(Some(0), |offset| offset.get(row))?;
        start(period, date.get(row)?, offset).and_then(checked_datetime)
    })
}

fn end_of(call: &Call<'_>, period: Period) -> Result<ColumnarValue> {
    let date = call.longs(0)?;
    let offset = if call.has(1) { Some(call.longs(1)?) } else { None };
    call.write_longs(|row| {
        let offset = offset.as_ref().map_or(Some(0), |offset| offset.get(row))?;
        start(period, date.get(row)?, offset.checked_add(1)?).and_then(|next| checked_datetime(next - 1))
    })
}

fn startofday(call: &Call<'_>) -> Result<ColumnarValue> {
    start_of(call, Period::Day)
}

fn startofweek(call: &Call<'_>) -> Result<ColumnarValue> {
    start_of(call, Period::Week)
}

fn startofmonth(call: &Call<'_>) -> Result<ColumnarValue> {
    start_of(call, Period::Month)
}

fn startofyear(call: &Call<'_>) -> Result<ColumnarValue> {
    start_of(call, Period::Year)
}

fn endofday(call: &Call<'_>) -> Result<ColumnarValue> {
    end_of(call, Period::Day)
}

fn endofweek(call: &Call<'_>) -> Result<ColumnarValue> {
    end_of(call, Period::Week)
}

fn endofmonth(call: &Call<'_>) -> Result<ColumnarValue> {
    end_of(call, Period::Month)
}

fn endofyear(call: &Call<'_>) -> Result<ColumnarValue> {
    end_of(call, Period::Year)
}

/// From year, month, day, hour, minute, second; or from one value, which is converted.
fn make_datetime(call: &Call<'_>) -> Result<ColumnarValue> {
    if call.args.len() == 1 {
        return super::convert::to_result(call);
    }
    let parts = (0..call.args.len().min(5)).map(|at| call.longs(at)).collect::<Result<Vec<_>>>()?;
    let second = if call.has(5) { Some(call.reals(5)?) } else { None };
    call.write_longs(|row| {
        let get = |at: usize, default: i64| parts.get(at).map_or(Some(default), |part| part.get(row));
        let (year, month, day, hour, minute) = (get(0, 1)?, get(1, 1)?, get(2, 1)?, get(3, 0)?, get(4, 0)?);
        let second = second.as_ref().map_or(Some(0.0), |second| second.get(row))?;
        if !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..60.0).contains(&second) {
            return None;
        }
        let day = time::datetime(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)?;
        Some(day + hour * HOUR + minute * MINUTE + ticks_of_seconds(second)?)
    })
}

/// From hours, minutes, seconds, with days before them when there are four; or from one value, which is converted.
fn make_timespan(call: &Call<'_>) -> Result<ColumnarValue> {
    if call.args.len() == 1 {
        return super::convert::to_result(call);
    }
    let days = if call.args.len() == 4 { Some(call.longs(0)?) } else { None };
    let base = usize::from(days.is_some());
    let (hour, minute) = (call.longs(base)?, call.longs(base + 1)?);
    let second = if call.has(base + 2) { Some(call.reals(base + 2)?) } else { None };
    call.write_longs(|row| {
        let days = days.as_ref().map_or(Some(0), |days| days.get(row))?;
        let (hour, minute) = (hour.get(row)?, minute.get(row)?);
        let second = second.as_ref().map_or(Some(0.0), |second| second.get(row))?;
        if days < 0 || !(0..24).contains(&hour) || !(0..60).contains(&minute) || !(0.0..60.0).contains(&second) {
            return None;
        }
        days.checked_mul(DAY)?
            .checked_add(hour * HOUR + minute * MINUTE + ticks_of_seconds(second)?)
    })
}

fn ticks_of_seconds(seconds: f64) -> Option<i64> {
    number::long_of((seconds * SECOND as f64).round())
}

fn unixtime(call: &Call<'_>, unit: f64, whole: impl Fn(i64) -> Option<i64>) -> Result<ColumnarValue> {
    if call.type_of(0).is_integer() {
        let count = call.longs(0)?;
        return call.write_longs(|row| checked_datetime(whole(count.get(row)?)?.checked_add(UNIX_EPOCH)?));
    }
    let count = call.reals(0)?;
    call.write_longs(|row| checked_datetime(number::long_of((count.get(row)? * unit).round())?.checked_add(UNIX_EPOCH)?))
}

fn unixtime_seconds(call: &Call<'_>) -> Result<ColumnarValue> {
    unixtime(call, SECOND as f64, |count| count.checked_mul(SECOND))
}

fn unixtime_milliseconds(call: &Call<'_>) -> Result<ColumnarValue> {
    unixtime(call, MILLISECOND as f64, |count| count.checked_mul(MILLISECOND))
}

fn unixtime_microseconds(call: &Call<'_>) -> Result<ColumnarValue> {
    unixtime(call, MICROSECOND as f64, |count| count.checked_mul(MICROSECOND))
}

fn unixtime_nanoseconds(call: &Call<'_>) -> Result<ColumnarValue> {
    unixtime(call, 0.01, |count| Some(count.div_euclid(100)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_value::parse::datetime;

    #[test]
    fn weeks_of_the_year() {
        for (date, week) in [
            ("2017-10-30", 44),
            ("2020-12-31", 53),
            ("2021-01-03", 53),
            ("2021-01-04", 1),
            ("2018-12-31", 1),
        ] {
            assert_eq!(iso_week(datetime(date).unwrap()), week, "{date}");
        }
    }
}
