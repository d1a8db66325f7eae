//! The events behind a finding as people read them.

use std::io::{self, Write};

use quarry_hunting::{Event, Evidence};

use super::{Grid, Paint, count, one_line};

/// Fields of an event in a line; the other forms have all.
const FIELDS: usize = 8;
/// Characters of a field in a line; the other forms have whole documents.
const LONGEST: usize = 80;

/// Writes the evidence of one finding below it, in the order of time.
pub fn write(evidence: &[Evidence], out: &mut dyn Write, width: Option<usize>, paint: &Paint, indent: &str) -> io::Result<()> {
    let mut events: Vec<&Event> = evidence.iter().filter_map(Evidence::event).collect();
    events.sort_by(|a, b| a.order().cmp(b.order()));
    let mut grid = Grid::new(["Table", "Time", "Fields"], width);
    for event in &events {
        let fields = event.fields.iter().filter(|(_, value)| *value != event.time);
        let shown: Vec<String> = fields.clone().take(FIELDS).map(|(name, value)| format!("{name}={}", brief(value))).collect();
        let more = fields.count().saturating_sub(FIELDS);
        let more = if more > 0 {
            format!(" and {} more", count(more))
        } else {
            String::new()
        };
        grid.push([event.table.clone(), second(&event.time), format!("{}{more}", shown.join(" "))]);
    }
    if !events.is_empty() {
        grid.write(out, paint, indent)?;
    }
    for piece in evidence {
        if let Some(line) = piece.in_words() {
            writeln!(out, "{indent}{}", paint.dim(one_line(&line)))?;
        }
    }
    Ok(())
}

/// The beginning of a value.
fn brief(value: &str) -> String {
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value.to_owned(),
    }
}

/// A time to the second.
fn second(time: &str) -> String {
    time.chars().take(19).collect::<String>().replace('T', " ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn long_values_are_cut() {
        let entry = format!(r#"[{{"Table":"T","Time":"","Fields":{{"a":"é{}"}}}}]"#, "x".repeat(500));
        let mut out = Vec::new();
        write(&Evidence::read_all(&entry), &mut out, None, &Paint::new(false), "").unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(&format!("a=é{}…", "x".repeat(LONGEST - 1))), "{text}");
        assert!(!text.contains(&"x".repeat(LONGEST)), "{text}");
    }

    #[test]
    fn events_come_first_and_then_what_is_no_event() {
        let evidence = Evidence::read_all(
            r#"[{"Absent":["U"],"On":["a"]},{"Table":"T","Time":"2026-11-19T08:00:00.0000000Z","Fields":{"t":"2026-11-19T08:00:00.0000000Z","a":"x\u001b"}},
                {"Omitted":1200,"Table":"T"},{"Untraced":"scan","Tables":[]}]"#,
        );
        let mut out = Vec::new();
        write(&evidence, &mut out, None, &Paint::new(false), "  ").unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "  Table  Time                 Fields\n  T      2026-11-19 08:00:00  a=x\u{fffd}\n  absent: nothing that fits in U with the same a\n  \
             not shown: up to 1200 more of T\n  not followed: scan, over no table\n"
        );
    }
}
