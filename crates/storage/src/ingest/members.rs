//! The members of a JSON object as slices of its text: keys and values are found, values are not looked into.
//!
//! Every field of every record passes here. What is called for each is marked to be inlined: where a build does not optimise across its units, what
//! small functions give back would go through memory.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;
use std::sync::OnceLock;

use quarry_value::dynamic::Marks;
use quarry_value::json;

use crate::write::{Cell, canonical_end};

/// Found members, by place in the text. Reused from record to record.
#[derive(Debug)]
pub(super) struct Members {
    places: Vec<Place>,
    /// The lengths of keys, as bits: most keys that are asked for are told to be absent by theirs.
    lengths: u64,
    /// A hash of the names in order, and one of which of them have a value.
    names: u64,
    filled: u64,
    seed: u64,
}

/// What tells records with other fields apart, within one run of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    /// Of the names in order.
    pub names: u64,
    /// Of the names in order, and which of them have a value.
    pub filled: u64,
}

impl Default for Members {
    fn default() -> Members {
        // Unknown to who writes records, so that nobody can make two signatures equal.
        let seed = *SEED.get_or_init(|| RandomState::new().hash_one(0));
        Members {
            places: Vec::new(),
            lengths: 0,
            names: seed,
            filled: seed,
            seed,
        }
    }
}

static SEED: OnceLock<u64> = OnceLock::new();

#[derive(Clone, Debug)]
struct Place {
    key: Range<usize>,
    value: Range<usize>,
    spelling: Spelling,
}

/// What is known of how key and value are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Spelling {
    /// The key has escapes.
    key_escaped: bool,
    /// The value is text with escapes.
    escaped: bool,
    /// The value is a document that can be taken as it stands.
    canonical: bool,
}

impl Place {
    #[inline]
    fn member<'t>(&self, text: &'t str) -> Member<'t> {
        Member {
            key: text.get(self.key.clone()).unwrap_or_default(),
            value: text.get(self.value.clone()).unwrap_or_default(),
            spelling: self.spelling,
        }
    }
}

/// A member: key as a JSON string literal, value as JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Member<'t> {
    pub key: &'t str,
    pub value: &'t str,
    spelling: Spelling,
}

impl Members {
    /// Finds the members of an object. The error says what is wrong, and where.
    pub fn find(&mut self, text: &str) -> Result<(), String> {
        self.places.clear();
        self.lengths = 0;
        self.names = self.seed;
        self.filled = self.seed;
        let bytes = text.as_bytes();
        let mut marks = Marks::new(bytes);
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
            let (key_end, key_escaped) = marks
                .literal_end(at)
                .ok_or_else(|| "broken JSON: a field name does not end".to_owned())?;
            let colon = blanks(bytes, key_end);
            if bytes.get(colon) != Some(&b':') {
                return Err(broken("`:`", colon));
            }
            let value = blanks(bytes, colon + 1);
            let (mut escaped, mut canonical) = (false, false);
            let value_end = match bytes.get(value) {
                Some(b'"') => marks.literal_end(value).map(|(end, escapes)| {
                    escaped = escapes;
                    end
                }),
                Some(b'{' | b'[') => match canonical_end(bytes, value) {
                    Some(end) => {
                        canonical = true;
                        Some(end)
                    }
                    // Whoever takes the document checks it.
                    None => marks.container_end(value),
                },
                _ => bare_end(bytes, value),
            };
            let value_end = value_end.ok_or_else(|| broken("a value that ends", value))?;
            self.lengths |= length_bit(key_end - at - 2);
            let filled = is_filled(bytes.get(value..value_end).unwrap_or_default());
            self.names = with_name(self.names, bytes.get(at..key_end).unwrap_or_default());
            self.filled = mix(self.filled, u64::from(filled));
            self.places.push(Place {
                key: at..key_end,
                value: value..value_end,
                spelling: Spelling {
                    key_escaped,
                    escaped,
                    canonical,
                },
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

    /// What tells records with other fields apart.
    pub fn signature(&self) -> Signature {
        Signature {
            names: self.names,
            filled: mix(self.names, self.filled),
        }
    }

    /// The first member with this key.
    pub fn get<'t>(&self, text: &'t str, key: &str) -> Option<Member<'t>> {
        // Asked for each record for many keys that it has not.
        if self.lengths & length_bit(key.len()) == 0 {
            return None;
        }
        let is = |place: &&Place| place.key.len() == key.len() + 2 && text.get(place.key.clone()).is_some_and(|raw| inner(raw) == key);
        self.places.iter().find(is).map(|place| place.member(text))
    }
}

impl<'t> Member<'t> {
    /// The key without its quotes, escapes as they are.
    #[inline]
    pub fn name(&self) -> &'t str {
        inner(self.key)
    }

