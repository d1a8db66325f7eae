//! Walking over the elements of an array and the members of a bag as slices of their text.

use std::borrow::Cow;
use std::ops::Range;

use super::marks::{Marks, skip_space};
use crate::json;

/// The elements of an array as raw JSON, in order; `None` when the value is no array.
#[must_use]
pub fn elements(raw: &str) -> Option<Elements<'_>> {
    raw.as_bytes().first().filter(|byte| **byte == b'[').map(|_| Elements {
        text: raw,
        marks: Marks::new(raw.as_bytes()),
        at: 1,
    })
}

/// The members of a bag, in order; `None` when the value is no bag.
#[must_use]
pub fn members(raw: &str) -> Option<Members<'_>> {
    Spots::new(raw).map(|spots| Members { text: raw, spots })
}

/// How many elements an array has; `None` when the value is no array.
#[must_use]
pub fn array_length(raw: &str) -> Option<usize> {
    elements(raw).map(Iterator::count)
}

/// The element at `index`, counted from the end when negative.
#[must_use]
pub fn element(raw: &str, index: i64) -> Option<&str> {
    let mut all = elements(raw)?;
    if let Ok(index) = usize::try_from(index) {
        return all.nth(index);
    }
    let length = i64::try_from(array_length(raw)?).ok()?;
    all.nth(usize::try_from(length.checked_add(index)?).ok()?)
}

/// The value of a bag's first member of that name.
#[must_use]
pub fn member<'a>(raw: &'a str, key: &str) -> Option<&'a str> {
    let found = Spots::new(raw)?.find(|spot| spot.is(raw, key))?;
    raw.get(found.value)
}

/// Iterator over the elements of an array; ends early when the text is broken.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    text: &'a str,
    marks: Marks<'a>,
    at: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        let start = skip_space(bytes, self.at);
        let end = self.marks.value_end(start)?;
        let value = self.text.get(start..end)?;
        self.at = behind_comma(bytes, end);
        Some(value)
    }
}

/// Where one member of a bag lies in its text.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The key as a JSON string literal, quotes included.
    key: Range<usize>,
    /// The value as raw JSON.
    pub value: Range<usize>,
    /// The key is spelled with escapes.
    pub escaped: bool,
}

impl Spot {
    /// Bytes of the key, as it is spelled.
    #[inline]
    pub fn key_length(&self) -> usize {
        self.key.len().saturating_sub(2)
    }

    /// Whether the key is this one.
    #[inline]
    pub fn is(&self, text: &str, key: &str) -> bool {
        // The spelling of a key is as long as the key, or longer where it has escapes.
        if self.escaped {
            return self.key_length() > key.len() && text.get(self.key.clone()).is_some_and(|spelled| unquoted(spelled) == key);
        }
        text.as_bytes().get(self.key.start + 1..self.key.end - 1) == Some(key.as_bytes())
    }
}

/// Iterator over the places of the members of a bag.
#[derive(Clone, Debug)]
pub(super) struct Spots<'a> {
    bytes: &'a [u8],
    marks: Marks<'a>,
    at: usize,
}

impl<'a> Spots<'a> {
    /// The members of a bag; `None` when the value is no bag.
    pub fn new(raw: &'a str) -> Option<Spots<'a>> {
        let bytes = raw.as_bytes();
        bytes.first().filter(|byte| **byte == b'{').map(|_| Spots {
            bytes,
            marks: Marks::new(bytes),
            at: 1,
        })
    }
}

impl Iterator for Spots<'_> {
    type Item = Spot;

    #[inline]
    fn next(&mut self) -> Option<Spot> {
        let bytes = self.bytes;
        let key = skip_space(bytes, self.at);
        if bytes.get(key) != Some(&b'"') {
            return None;
        }
        let (key_end, escaped) = self.marks.literal_end(key)?;
        let colon = skip_space(bytes, key_end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let start = skip_space(bytes, colon + 1);
        let end = self.marks.value_end(start)?;
        self.at = behind_comma(bytes, end);
        Some(Spot {
            key: key..key_end,
            value: start..end,
            escaped,
        })
    }
}

/// One member of a bag.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The key as a JSON string literal, quotes included.
    pub raw_key: &'a str,
    /// The value as raw JSON.
    pub value: &'a str,
}

impl<'a> Member<'a> {
    /// The key with its escapes resolved.
    #[must_use]
    pub fn key(&self) -> Cow<'a, str> {
        unquoted(self.raw_key)
    }

    /// Whether the key is this one.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.key() == key
    }
}

fn unquoted(raw_key: &str) -> Cow<'_, str> {
    json::unquote(raw_key).unwrap_or(Cow::Borrowed(raw_key))
}

/// Iterator over the members of a bag; ends early when the text is broken.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    text: &'a str,
    spots: Spots<'a>,
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        let spot = self.spots.next()?;
        Some(Member {
            raw_key: self.text.get(spot.key)?,
            value: self.text.get(spot.value)?,
        })
    }
}

/// Behind the comma that follows a value, or the end of the text when none does.
fn behind_comma(bytes: &[u8], end: usize) -> usize {
    let next = skip_space(bytes, end);
    if bytes.get(next) == Some(&b',') { next + 1 } else { bytes.len() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn elements_are_slices_of_the_text() {
        let all: Vec<&str> = elements(r#"[1,"a,]",[2,[3]],{"x":[1]},null]"#).unwrap().collect();
        assert_eq!(all, ["1", "\"a,]\"", "[2,[3]]", r#"{"x":[1]}"#, "null"]);
        assert_eq!(elements("[]").unwrap().count(), 0);
        assert!(elements("{}").is_none());
    }

    #[test]
    fn members_keep_order_and_resolve_escaped_keys() {
        let all: Vec<(String, &str)> = members(r#"{"a":1,"b\"\\":{"c":2},"\u00e9":[]}"#)
            .unwrap()
            .map(|m| (m.key().into_owned(), m.value))
            .collect();
        assert_eq!(
            all,
            [("a".to_owned(), "1"), ("b\"\\".to_owned(), r#"{"c":2}"#), ("é".to_owned(), "[]")]
        );
        assert_eq!(member(r#"{"\u00e9":[]}"#, "é"), Some("[]"));
        assert_eq!(member(r#"{"a":1,"a":2}"#, "a"), Some("1"));
        assert_eq!(member(r#"{"a\\":1}"#, "a\\\\"), None);
    }

    #[test]
    fn negative_indexes_count_from_the_end() {
        assert_eq!(element("[1,2,3]", -1), Some("3"));
        assert_eq!(element("[1,2,3]", -3), Some("1"));
        assert_eq!(element("[1,2,3]", -4), None);
        assert_eq!(element("[1,2,3]", i64::MIN), None);
        assert_eq!(element("[1,2,3]", 3), None);
    }

    #[test]
    fn broken_text_ends_early() {
        for text in [
            "[", "[1", "[1,", "[\"a", "{", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1", "[,]", "{:}", "[[[", "[\"\\",
        ] {
            let _ = elements(text).map(Iterator::count);
            let _ = members(text).map(Iterator::count);
        }
    }
}
