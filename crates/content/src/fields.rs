//! Reading fields of a node, saying what is wrong with them and taking what can be taken.

use quarry_text::{Diagnostic, Span, suggest};

use crate::code;
use crate::node::{Entry, Node, Value};

/// The fields of one map and the diagnostics about them.
pub(crate) struct Fields<'a> {
    node: &'a Node,
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(node: &'a Node, diagnostics: &'a mut Vec<Diagnostic>) -> Self {
        Self { node, diagnostics }
    }

    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.node.get(key)
    }

    /// The place that stands for the whole map: its first key.
    pub(crate) fn head(&self) -> Span {
        self.node
            .entries()
            .first()
            .map_or(Span::empty(self.node.span.start), |entry| entry.key_span)
    }

    /// The trimmed text of a field and its place; `None` when it is absent or blank. A list of one value counts as the value.
    pub(crate) fn text(&mut self, key: &str) -> Option<(&'a str, Span)> {
        let entry = self.entry(key)?;
        let value = match &entry.value.value {
            Value::List(items) if items.len() == 1 => items.first()?,
            _ => &entry.value,
        };
        if value.is_blank() {
            return None;
        }
        match value.as_text() {
            Some(text) => Some((text.trim(), value.span)),
            None => {
                let message = format!("`{key}` must be a single value, not {}", value.describe());
                self.diagnostics
                    .push(Diagnostic::warning(code::WRONG_SHAPE, message, entry.key_span));
                None
            }
        }
    }

    /// As `text`, and a warning when there is none.
    pub(crate) fn expected_text(&mut self, key: &str) -> Option<(&'a str, Span)> {
        let found = self.text(key);
        if found.is_none() && self.entry(key).is_none_or(|entry| entry.value.is_blank()) {
            let span = self.entry(key).map_or(self.head(), |entry| entry.key_span);
            self.diagnostics
                .push(Diagnostic::warning(code::MISSING_FIELD, format!("no `{key}`"), span));
        }
        found
    }

    /// The texts of a list and their places. A single value is taken for a list of its comma-separated parts, with a warning.
    pub(crate) fn texts(&mut self, key: &str) -> Vec<(&'a str, Span)> {
        let Some(entry) = self.entry(key) else {
            return Vec::new();
        };
        if entry.value.is_blank() {
            return Vec::new();
        }
        match &entry.value.value {
            Value::Text(text) => {
                let diagnostic = Diagnostic::warning(code::WRONG_SHAPE, format!("`{key}` must be a list"), entry.value.span)
                    .with_help(format!("write `{key}:` and below it `  - {}`", text.trim()));
                self.diagnostics.push(diagnostic);
                text.split(',')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(|part| (part, entry.value.span))
                    .collect()
            }
            Value::List(items) => {
                let mut texts = Vec::new();
                for item in items.iter().filter(|item| !item.is_blank()) {
                    match item.as_text() {
                        Some(text) => texts.push((text.trim(), item.span)),
                        None => {
                            let message = format!("`{key}` must list single values, not {}", item.describe());
                            self.diagnostics.push(Diagnostic::warning(code::WRONG_SHAPE, message, item.span));
                        }
                    }
                }
                texts
            }
            Value::Map(_) => {
                let message = format!("`{key}` must be a list, not a group of fields");
                self.diagnostics
                    .push(Diagnostic::warning(code::WRONG_SHAPE, message, entry.key_span));
                Vec::new()
            }
        }
    }

    /// The maps of a list. A single map is taken for a list of one, with a warning.
    pub(crate) fn maps(&mut self, key: &str) -> Vec<&'a Node> {
        let Some(entry) = self.entry(key) else {
            return Vec::new();
        };
        match &entry.value.value {
            Value::List(items) => {
                let mut maps = Vec::new();
                for item in items.iter().filter(|item| !item.is_blank()) {
                    if matches!(item.value, Value::Map(_)) {
                        maps.push(item);
                    } else {
                        let message = format!("`{key}` must list groups of fields, not {}", item.describe());
                        self.diagnostics.push(Diagnostic::warning(code::WRONG_SHAPE, message, item.span));
                    }
                }
                maps
            }
            Value::Text(_) if entry.value.is_blank() => Vec::new(),
            Value::Text(_) | Value::Map(_) => {
                let message = format!("`{key}` must be a list, not {}", entry.value.describe());
                self.diagnostics
                    .push(Diagnostic::warning(code::WRONG_SHAPE, message, entry.key_span));
                if matches!(entry.value.value, Value::Map(_)) {
                    vec![&entry.value]
                } else {
                    Vec::new()
                }
            }
        }
    }

    /// Reports keys that are not among `known`.
    pub(crate) fn unknown_keys(&mut self, known: &[&str]) {
        for entry in self.node.entries() {
            if known.iter().any(|known| crate::node::same_key(known, &entry.key)) {
                continue;
            }
            let mut diagnostic = Diagnostic::info(
                code::UNKNOWN_FIELD,
                format!("no content has a field `{}`", entry.key),
                entry.key_span,
            );
            if let Some(closest) = suggest::closest(&entry.key, known.iter().copied()) {
                diagnostic = diagnostic.with_help(format!("did you mean `{closest}`?"));
            }
            self.diagnostics.push(diagnostic);
        }
    }
}
