//! From foreign JSON text to the compact form that documents are kept in.

use std::borrow::Cow;

use super::marks::{Marks, skip_space};
use crate::{format, json};

/// Deeper nesting than this is not taken as JSON.
pub const MAX_DEPTH: usize = 256;

/// A whole number of this many characters is surely a long.
const LONGEST_LONG: usize = 18;

/// The dynamic value of a text, as `parse_json()` gives it: compact JSON when the text is JSON, the text itself as a string otherwise, `None` for JSON null
/// and for empty text.
#[must_use]
pub fn parse_json(text: &str) -> Option<Cow<'_, str>> {
    if text.is_empty() {
        return None;
    }
    match compact(text) {
        Some(json) if json == "null" => None,
        Some(json) => Some(json),
        None => {
            let mut quoted = String::new();
            json::quote(text, &mut quoted);
            Some(Cow::Owned(quoted))
        }
    }
}

/// The compact form of JSON text, `None` when it is no JSON or nested too deeply: no white space, strings and numbers in their one canonical
/// spelling, keys in their order. Control characters that stand unescaped in strings are tolerated.
#[must_use]
pub fn compact(text: &str) -> Option<Cow<'_, str>> {
    Compactor {
        text,
        marks: Marks::new(text.as_bytes()),
        at: 0,
        kept: 0,
        out: String::new(),
        nesting: Vec::new(),
    }
    .run()
}

struct Compactor<'a> {
    text: &'a str,
    marks: Marks<'a>,
    at: usize,
    /// What lies before this position has been copied to `out`, or dropped.
    kept: usize,
    out: String,
    /// Whether each open container is a bag.
    nesting: Vec<bool>,
}

impl<'a> Compactor<'a> {
    fn run(mut self) -> Option<Cow<'a, str>> {
        self.space();
        loop {
            if self.value_opens_container()? {
                continue;
            }
            // A value is complete: close what ends with it, then expect the next value of the innermost container.
            loop {
                self.space();
                let Some(bag) = self.nesting.last().copied() else {
                    return self.finish();
                };
                match self.peek()? {
                    b',' => {
                        self.at += 1;
                        self.space();
                        if bag {
                            self.key()?;
                        }
                        break;
                    }
                    b'}' if bag => self.close(),
                    b']' if !bag => self.close(),
                    _ => return None,
                }
            }
        }
    }

    /// Reads a value up to its end. True when it opened a container whose first value comes next.
    fn value_opens_container(&mut self) -> Option<bool> {
        match self.peek()? {
            b'{' => {
                self.open(true)?;
                if self.peek()? == b'}' {
                    self.close();
                    return Some(false);
                }
                self.key()?;
                Some(true)
            }
            b'[' => {
                self.open(false)?;
                if self.peek()? == b']' {
                    self.close();
                    return Some(false);
                }
                Some(true)
            }
            b'"' => self.string().map(|()| false),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number().map(|()| false),
        }
    }

    fn finish(mut self) -> Option<Cow<'a, str>> {
        if self.at != self.text.len() {
            return None;
        }
        if self.kept == 0 && self.out.is_empty() {
            return Some(Cow::Borrowed(self.text));
        }
        self.out.push_str(self.text.get(self.kept..)?);
        Some(Cow::Owned(self.out))
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn open(&mut self, bag: bool) -> Option<()> {
        if self.nesting.len() >= MAX_DEPTH {
            return None;
        }
        self.nesting.push(bag);
        self.at += 1;
        self.space();
        Some(())
    }

    fn close(&mut self) {
        self.nesting.pop();
        self.at += 1;
    }

    fn key(&mut self) -> Option<()> {
        if self.peek()? != b'"' {
            return None;
        }
        self.string()?;
        self.space();
        if self.peek()? != b':' {
            return None;
        }
        self.at += 1;
        self.space();
        Some(())
    }

    fn space(&mut self) {
        let from = self.at;
        self.at = skip_space(self.text.as_bytes(), from);
        if self.at != from {
            self.replace(from, "");
        }
    }

    /// Puts `with` in place of the text from `from` to the current position.
    fn replace(&mut self, from: usize, with: &str) {
        self.out.push_str(self.text.get(self.kept..from).unwrap_or_default());
        self.out.push_str(with);
        self.kept = self.at;
    }

    fn string(&mut self) -> Option<()> {
        let from = self.at;
        self.at = self.marks.literal_end(from)?.0;
        let raw = self.text.get(from..self.at)?;
        let control = raw.bytes().any(|byte| byte < 0x20);
        if !control && !raw.contains('\\') {
            return Some(());
        }
        let escaped = if control {
            Cow::Owned(escape_controls(raw))
        } else {
            Cow::Borrowed(raw)
        };
        let mut canonical = String::with_capacity(raw.len());
        json::quote(&json::unquote(&escaped)?, &mut canonical);
        if canonical != raw {
            self.replace(from, &canonical);
        }
        Some(())
    }

    fn word(&mut self, word: &str) -> Option<bool> {
        self.text.get(self.at..)?.starts_with(word).then(|| self.at += word.len())?;
        Some(false)
    }

    fn number(&mut self) -> Option<()> {
        let from = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        let whole = self.digits();
        let leading_zero = self.text.as_bytes().get(self.at - whole) == Some(&b'0');
        if whole == 0 || (whole > 1 && leading_zero) {
            return None;
        }
        let mut whole_number = true;
        if self.peek() == Some(b'.') {
            whole_number = false;
            self.at += 1;
            if self.digits() == 0 {
                return None;
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            whole_number = false;
            if self.digits() == 0 {
                return None;
            }
        }
        let raw = self.text.get(from..self.at)?;
        if !whole_number || raw.len() > LONGEST_LONG || raw == "-0" {
            self.canonical_number(from, raw);
        }
        Some(())
    }

    /// Numbers are longs and doubles, not texts: `1.50` and `1e3` come out as those are written.
    fn canonical_number(&mut self, from: usize, raw: &str) {
        if raw == "-0" {
            return self.replace(from, "0");
        }
        if raw.parse::<i64>().is_ok() {
            return;
        }
        let Some(value) = raw.parse::<f64>().ok().filter(|value| value.is_finite()) else {
            return;
        };
        let mut canonical = String::new();
        format::real_json(value, &mut canonical);
        if canonical != raw {
            self.replace(from, &canonical);
        }
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }
}

