//! Time as Kusto keeps it: ticks of 100 ns since 0001-01-01T00:00:00Z.

/// Ticks in a second.
pub const SECOND: i64 = 10_000_000;
/// Ticks in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Ticks in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Ticks in a day.
pub const DAY: i64 = 24 * HOUR;

/// Days from 0001-01-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_162;

/// Ticks at midnight of a Gregorian date.
pub const fn date(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March put the leap day last, which makes the month lengths regular.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month_index = (month + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468 + EPOCH_DAYS) * DAY
}

/// Year, month and day of a tick count.
pub(crate) fn civil(ticks: i64) -> (i64, i64, i64) {
    let z = ticks.div_euclid(DAY) - EPOCH_DAYS + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// 0 for Monday to 6 for Sunday.
pub(crate) fn weekday(ticks: i64) -> i64 {
    // 0001-01-01 was a Monday.
    ticks.div_euclid(DAY).rem_euclid(7)
}

/// Appends `yyyy-MM-ddTHH:mm:ss.fffffffZ`.
pub(crate) fn append(out: &mut Vec<u8>, ticks: i64) {
    let (year, month, day) = civil(ticks);
    let in_day = ticks.rem_euclid(DAY);
    digits::<4>(out, year);
    out.push(b'-');
    digits::<2>(out, month);
    out.push(b'-');
    digits::<2>(out, day);
    out.push(b'T');
    digits::<2>(out, in_day / HOUR);
    out.push(b':');
    digits::<2>(out, in_day / MINUTE % 60);
    out.push(b':');
    digits::<2>(out, in_day / SECOND % 60);
    out.push(b'.');
    digits::<7>(out, in_day % SECOND);
    out.push(b'Z');
}

fn digits<const N: usize>(out: &mut Vec<u8>, mut value: i64) {
    let mut text = [b'0'; N];
    for slot in text.iter_mut().rev() {
        *slot = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(&text);
}

/// The text of a tick count with 7 fractional digits.
pub fn format_ticks(ticks: i64) -> String {
    let mut bytes = Vec::with_capacity(28);
    append(&mut bytes, ticks);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads `yyyy-MM-ddTHH:mm:ss[.f…][Z]`; `None` for any other text.
pub fn parse_ticks(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok().map(i64::from);
    let marks = text.as_bytes();
    let shaped = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')]
        .iter()
        .all(|(at, mark)| marks.get(*at) == Some(mark));
    if !shaped {
        return None;
    }
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 {
        return None;
    }
    let rest = text.get(19..)?.trim_end_matches('Z');
    let fraction = match rest.strip_prefix('.') {
        None if rest.is_empty() => 0,
        Some(digits) if (1..=7).contains(&digits.len()) => {
            let scale = 10_i64.pow(7 - u32::try_from(digits.len()).ok()?);
            i64::from(digits.parse::<u32>().ok()?) * scale
        }
        _ => return None,
    };
    Some(date(year, month, day) + hour * HOUR + minute * MINUTE + second.min(59) * SECOND + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_tick_counts() {
        assert_eq!(date(1, 1, 1), 0);
        assert_eq!(date(1970, 1, 1), 621_355_968_000_000_000);
        assert_eq!(date(2020, 1, 1), 637_134_336_000_000_000);
        assert_eq!(weekday(date(2026, 11, 20)), 4);
    }

    #[test]
    fn text_round_trips() {
        for ticks in [
            0,
            date(2024, 2, 29) + 1,
            date(2026, 11, 20) - 1,
            date(9999, 12, 31) + 864_000_000 - 7,
        ] {
            let text = format_ticks(ticks);
            assert_eq!(parse_ticks(&text), Some(ticks), "{text}");
        }
        assert_eq!(format_ticks(date(2026, 11, 20) - 1), "2026-11-19T23:59:59.9999999Z");
        assert_eq!(parse_ticks("2026-11-20"), None);
        assert_eq!(parse_ticks("2026-11-20T1x:00:00Z"), None);
    }
}
