//! The document of a `dynamic(…)` literal, as compact JSON text.

use quarry_syntax::literal::{DynamicValue, format_guid};

use super::format_datetime;

/// The document as compact JSON, typed literals stored as the engine stores them: times as text with seven digits, timespans as ticks.
/// `None` when it needs the time of the query.
#[must_use]
pub fn document(value: &DynamicValue, now: Option<i64>) -> Option<String> {
    let mut out = String::new();
    write(&mut out, value, now)?;
    Some(out)
}

/// A string as JSON text, quotes included.
#[must_use]
pub fn json_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string(&mut out, text);
    out
}

/// The nesting is bounded by the parser's own limit.
fn write(out: &mut String, value: &DynamicValue, now: Option<i64>) -> Option<()> {
    match value {
        DynamicValue::Null => out.push_str("null"),
        DynamicValue::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        DynamicValue::Long(value) => out.push_str(&value.to_string()),
        DynamicValue::Real(value) if value.is_finite() => out.push_str(&format!("{value:?}")),
        DynamicValue::Real(value) if value.is_nan() => out.push_str("\"NaN\""),
        DynamicValue::Real(value) => out.push_str(if *value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" }),
        DynamicValue::String(text) => push_string(out, text),
        DynamicValue::DateTime(ticks) => push_string(out, &format_datetime(*ticks)),
        DynamicValue::Now => push_string(out, &format_datetime(now?)),
        DynamicValue::TimeSpan(ticks) => out.push_str(&ticks.to_string()),
        DynamicValue::Guid(bytes) => push_string(out, &format_guid(bytes)),
        DynamicValue::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(out, item, now)?;
            }
            out.push(']');
        }
        DynamicValue::Object(members) => {
            out.push('{');
            for (at, (key, item)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push_string(out, key);
                out.push(':');
                write(out, item, now)?;
            }
            out.push('}');
        }
    }
    Some(())
}

fn push_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if u32::from(c) < 0x20 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_become_compact_json() {
        let value = DynamicValue::Object(vec![
            (
                "a".into(),
                DynamicValue::Array(vec![
                    DynamicValue::Long(1),
                    DynamicValue::Real(2.5),
                    DynamicValue::String("x\"y".into()),
                ]),
            ),
            ("b".into(), DynamicValue::Null),
            ("t".into(), DynamicValue::TimeSpan(864_000_000_000)),
        ]);
        assert_eq!(
            document(&value, None).as_deref(),
            Some(r#"{"a":[1,2.5,"x\"y"],"b":null,"t":864000000000}"#)
        );
        assert_eq!(document(&DynamicValue::Real(f64::NAN), None).as_deref(), Some("\"NaN\""));
        assert_eq!(document(&DynamicValue::Now, None), None);
    }
}
