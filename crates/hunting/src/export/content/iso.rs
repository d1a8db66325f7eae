//! Lengths of time as ISO 8601 writes them.

const UNITS: [(u64, char); 3] = [(3_600, 'H'), (60, 'M'), (1, 'S')];

/// Seconds as a duration: `PT5M`, `P14D`, `P1DT12H`.
pub fn duration(seconds: u64) -> String {
    let (days, mut rest) = (seconds / 86_400, seconds % 86_400);
    let mut text = String::from("P");
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if rest > 0 || days == 0 {
        text.push('T');
    }
    for (length, unit) in UNITS {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            text.push_str(&format!("{count}{unit}"));
        }
    }
    if text == "PT" {
        text.push_str("0S");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::duration;

    #[test]
    fn durations() {
        let cases = [
            (0, "PT0S"),
            (300, "PT5M"),
            (86_400, "P1D"),
            (14 * 86_400, "P14D"),
            (129_600, "P1DT12H"),
            (5_400, "PT1H30M"),
        ];
        for (seconds, text) in cases {
            assert_eq!(duration(seconds), text);
            assert_eq!(
                quarry_content::duration::seconds(text),
                Some(seconds),
                "{text} is read as it was written"
            );
        }
    }
}
