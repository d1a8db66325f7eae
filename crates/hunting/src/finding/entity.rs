//! Whom and what a finding is about: by the hunt's entity mappings, or else by the names of the columns.

use quarry_content::Hunt;
use quarry_schema::meaning::meaning;
use quarry_value::json;

use crate::table::{ResultTable, Row};

/// An account, a host, an address …, with what identifies it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Entity {
    /// `Account`, `Host`, `IP`, … as entity mappings name them.
    pub kind: String,
    /// Identifiers (`FullName`, `Address`, …) with their values.
    pub identifiers: Vec<(String, String)>,
}

impl Entity {
    /// The entities of an array as [`Entity::json`] writes them. What is no entity is left out.
    #[must_use]
    pub fn read_all(array: &str) -> Vec<Entity> {
        let objects: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(array).unwrap_or_default();
        let entities = objects.into_iter().filter_map(|mut object| {
            let kind = text_of(object.remove("Type")?)?;
            let identifiers = object.into_iter().filter_map(|(name, value)| Some((name, text_of(value)?)));
            Some(Entity {
                kind,
                identifiers: identifiers.collect(),
            })
        });
        entities.collect()
    }

    /// The entity as an object of JSON.
    pub fn json(&self, out: &mut String) {
        out.push_str("{\"Type\":");
        json::quote(&self.kind, out);
        for (identifier, value) in &self.identifiers {
            out.push(',');
            json::quote(identifier, out);
            out.push(':');
            json::quote(value, out);
        }
        out.push('}');
    }
}

/// Where the identifiers of an entity come from.
pub(super) struct Source {
    kind: String,
    /// Identifiers and the places of their columns.
    columns: Vec<(String, usize)>,
}

/// The hunt's mappings whose columns the result has. A hunt without mappings is read by the names of its columns.
pub(super) fn sources(hunt: &Hunt, table: &ResultTable) -> Vec<Source> {
    let mapped = hunt.entity_mappings.iter().filter_map(|mapping| {
        let columns: Vec<(String, usize)> = mapping
            .fields
            .iter()
            .filter_map(|(identifier, column)| Some((identifier.clone(), table.position(column)?)))
            .collect();
        (!columns.is_empty()).then(|| Source {
            kind: mapping.entity.clone(),
            columns,
        })
    });
    let mapped: Vec<Source> = mapped.collect();
    if !mapped.is_empty() {
        return mapped;
    }
    let columns = table.columns.iter().enumerate();
    columns
        .filter_map(|(at, (name, _))| {
            let meaning = meaning(name)?;
            Some(Source {
                kind: meaning.entity.to_owned(),
                columns: vec![(meaning.identifier.to_owned(), at)],
            })
        })
        .collect()
}

/// The entities of a row, each once.
pub(super) fn of(row: Row<'_>, sources: &[Source]) -> Vec<Entity> {
    let mut found: Vec<Entity> = Vec::new();
    let mut add = |entity: Entity| {
        if !entity.identifiers.is_empty() && !found.contains(&entity) {
            found.push(entity);
        }
    };
    for source in sources {
        let values: Vec<(&String, Vec<String>)> = source
            .columns
            .iter()
            .map(|(identifier, column)| (identifier, values(row, *column)))
            .collect();
        match values.as_slice() {
            // A column of several values is as many entities.
            [(identifier, values)] => {
                for value in values {
                    add(Entity {
                        kind: source.kind.clone(),
                        identifiers: vec![((*identifier).clone(), value.clone())],
                    });
                }
            }
            // Several identifiers together are one entity: the first value of each.
            several => add(Entity {
                kind: source.kind.clone(),
                identifiers: several
                    .iter()
                    .filter_map(|(identifier, values)| Some(((*identifier).clone(), values.first()?.clone())))
                    .collect(),
            }),
        }
    }
    found
}

/// The texts of a cell: its own, or those of the elements of an array.
fn values(row: Row<'_>, column: usize) -> Vec<String> {
    let mut cell = String::new();
    row.json(column, &mut cell);
    let texts = match cell.as_bytes().first() {
        Some(b'[') => match serde_json::from_str::<Vec<serde_json::Value>>(&cell) {
            Ok(elements) => elements.into_iter().filter_map(text_of).collect(),
            Err(_) => Vec::new(),
        },
        _ => vec![row.text(column)],
    };
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn text_of(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
