//! The members of a JSON object as slices of its text: keys and values are found, values are not looked into.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr2, memchr3};
use quarry_value::json;

use crate::write::{Cell, canonical_end};

/// Found members, by place in the text. Reused from record to record.
#[derive(Debug, Default)]
pub(super) struct Members {
    places: Vec<Place>,
}

#[derive(Clone, Debug)]
struct Place {
    key: Range<usize>,
    value: Range<usize>,
    /// The value is a document that can be taken as it stands.
    canonical: bool,
}

impl Place {
    fn member<'t>(&self, text: &'t str) -> Member<'t> {
        Member {
            key: text.get(self.key.clone()).unwrap_or_default(),
            value: text.get(self.value.clone()).unwrap_or_default(),
            canonical: self.canonical,
        }
    }
}

/// A member: key as a JSON string literal, value as JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member<'t> {
    pub key: &'t str,
    pub value: &'t str,
    canonical: bool,
}

impl Members {
    /// Finds the members of an object. The error says what is wrong, and where.
    pub fn find(&mut self, text: &str) -> Result<(), String> {
        self.places.clear();
        let bytes = text.as_bytes();
        let mut at = blanks(bytes, 0);
        if bytes.get(at) != Some(&b'{') {
            return Err("not a JSON object".to_owned());
        }
        at = blanks(bytes, at + 1);
        if bytes.get(at) == Some(&b'}') {
            return trailing(bytes, at + 1);
        }
        loop {
            if bytes.get(at) != Some(&b'"') {
                return Err(broken("a field name in quotes", at));
            }
            let key_end = string_end(bytes, at).ok_or_else(|| "broken JSON: a field name does not end".to_owned())?;
            let colon = blanks(bytes, key_end);
            if bytes.get(colon) != Some(&b':') {
                return Err(broken("`:`", colon));
            }
            let value = blanks(bytes, colon + 1);
            let document = matches!(bytes.get(value), Some(b'{' | b'['))
                .then(|| canonical_end(bytes, value))
                .flatten();
            let value_end = document.or_else(|| value_end(bytes, value));
            let value_end = value_end.ok_or_else(|| broken("a value that ends", value))?;
            self.places.push(Place {
                key: at..key_end,
                value: value..value_end,
                canonical: document.is_some(),
            });
            at = blanks(bytes, value_end);
            match bytes.get(at) {
                Some(b',') => at = blanks(bytes, at + 1),
                Some(b'}') => return trailing(bytes, at + 1),
                _ => return Err(broken("`,` or `}`", at)),
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The members in order.
    pub fn iter<'t>(&self, text: &'t str) -> impl Iterator<Item = Member<'t>> + Clone {
        self.places.iter().map(move |place| place.member(text))
    }

    /// The first member with this key.
    pub fn get<'t>(&self, text: &'t str, key: &str) -> Option<Member<'t>> {
        // Asked for each record for many keys that it has not: their length tells nearly always.
        let is = |place: &&Place| place.key.len() == key.len() + 2 && text.get(place.key.clone()).is_some_and(|raw| inner(raw) == key);
        self.places.iter().find(is).map(|place| place.member(text))
    }
}

impl<'t> Member<'t> {
    /// The key without its quotes, escapes as they are.
    pub fn name(&self) -> &'t str {
        inner(self.key)
    }

    /// The content of a value that is text; `None` when it is none, or its escapes are broken.
    pub fn text(&self) -> Option<Cow<'t, str>> {
        self.value.starts_with('"').then(|| text(self.value)).flatten()
    }

    /// The cell that the value is, whose text was taken out before, since it may have been unescaped.
    pub fn cell<'a>(&'a self, text: &'a Option<Cow<'t, str>>) -> Option<Cell<'a>> {
        match self.value.as_bytes().first()? {
            b'"' => Some(Cell::Text(text.as_deref()?)),
            _ => self.bare(),
        }
    }

    /// The cell that the value is, unless it is text.
    pub fn bare(&self) -> Option<Cell<'t>> {
        let value = self.value;
        Some(match value.as_bytes().first()? {
            b'{' | b'[' if self.canonical => Cell::Canonical(value),
            b'{' | b'[' => Cell::Document(value),
            b'n' if value == "null" => Cell::Null,
            b't' if value == "true" => Cell::Bool(true),
            b'f' if value == "false" => Cell::Bool(false),
            b'-' | b'0'..=b'9' => Cell::Number(value),
            _ => return None,
        })
    }

    /// The same value under another key, given as a JSON string literal.
    pub fn under(self, key: &'t str) -> Member<'t> {
        Member { key, ..self }
    }
}

/// The text between the quotes, escapes as they are.
fn inner(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

/// The content of a JSON string literal; `None` when its escapes are broken.
pub(super) fn text(raw: &str) -> Option<Cow<'_, str>> {
    let inner = inner(raw);
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    json::unquote(raw)
}

fn broken(expected: &str, at: usize) -> String {
    format!("broken JSON: {expected} expected at byte {}", at + 1)
}

fn trailing(bytes: &[u8], at: usize) -> Result<(), String> {
    if blanks(bytes, at) == bytes.len() {
        Ok(())
    } else {
        Err(broken("the end of the record", at))
    }
}

fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
    }
}

fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' => container_end(bytes, at, b'{', b'}'),
        b'[' => container_end(bytes, at, b'[', b']'),
        _ => {
            let rest = bytes.get(at..)?;
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'))?;
            (length > 0).then_some(at + length)
        }
    }
}

/// Only the container's own kind of bracket is counted: whoever takes the document checks the rest.
fn container_end(bytes: &[u8], at: usize, open: u8, close: u8) -> Option<usize> {
    let (mut depth, mut at) = (0usize, at);
    loop {
        let found = at + memchr3(b'"', open, close, bytes.get(at..)?)?;
        let byte = *bytes.get(found)?;
        if byte == b'"' {
            at = string_end(bytes, found)?;
            continue;
        }
        at = found + 1;
        if byte == open {
            depth += 1;
        } else {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return Some(at);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn found(text: &str) -> Result<Vec<(String, String)>, String> {
        let mut members = Members::default();
        members.find(text)?;
        Ok(members
            .iter(text)
            .map(|member| (member.key.to_owned(), member.value.to_owned()))
            .collect())
    }

    #[test]
    fn members_are_slices() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(found("{}").unwrap(), []);
        assert_eq!(
            found(r#" { "a" : 1 , "b\"":"x,}", "c":{"d":[1,{"e":"}"}]} , "f":[] } "#).unwrap(),
            [
                pair("\"a\"", "1"),
                pair(r#""b\"""#, "\"x,}\""),
                pair("\"c\"", r#"{"d":[1,{"e":"}"}]}"#),
                pair("\"f\"", "[]")
            ]
        );
    }

    #[test]
    fn broken_objects_are_refused_with_the_place() {
        for text in [
            "",
            "[]",
            "{",
            "{a:1}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1"#,
            r#"{"a":"x"#,
            r#"{"a":1} x"#,
            r#"{"a":1,}"#,
            r#"{"a":{"b":1}"#,
        ] {
            assert!(found(text).is_err(), "{text}");
        }
        assert_eq!(found(r#"{"a" 1}"#).unwrap_err(), "broken JSON: `:` expected at byte 6");
    }
}
