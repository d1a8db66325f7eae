//! Local time of time zones.

use std::str::FromStr as _;

use chrono::{DateTime, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::json;
use quarry_value::time::{SECOND, UNIX_EPOCH, checked_datetime};

use super::Family;
use crate::kernel::{Call, Texts};

pub(crate) const KERNELS: Family = &[
    ("datetime_list_timezones", list),
    ("datetime_local_to_utc", local_to_utc),
    ("datetime_utc_to_local", utc_to_local),
];

fn list(call: &Call<'_>) -> Result<ColumnarValue> {
    call.write_dynamics(|_, out| {
        for (at, zone) in chrono_tz::TZ_VARIANTS.iter().enumerate() {
            out.push(if at > 0 { ',' } else { '[' });
            json::quote(zone.name(), out);
        }
        out.push(']');
        Some(())
    })
}

fn local_to_utc(call: &Call<'_>) -> Result<ColumnarValue> {
    moved(call, |zone, clock| {
        let offset = match zone.offset_from_local_datetime(&clock) {
            LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset,
            // In the hour that a change of the clocks skips, the offset after the change counts.
            LocalResult::None => match zone.offset_from_local_datetime(&(clock + TimeDelta::hours(3))) {
                LocalResult::Single(offset) | LocalResult::Ambiguous(offset, _) => offset,
                LocalResult::None => return None,
            },
        };
        Some(-i64::from(offset.fix().local_minus_utc()))
    })
}

fn utc_to_local(call: &Call<'_>) -> Result<ColumnarValue> {
    moved(call, |zone, clock| {
        Some(i64::from(zone.offset_from_utc_datetime(&clock).fix().local_minus_utc()))
    })
}

/// Adds the seconds that `offset` gives for a point and a zone.
fn moved(call: &Call<'_>, offset: impl Fn(Tz, NaiveDateTime) -> Option<i64>) -> Result<ColumnarValue> {
    let (date, zones) = (call.longs(0)?, call.texts(1)?);
    if zones.is_constant() && zone(&zones, 0).is_none() {
        return exec_err!("there is no time zone '{}'", zones.get(0));
    }
    let fixed = if zones.is_constant() { zone(&zones, 0) } else { None };
    call.write_longs(|row| {
        let ticks = date.get(row)?;
        let zone = fixed.or_else(|| zone(&zones, row))?;
        let clock = DateTime::from_timestamp((ticks - UNIX_EPOCH).div_euclid(SECOND), 0)?.naive_utc();
        checked_datetime(ticks.checked_add(offset(zone, clock)?.checked_mul(SECOND)?)?)
    })
}

fn zone(zones: &Texts, row: usize) -> Option<Tz> {
    Tz::from_str(&zones.get(row)).ok()
}
