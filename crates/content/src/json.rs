//! JSON text to nodes: as the YAML reader gives them, so that what reads one reads the other.

use quarry_text::{Diagnostic, Span};

use crate::code;
use crate::node::{Entry, Node, Value};

/// The value of a JSON text.
///
/// # Errors
/// Where and why the text is no JSON.
pub(crate) fn parse(source: &str) -> Result<Node, Box<Diagnostic>> {
    // It says what is wrong, and refuses what is nested too deep for the reader below.
    if let Err(error) = serde_json::from_str::<serde_json::Value>(source) {
        let line_start: usize = source
            .split_inclusive('\n')
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let at = u32::try_from(line_start + error.column().saturating_sub(1)).unwrap_or(u32::MAX);
        let message = format!("not valid JSON: {error}");
        return Err(Box::new(Diagnostic::error(code::YAML, message, Span::empty(at))));
    }
    let mut reader = Reader { source, at: 0 };
    Ok(reader.value().unwrap_or_else(|| Node::text("", Span::default())))
}

/// A place in a text that is known to be JSON.
struct Reader<'s> {
    source: &'s str,
    at: usize,
}

impl Reader<'_> {
    /// The next character behind blanks.
    fn next(&mut self) -> Option<u8> {
        let rest = self.source.get(self.at..)?;
        self.at += rest.len() - rest.trim_ascii_start().len();
        self.source.as_bytes().get(self.at).copied()
    }

    fn span(&self, start: usize) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(offset(start), offset(self.at))
    }

    fn value(&mut self) -> Option<Node> {
        let first = self.next()?;
        let start = self.at;
        let value = match first {
            b'{' => self.map()?,
            b'[' => self.list()?,
            b'"' => Value::Text(self.string()?),
            _ => {
                let rest = self.source.get(start..)?;
                let length = rest.find([',', ']', '}', ' ', '\n', '\r', '\t']).unwrap_or(rest.len());
                self.at += length;
                Value::Text(rest.get(..length)?.to_owned())
            }
        };
        Some(Node {
            span: self.span(start),
            value,
        })
    }

    fn map(&mut self) -> Option<Value> {
        let mut entries = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                b'}' => break,
                b',' => self.at += 1,
                _ => {
                    let start = self.at;
                    let key = self.string()?;
                    let key_span = self.span(start);
                    // The colon.
                    self.next()?;
                    self.at += 1;
                    let value = self.value()?;
                    entries.push(Entry { key, key_span, value });
                }
            }
        }
        self.at += 1;
        Some(Value::Map(entries))
    }

    fn list(&mut self) -> Option<Value> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            match self.next()? {
                b']' => break,
                b',' => self.at += 1,
                _ => items.push(self.value()?),
            }
        }
        self.at += 1;
        Some(Value::List(items))
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        let mut escaped = true;
        for (at, byte) in self.source.as_bytes().iter().enumerate().skip(start) {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    self.at = at + 1;
                    return serde_json::from_str(self.source.get(start..self.at)?).ok();
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_keep_their_spelling_and_place() {
        let source = "{ \"é\" : 1.10,\n\t\"b\": [true, null, \"q\\n\\u00e9\\\"\"], \"c\": {} }";
        let node = parse(source).unwrap();
        let one = node.get("é").unwrap();
        assert_eq!((one.value.as_text(), one.value.span.text(source)), (Some("1.10"), "1.10"));
        assert_eq!(one.key_span.text(source), "\"é\"");
        let Value::List(items) = &node.get("b").unwrap().value.value else {
            unreachable!()
        };
        let texts: Vec<_> = items.iter().map(|item| item.as_text().unwrap()).collect();
        assert_eq!(texts, ["true", "null", "q\né\""]);
        assert!(node.get("c").unwrap().value.is_blank());
        assert_eq!(node.span.text(source), source);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let source = "{\n \"a\": 1,\n \"b\": oops }";
        let told = parse(source).unwrap_err();
        assert_eq!(&source[told.span.start as usize..][..1], "o");
        assert!(parse(&"[".repeat(5000)).is_err());
        assert!(parse("").is_err());
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into)
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect()))
            ]
        })
    }

    fn same(node: &Node, value: &serde_json::Value) -> bool {
        match (&node.value, value) {
            (Value::Text(text), serde_json::Value::String(other)) => text == other,
            (Value::Text(text), other) => *text == other.to_string(),
            (Value::List(items), serde_json::Value::Array(others)) => {
                items.len() == others.len() && items.iter().zip(others).all(|(item, other)| same(item, other))
            }
            (Value::Map(entries), serde_json::Value::Object(others)) => {
                entries.len() == others.len() && entries.iter().all(|entry| same(&entry.value, &others[&entry.key]))
            }
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn every_json_is_read_as_it_is(value in json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
            prop_assert!(same(&parse(&text).unwrap(), &value), "{}", text);
        }

        #[test]
        fn no_text_breaks_it(text in "[\\[\\]{}\",:\\\\ \na1]{0,40}") {
            let _ = parse(&text);
        }
    }
}
