//! The fields of one record, whatever kind of file it comes from.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher};

use quarry_value::{dynamic, json};

use super::members::Members;
use crate::write::{Cell, text_of};

/// Which part of its record a field stands in. Mappings name the part before a dot: `System.EventID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// The record itself.
    Own,
    /// What a Windows event says of itself.
    System,
    /// What an exporter wrapped around the record.
    Envelope,
}

#[derive(Clone, Debug)]
pub(super) enum Value<'t> {
    /// Text that the format tells from numbers and documents.
    Text(Cow<'t, str>),
    /// Text that may stand for anything.
    Plain(Cow<'t, str>),
    Cell(Cell<'t>),
}

#[derive(Clone, Debug)]
pub(super) struct Field<'t> {
    pub scope: Scope,
    pub name: Cow<'t, str>,
    pub value: Value<'t>,
}

/// The fields of a record in order, and the record as one JSON text where it is one.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields<'t> {
    pub list: Vec<Field<'t>>,
    pub whole: Option<&'t str>,
}

impl<'t> Value<'t> {
    pub fn cell(&self) -> Cell<'_> {
        match self {
            Value::Text(text) => Cell::Text(text),
            Value::Plain(text) => Cell::Plain(text),
            Value::Cell(cell) => *cell,
        }
    }

    /// The value as text; documents are JSON.
    pub fn text(&self) -> Cow<'_, str> {
        text_of(self.cell()).unwrap_or_default()
    }

    /// The value that raw JSON is.
    pub fn of_raw(raw: &'t str) -> Value<'t> {
        match raw.as_bytes().first() {
            Some(b'"') => Value::Text(json::unquote(raw).unwrap_or(Cow::Borrowed(raw))),
            Some(b'{' | b'[') => Value::Cell(Cell::Document(raw)),
            Some(b't') => Value::Cell(Cell::Bool(true)),
            Some(b'f') => Value::Cell(Cell::Bool(false)),
            Some(b'-' | b'0'..=b'9') => Value::Cell(Cell::Number(raw)),
            _ => Value::Cell(Cell::Null),
        }
    }

    /// The JSON of an array or object.
    pub fn document(&self) -> Option<&str> {
        match self.cell() {
            Cell::Document(text) | Cell::Canonical(text) => Some(text),
            Cell::Text(text) | Cell::Plain(text) if text.trim_start().starts_with(['{', '[']) => Some(text),
            _ => None,
        }
    }
}

impl<'t> Fields<'t> {
    /// The members of a JSON object.
    pub fn of_object(text: &'t str, found: &Members) -> Result<Fields<'t>, String> {
        let mut fields = Fields {
            list: Vec::with_capacity(found.len() + 4),
            whole: Some(text),
        };
        for member in found.iter(text) {
            let name = member
                .unescaped_name()
                .ok_or_else(|| format!("broken JSON: the field name {}", member.key))?;
            let value = match member.value.as_bytes().first() {
                Some(b'"') => member.text().map(Value::Text),
                _ => member.bare().map(Value::Cell),
            };
            let value = value.ok_or_else(|| {
                let shown: String = member.value.chars().take(60).collect();
                format!("broken JSON: {name} is {shown}")
            })?;
            fields.list.push(Field {
                scope: Scope::Own,
                name,
                value,
            });
        }
        Ok(fields)
    }

    /// Adds the members of an object inside the record.
    pub fn add_object(&mut self, scope: Scope, raw: &'t str) {
        for member in dynamic::members(raw).into_iter().flatten() {
            let value = Value::of_raw(member.value);
            self.list.push(Field {
                scope,
                name: member.key(),
                value,
            });
        }
    }

    pub fn add(&mut self, scope: Scope, name: impl Into<Cow<'t, str>>, value: Value<'t>) {
        self.list.push(Field {
            scope,
            name: name.into(),
            value,
        });
    }

    pub fn add_text(&mut self, scope: Scope, name: impl Into<Cow<'t, str>>, text: impl Into<Cow<'t, str>>) {
        self.add(scope, name, Value::Text(text.into()));
    }

    pub fn find(&self, scope: Scope, name: &str) -> Option<&Field<'t>> {
        self.list.iter().find(|field| field.scope == scope && field.name == name)
    }

    /// The text of a field; nothing when it is empty.
    pub fn text(&self, scope: Scope, name: &str) -> Option<Cow<'_, str>> {
        let text = self.find(scope, name)?.value.text();
        (!text.is_empty()).then_some(text)
    }

    /// The text of a field of the record itself.
    pub fn own(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(Scope::Own, name)
    }

    /// The text of a field of the event's header.
    pub fn system(&self, name: &str) -> Option<Cow<'_, str>> {
        self.text(Scope::System, name)
    }

    /// The raw JSON of a field that is an array or object of the record's text.
    pub fn nested(&self, name: &str) -> Option<&'t str> {
        match self.find(Scope::Own, name)?.value {
            Value::Cell(Cell::Document(raw) | Cell::Canonical(raw)) => Some(raw),
            _ => None,
        }
    }

    /// What tells records with other fields apart.
    pub fn signature(&self, hasher: &impl BuildHasher) -> u64 {
        let mut state = hasher.build_hasher();
        for field in &self.list {
            field.scope.hash(&mut state);
            field.name.hash(&mut state);
        }
        state.finish()
    }
}

/// The names of a record's fields.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    has: &'a dyn Fn(&str) -> bool,
}

impl<'a> Names<'a> {
    pub fn new(has: &'a dyn Fn(&str) -> bool) -> Names<'a> {
        Names { has }
    }

    pub fn has(&self, name: &str) -> bool {
        (self.has)(name)
    }

    pub fn all(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.has(name))
    }

    pub fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }
}