    /// The key with its escapes resolved; `None` when they are broken.
    #[inline]
    pub fn unescaped_name(&self) -> Option<Cow<'t, str>> {
        content(self.key, self.spelling.key_escaped)
    }

    /// Whether there is a value: logs write null and empty text for none.
    #[inline]
    pub fn is_filled(&self) -> bool {
        is_filled(self.value.as_bytes())
    }

    /// The content of a value that is text; `None` when it is none, or its escapes are broken.
    #[inline]
    pub fn text(&self) -> Option<Cow<'t, str>> {
        let content = || content(self.value, self.spelling.escaped);
        self.value.starts_with('"').then(content).flatten()
    }

    /// The cell that the value is, whose text was taken out before, since it may have been unescaped.
    #[inline]
    pub fn cell<'a>(&'a self, text: &'a Option<Cow<'t, str>>) -> Option<Cell<'a>> {
        match self.value.as_bytes().first()? {
            b'"' => Some(Cell::Text(text.as_deref()?)),
            _ => self.bare(),
        }
    }

    /// The cell that the value is, unless it is text.
    #[inline]
    pub fn bare(&self) -> Option<Cell<'t>> {
        let value = self.value;
        Some(match value.as_bytes().first()? {
            b'{' | b'[' if self.spelling.canonical => Cell::Canonical(value),
            b'{' | b'[' => Cell::Document(value),
            b'n' if value == "null" => Cell::Null,
            b't' if value == "true" => Cell::Bool(true),
            b'f' if value == "false" => Cell::Bool(false),
            b'-' | b'0'..=b'9' => Cell::Number(value),
            _ => return None,
        })
    }

    /// The same value under another key, given as a JSON string literal without escapes.
    pub fn under(self, key: &'t str) -> Member<'t> {
        let spelling = Spelling {
            key_escaped: false,
            ..self.spelling
        };
        Member { key, spelling, ..self }
    }
}

/// The hash of names with one more.
#[inline]
fn with_name(mut names: u64, key: &[u8]) -> u64 {
    let (words, _) = key.as_chunks::<8>();
    for word in words {
        names = mix(names, u64::from_le_bytes(*word));
    }
    // What is left is read with bytes before it; the length tells where.
    let last = key.last_chunk::<8>().map_or_else(|| short(key), |word| u64::from_le_bytes(*word));
    mix(names, last ^ ((key.len() as u64) << 56))
}

/// Less than eight bytes as a number.
fn short(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |word, byte| (word << 8) | u64::from(*byte))
}

#[inline]
fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word) * 0x9e37_79b9_7f4a_7c15;
    #[allow(clippy::cast_possible_truncation)]
    {
        (product as u64) ^ ((product >> 64) as u64)
    }
}

#[inline]
fn is_filled(value: &[u8]) -> bool {
    !matches!(value, b"null" | b"\"\"")
}

fn length_bit(length: usize) -> u64 {
    1 << (length % 64)
}

/// The text between the quotes, escapes as they are.
#[inline]
fn inner(raw: &str) -> &str {
    raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
}

/// The content of a JSON string literal; `None` when its escapes are broken.
#[inline]
fn content(raw: &str, escaped: bool) -> Option<Cow<'_, str>> {
    if escaped {
        json::unquote(raw)
    } else {
        Some(Cow::Borrowed(inner(raw)))
    }
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

#[inline]
fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
        at += 1;
    }
    at
}

/// The position behind a number or a word.
#[inline]
fn bare_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let length = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r'))?;
    (length > 0).then_some(at + length)
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
    fn signatures_tell_names_and_what_is_filled() {
        let signature = |text: &str| {
            let mut members = Members::default();
            members.find(text).unwrap();
            members.signature()
        };
        let one = signature(r#"{"TimeGenerated":"x","a":1}"#);
        assert_eq!(one, signature(r#"{"TimeGenerated":5,"a":{}}"#));
        let empty = signature(r#"{"TimeGenerated":"","a":1}"#);
        assert_eq!(
            (one.names, empty.filled),
            (empty.names, signature(r#"{"TimeGenerated":null,"a":1}"#).filled)
        );
        assert_ne!(one.filled, empty.filled);
        for other in [
            r#"{"TimeGenerated":"x"}"#,
            r#"{"a":1,"TimeGenerated":"x"}"#,
            r#"{"TimeGenerateda":"x","":1}"#,
            r#"{"XimeGenerated":"x","a":1}"#,
            r#"{"TimeGenerated":"x","aa":1}"#,
        ] {
            assert_ne!(one.names, signature(other).names, "{other}");
        }
    }

    #[test]
    fn escapes_are_resolved() {
        let text = r#"{"a\u0062":"x\ny","c":"p\"","d":"q"}"#;
        let mut members = Members::default();
        members.find(text).unwrap();
        let found: Vec<_> = members
            .iter(text)
            .map(|member| (member.unescaped_name().unwrap(), member.text().unwrap()))
            .collect();
        let plain: Vec<(&str, &str)> = found.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(plain, [("ab", "x\ny"), ("c", "p\""), ("d", "q")]);
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
