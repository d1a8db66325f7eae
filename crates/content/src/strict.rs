//! Reading files that people write for Quarry: unlike published content, everything odd in them is an error, because nobody else will say so.

use quarry_text::{Diagnostic, Span, suggest};

use crate::code;
use crate::node::{Entry, Node, Value};

/// The fields of a map. Names are exact.
pub(crate) struct Strict<'a, 'd> {
    node: &'a Node,
    /// What the map is, for messages.
    what: &'static str,
    pub diagnostics: &'d mut Vec<Diagnostic>,
}

impl<'a, 'd> Strict<'a, 'd> {
    /// The fields of a node; those that are not known are errors.
    pub fn new(node: &'a Node, what: &'static str, known: &[&str], diagnostics: &'d mut Vec<Diagnostic>) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            let message = format!("{what} is a group of fields, not {}", node.describe());
            diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, node.span));
            return None;
        }
        for entry in node.entries() {
            if !known.contains(&entry.key.as_str()) {
                diagnostics.push(unknown(what, &entry.key, entry.key_span, known));
            }
        }
        Some(Self { node, what, diagnostics })
    }

    pub fn entry(&self, name: &str) -> Option<&'a Entry> {
        self.node.entries().iter().find(|entry| entry.key == name)
    }

    /// The place that stands for the whole: its first key.
    pub fn head(&self) -> Span {
        self.node.entries().first().map_or(self.node.span, |entry| entry.key_span)
    }

    pub fn error(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::error(code, message.into(), span));
    }

    /// A single value, without blanks around it.
    pub fn text(&mut self, name: &str) -> Option<(&'a str, Span)> {
        let entry = self.entry(name)?;
        match entry.value.as_text() {
            Some(text) if entry.value.is_blank() || text.trim().is_empty() => None,
            Some(text) => Some((text.trim(), entry.value.span)),
            None => {
                let message = format!("`{name}` of {} is a single value, not {}", self.what, entry.value.describe());
                self.error(code::WRONG_SHAPE, message, entry.key_span);
                None
            }
        }
    }

    pub fn owned(&mut self, name: &str) -> String {
        self.text(name).map(|(text, _)| text.to_owned()).unwrap_or_default()
    }

    /// As `text`, and an error when there is none.
    pub fn needed(&mut self, name: &str) -> Option<(&'a str, Span)> {
        let found = self.text(name);
        if found.is_none() && self.entry(name).is_none_or(|entry| entry.value.as_text().is_some()) {
            let message = format!("{} has no `{name}`", self.what);
            let head = self.head();
            self.error(code::MISSING_FIELD, message, head);
        }
        found
    }

    /// `true` or `false`; `false` when it is not there.
    pub fn flag(&mut self, name: &str) -> bool {
        match self.text(name) {
            None | Some(("false", _)) => false,
            Some(("true", _)) => true,
            Some((_, span)) => {
                self.error(code::UNKNOWN_VALUE, format!("`{name}` is `true` or `false`"), span);
                false
            }
        }
    }

    /// A list of single values; one value alone is a list of one.
    pub fn texts(&mut self, name: &str) -> Vec<(&'a str, Span)> {
        let Some(entry) = self.entry(name).filter(|entry| !entry.value.is_blank()) else {
            return Vec::new();
        };
        let items = match &entry.value.value {
            Value::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        let mut texts = Vec::new();
        for item in items {
            match item.as_text() {
                Some(text) => texts.push((text.trim(), item.span)),
                None => self.error(
                    code::WRONG_SHAPE,
                    format!("`{name}` lists single values, not {}", item.describe()),
                    item.span,
                ),
            }
        }
        texts
    }

    /// The items of a list.
    pub fn list(&mut self, name: &str) -> &'a [Node] {
        let Some(entry) = self.entry(name) else { return &[] };
        match &entry.value.value {
            Value::List(items) => items,
            _ if entry.value.is_blank() => &[],
            _ => {
                let message = format!("`{name}` is a list, not {}", entry.value.describe());
                self.error(code::WRONG_SHAPE, message, entry.key_span);
                &[]
            }
        }
    }

    /// The entries of a map whose keys are names of anything.
    pub fn map(&mut self, name: &str) -> &'a [Entry] {
        let Some(entry) = self.entry(name) else { return &[] };
        match &entry.value.value {
            Value::Map(entries) => entries,
            _ if entry.value.is_blank() => &[],
            _ => {
                let message = format!("`{name}` is a group of fields, not {}", entry.value.describe());
                self.error(code::WRONG_SHAPE, message, entry.key_span);
                &[]
            }
        }
    }
}

/// A field that nothing has.
pub(crate) fn unknown(what: &str, name: &str, span: Span, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error(code::UNKNOWN_FIELD, format!("{what} has no field `{name}`"), span);
    match suggest::closest(name, known.iter().copied()) {
        Some(close) => diagnostic.with_help(format!("did you mean `{close}`?")),
        None => diagnostic.with_help(format!("its fields are {}", known.join(", "))),
    }
}
