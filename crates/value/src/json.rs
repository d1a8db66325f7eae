//! JSON text of single values: what kind it holds, quoting and unquoting of strings.

use std::borrow::Cow;

/// What a compact JSON text holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// The kind of a compact JSON text, told by its first byte. Text that is no JSON counts as null.
#[must_use]
pub fn kind(text: &str) -> Kind {
    match text.as_bytes().first() {
        Some(b'"') => Kind::String,
        Some(b'[') => Kind::Array,
        Some(b'{') => Kind::Object,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'-' | b'0'..=b'9') => Kind::Number,
        _ => Kind::Null,
    }
}

/// What `tostring()` gives for a JSON value: a string without its quotes, nothing for null, the text itself otherwise.
#[must_use]
pub fn text(json: &str) -> Cow<'_, str> {
    match kind(json) {
        Kind::String => unquote(json).unwrap_or(Cow::Borrowed(json)),
        Kind::Null => Cow::Borrowed(""),
        _ => Cow::Borrowed(json),
    }
}

/// The content of a JSON string literal; `None` when the text is not one.
#[must_use]
pub fn unquote(json: &str) -> Option<Cow<'_, str>> {
    let inner = json.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('\\') {
        return Some(Cow::Borrowed(inner));
    }
    if let Ok(text) = serde_json::from_str::<String>(json) {
        return Some(Cow::Owned(text));
    }
    // Half of a surrogate pair is no Unicode text: it becomes U+FFFD, as in every lossy UTF-16 decoder.
    serde_json::from_str::<serde_json::Value>(&without_lone_surrogates(json))
        .ok()
        .and_then(|value| value.as_str().map(|s| Cow::Owned(s.to_owned())))
}

/// Appends `text` as a JSON string literal.
pub fn quote(text: &str, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    let mut clean = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0x00..=0x1f => "",
            _ => continue,
        };
        out.push_str(text.get(clean..at).unwrap_or_default());
        if escape.is_empty() {
            out.push_str("\\u00");
            out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        } else {
            out.push_str(escape);
        }
        clean = at + 1;
    }
    out.push_str(text.get(clean..).unwrap_or_default());
    out.push('"');
}

fn without_lone_surrogates(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find("\\") {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let taken = match surrogate(escape) {
            Some(0xd800..=0xdbff) if matches!(escape.get(6..).and_then(surrogate), Some(0xdc00..=0xdfff)) => {
                out.push_str(escape.get(..12).unwrap_or_default());
                12
            }
            Some(0xd800..=0xdfff) => {
                out.push('\u{fffd}');
                6
            }
            _ => {
                let taken = escape.chars().take(2).map(char::len_utf8).sum();
                out.push_str(escape.get(..taken).unwrap_or_default());
                taken
            }
        };
        rest = escape.get(taken..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn surrogate(escape: &str) -> Option<u32> {
    u32::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_and_unquoting_are_inverse() {
        for text in ["", "plain", "a\"b\\c\n\u{1}é😀"] {
            let mut quoted = String::new();
            quote(text, &mut quoted);
            assert_eq!(unquote(&quoted).as_deref(), Some(text));
        }
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        assert_eq!(unquote(r#""a\ud800b\ud83d\ude00""#).as_deref(), Some("a\u{fffd}b😀"));
    }

    #[test]
    fn text_of_each_kind() {
        assert_eq!(text(r#""x""#), "x");
        assert_eq!(text("null"), "");
        assert_eq!(text("true"), "true");
        assert_eq!(text("[1,2]"), "[1,2]");
    }
}
