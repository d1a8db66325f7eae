//! Events as people write them: columns with values, members of documents by path, rows that build on others, rows many times.

use quarry_text::{Diagnostic, Span, suggest};
use serde_json::{Map, Value as Json};

use crate::code;
use crate::node::{Entry, Node, Value};

/// An event that begins as a copy of this sample.
const LIKE: &str = "like";
/// So many events, numbered from 1 where `{n}` stands.
const REPEAT: &str = "repeat";
/// Events that one entry may give: a guard against slips of the keyboard.
const MOST: u64 = 10_000;

/// Named rows that events build on.
pub(super) struct Samples(Vec<(String, Map<String, Json>)>);

impl Samples {
    /// The samples, each of which may build on those before it.
    pub fn read(entries: &[Entry], source: &str, diagnostics: &mut Vec<Diagnostic>) -> Samples {
        let mut samples = Samples(Vec::new());
        for entry in entries {
            if entry.value.get(REPEAT).is_some() {
                diagnostics.push(Diagnostic::error(
                    code::WRONG_SHAPE,
                    "a sample is one row: repeat the events that are like it",
                    entry.key_span,
                ));
            }
            if let Some((row, _)) = samples.row(&entry.value, source, diagnostics) {
                samples.0.push((entry.key.clone(), row));
            }
        }
        samples
    }

    /// The events that one item of a list stands for.
    pub fn events(&self, node: &Node, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Vec<(Json, Span)> {
        let Some((row, repeat)) = self.row(node, source, diagnostics) else {
            return Vec::new();
        };
        match repeat {
            None => vec![(Json::Object(row), node.span)],
            Some(times) => (1..=times)
                .map(|number| (numbered(&Json::Object(row.clone()), number), node.span))
                .collect(),
        }
    }

    fn row(&self, node: &Node, source: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<(Map<String, Json>, Option<u64>)> {
        let Value::Map(entries) = &node.value else {
            let message = format!("an event is a group of columns, not {}", node.describe());
            diagnostics.push(Diagnostic::error(code::WRONG_SHAPE, message, node.span));
            return None;
        };
        let (mut row, mut repeat) = (Map::new(), None);
        for entry in entries.iter().filter(|entry| entry.key == LIKE) {
            let name = entry.value.as_text().unwrap_or_default();
            match self.0.iter().find(|(sample, _)| sample == name) {
                Some((_, sample)) => row.clone_from(sample),
                None => diagnostics.push(self.unknown(name, entry.value.span)),
            }
        }
        for entry in entries.iter().filter(|entry| entry.key != LIKE) {
            if entry.key != REPEAT {
                set(&mut row, &entry.key, json(&entry.value, source));
                continue;
            }
            repeat = entry
                .value
                .as_text()
                .and_then(|text| text.parse().ok())
                .filter(|times| (1..=MOST).contains(times));
            if repeat.is_none() {
                let message = format!("`repeat` is a whole number from 1 to {MOST}");
                diagnostics.push(Diagnostic::error(code::NUMBER, message, entry.value.span));
            }
        }
        Some((row, repeat))
    }

    fn unknown(&self, name: &str, span: Span) -> Diagnostic {
        let diagnostic = Diagnostic::error(code::UNKNOWN_VALUE, format!("no sample is called `{name}`"), span);
        match suggest::closest(name, self.0.iter().map(|(name, _)| name.as_str())) {
            Some(close) => diagnostic.with_help(format!("did you mean `{close}`?")),
            None => diagnostic.with_help("samples are rows under `samples:`, by name, before the tests"),
        }
    }
}

/// Sets a column, or the member of its document that a path with dots names.
fn set(row: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        None => {
            row.insert(path.to_owned(), value);
        }
        Some((column, rest)) => {
            let inner = row.entry(column).or_insert_with(|| Json::Object(Map::new()));
            if !inner.is_object() {
                *inner = Json::Object(Map::new());
            }
            if let Json::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

/// A node as JSON. A scalar without quotes is a number, a boolean or nothing where YAML says so, and text otherwise.
pub(super) fn json(node: &Node, source: &str) -> Json {
    match &node.value {
        Value::List(items) => Json::Array(items.iter().map(|item| json(item, source)).collect()),
        Value::Map(entries) => {
            let mut members = Map::new();
            for entry in entries {
                members.insert(entry.key.clone(), json(&entry.value, source));
            }
            Json::Object(members)
        }
        Value::Text(text) if node.span.text(source).trim() == text => match text.as_str() {
            "" | "~" | "null" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            _ => match serde_json::from_str::<serde_json::Number>(text) {
                Ok(number) => Json::Number(number),
                Err(_) => Json::String(text.clone()),
            },
        },
        Value::Text(text) => Json::String(text.clone()),
    }
}

/// The same with a number in the place of every `{n}`.
fn numbered(value: &Json, number: u64) -> Json {
    match value {
        Json::String(text) => Json::String(text.replace("{n}", &number.to_string())),
        Json::Array(items) => Json::Array(items.iter().map(|item| numbered(item, number)).collect()),
        Json::Object(members) => {
            let members = members.iter().map(|(name, value)| (name.clone(), numbered(value, number)));
            Json::Object(members.collect())
        }
        other => other.clone(),
    }
}