fn escape_controls(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 16);
    for character in raw.chars() {
        match u32::from(character) {
            code @ 0..=0x1f => {
                use std::fmt::Write as _;
                let _ = write!(out, "\\u{code:04x}");
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn white_space_goes_and_everything_else_stays() {
        assert_eq!(
            compact(" { \"b\" : 1.5 , \"a\" : [ 105 , true , null , \"x y\" ] } ").unwrap(),
            r#"{"b":1.5,"a":[105,true,null,"x y"]}"#
        );
        assert!(matches!(compact(r#"{"a":[1,{}],"b":"\n"}"#), Some(Cow::Borrowed(_))));
        assert_eq!(compact("[ ]").unwrap(), "[]");
    }

    #[test]
    fn strings_get_their_canonical_spelling() {
        assert_eq!(compact(r#""\u0041\/\u00e9""#).unwrap(), "\"A/é\"");
        assert_eq!(compact("\"a\tb\"").unwrap(), r#""a\tb""#);
        assert_eq!(compact("{\"a\nb\":1}").unwrap(), r#"{"a\nb":1}"#);
    }

    #[test]
    fn numbers_get_their_canonical_spelling() {
        assert_eq!(
            compact("[1.50,1e3,1.0,-0,9223372036854775807,9223372036854775808,1e-5,1E400]").unwrap(),
            "[1.5,1000.0,1.0,0,9223372036854775807,9.223372036854776e+18,1e-05,1E400]"
        );
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in [
            "",
            " ",
            "abc",
            "{",
            "[1,]",
            "{\"a\":}",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "01",
            "1.",
            ".5",
            "+1",
            "-",
            "1e",
            "tru",
            "truex",
            "\"a",
            "\"\\x\"",
            "[1]]",
            "{]",
            "[}",
            "1 2",
            "nan",
            "{\"a\":1,}",
        ] {
            assert_eq!(compact(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_is_limited() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(compact(&nested(MAX_DEPTH)).is_some());
        assert!(compact(&nested(MAX_DEPTH + 1)).is_none());
        assert!(compact(&"[".repeat(1_000_000)).is_none());
    }

    #[test]
    fn text_that_is_no_json_becomes_a_string() {
        assert_eq!(parse_json("abc").unwrap(), "\"abc\"");
        assert_eq!(parse_json("{\"a\"").unwrap(), r#""{\"a\"""#);
        assert_eq!(parse_json("118.0").unwrap(), "118.0");
        assert_eq!(parse_json(""), None);
        assert_eq!(parse_json(" null "), None);
    }
}
