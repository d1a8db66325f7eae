//! Constants as text: how KQL prints times, and the JSON of a dynamic document.

mod dynamic;

pub use dynamic::{document, json_string};
pub use quarry_syntax::literal::{TICKS_MAX, TICKS_PER_DAY, TICKS_PER_SECOND, format_guid};

/// Formats a datetime as KQL prints it: `yyyy-MM-ddTHH:mm:ss.fffffffZ`.
#[must_use]
pub fn format_datetime(ticks: i64) -> String {
    let (year, month, day) = civil(ticks.div_euclid(TICKS_PER_DAY));
    let rest = ticks.rem_euclid(TICKS_PER_DAY);
    let seconds = rest / TICKS_PER_SECOND;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:07}Z",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        rest % TICKS_PER_SECOND
    )
}

/// Formats a timespan as KQL prints it: `[-][d.]hh:mm:ss[.fffffff]`.
#[must_use]
pub fn format_timespan(ticks: i64) -> String {
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    let day = TICKS_PER_DAY.unsigned_abs();
    let second = TICKS_PER_SECOND.unsigned_abs();
    let (days, seconds, fraction) = (ticks / day, ticks % day / second, ticks % second);
    let days = if days > 0 { format!("{days}.") } else { String::new() };
    let fraction = if fraction > 0 { format!(".{fraction:07}") } else { String::new() };
    format!(
        "{sign}{days}{:02}:{:02}:{:02}{fraction}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// Year, month and day of a number of days since 0001-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years that start in March put the leap day last.
    let days = days + 306;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_the_engine_prints_them() {
        assert_eq!(format_datetime(637_134_336_000_000_000), "2020-01-01T00:00:00.0000000Z");
        assert_eq!(format_datetime(TICKS_MAX), "9999-12-31T23:59:59.9999999Z");
        assert_eq!(format_timespan(TICKS_PER_DAY), "1.00:00:00");
        assert_eq!(format_timespan(-2 * 3600 * TICKS_PER_SECOND), "-02:00:00");
        assert_eq!(format_timespan(10_000), "00:00:00.0010000");
    }

    #[test]
    fn every_day_has_the_date_that_the_reader_gives_it() {
        for days in (0..3_652_059).step_by(97) {
            let (year, month, day) = civil(days);
            assert_eq!(
                quarry_syntax::literal::ticks_from_parts(year, month, day, 0),
                Some(days * TICKS_PER_DAY)
            );
        }
    }
}
