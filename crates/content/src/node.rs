//! A document as a tree of spanned nodes, whichever reader it came from.

use quarry_text::Span;

/// A value and the place it was written at.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub span: Span,
    pub value: Value,
}

/// Numbers and booleans stay text: `1.10` must not become `1.1`, and `no` is a word.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub key: String,
    pub key_span: Span,
    pub value: Node,
}

impl Node {
    pub(crate) fn text(text: impl Into<String>, span: Span) -> Self {
        Self {
            span,
            value: Value::Text(text.into()),
        }
    }

    /// The text of a scalar; `None` for lists and maps.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The entries of a map; empty for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Text(_) | Value::List(_) => &[],
        }
    }

    /// The first entry whose key equals `key` but for case, `-` and `_`: published files mix them.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        let exact = self.entries().iter().find(|entry| entry.key == key);
        exact.or_else(|| self.entries().iter().find(|entry| same_key(&entry.key, key)))
    }

    /// A scalar without content.
    pub(crate) fn is_blank(&self) -> bool {
        match &self.value {
            Value::Text(text) => matches!(text.trim(), "" | "~" | "null"),
            Value::List(items) => items.is_empty(),
            Value::Map(entries) => entries.is_empty(),
        }
    }

    /// What kind of value it is, in words.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.value {
            Value::Text(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a group of fields",
        }
    }
}

/// Whether two keys differ at most by case, `-` and `_`.
pub(crate) fn same_key(a: &str, b: &str) -> bool {
    fold_key(a).eq(fold_key(b))
}

fn fold_key(key: &str) -> impl Iterator<Item = char> + '_ {
    key.chars()
        .filter(|c| !matches!(c, '-' | '_' | ' '))
        .map(|c| c.to_ascii_lowercase())
}
