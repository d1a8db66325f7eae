//! Lengths of time as content and people write them.

use crate::validate;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Seconds: `30s`, `5m`, `1h`, `14d`, `d.hh:mm:ss`, or ISO 8601 such as `PT5H` and `P1DT12H`.
#[must_use]
pub fn seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Some(iso) = text.strip_prefix(['P', 'p']) {
        return iso_seconds(iso);
    }
    match text.strip_suffix(['s', 'S']) {
        Some(number) => number.parse().ok(),
        None => validate::seconds(text),
    }
}

/// What stands behind the `P`. Months and years have no fixed length and are refused.
fn iso_seconds(text: &str) -> Option<u64> {
    let (date, time) = text.split_once(['T', 't']).unwrap_or((text, ""));
    let dated = parts(date, &[('W', 7 * DAY), ('D', DAY)])?;
    let timed = parts(time, &[('H', HOUR), ('M', MINUTE), ('S', 1)])?;
    let empty = date.is_empty() && time.is_empty();
    (!empty).then(|| dated.checked_add(timed)).flatten()
}

fn parts(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut total: u64 = 0;
    for part in text.split_inclusive(|c: char| c.is_ascii_alphabetic()) {
        let (unit, seconds) = units.iter().find(|(unit, _)| part.ends_with([*unit, unit.to_ascii_lowercase()]))?;
        let number = part.trim_end_matches([*unit, unit.to_ascii_lowercase()]);
        total = total.checked_add(number.parse::<u64>().ok()?.checked_mul(*seconds)?)?;
    }
    Some(total)
}

/// The same length for people: `5m`, `1h30m`, `14d`.
#[must_use]
pub fn short(seconds: u64) -> String {
    let mut left = seconds;
    let mut text = String::new();
    for (unit, length) in [("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1)] {
        if left >= length {
            text.push_str(&format!("{}{unit}", left / length));
            left %= length;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        let cases = [
            ("30s", Some(30)),
            ("5h", Some(5 * HOUR)),
            ("1.02:00:00", Some(26 * HOUR)),
            ("PT5H", Some(5 * HOUR)),
            ("P1DT12H", Some(36 * HOUR)),
            ("PT1H30M", Some(90 * MINUTE)),
            ("P2W", Some(14 * DAY)),
            ("P", None),
            ("PT", None),
            ("P1M", None),
            ("", None),
            ("1h10m", None),
            ("P99999999999999999999D", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(super::seconds(text), seconds, "{text}");
        }
    }

    #[test]
    fn lengths_are_written_short() {
        assert_eq!(short(0), "0s");
        assert_eq!(short(5 * MINUTE), "5m");
        assert_eq!(short(90 * MINUTE), "1h30m");
        assert_eq!(short(14 * DAY), "14d");
    }
}
