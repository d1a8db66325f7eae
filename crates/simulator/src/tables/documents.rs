//! Documents: what columns of properties, entities and details hold.

use serde_json::{Map, Value, json};

use super::Cells;

/// Keys that documents of security logs often have.
const KEYS: &[&str] = &[
    "displayName",
    "name",
    "Name",
    "Value",
    "value",
    "id",
    "Id",
    "userPrincipalName",
    "ipAddress",
    "city",
    "countryOrRegion",
    "operatingSystem",
    "browser",
    "deviceId",
    "status",
    "type",
    "Type",
    "Address",
    "HostName",
    "errorCode",
    "oldValue",
    "newValue",
    "url",
    "key",
    "enabled",
];

/// Longer arrays than this are not made, whatever index a path asks for.
const LONGEST: usize = 4;

impl Cells<'_> {
    /// A bag, an array of bags, or now and then a scalar, in a form that the column's name and the vocabulary suggest.
    pub(super) fn document(&mut self, name: &str) -> Value {
        if let Some(known) = self.known(name) {
            return serde_json::from_str(&known).unwrap_or_else(|_| json!(known));
        }
        let mut document = match name {
            _ if name.ends_with('s') && self.rng.chance(2) => (0..=self.rng.below(3)).map(|_| self.bag(1)).collect(),
            _ if self.rng.chance(12) => json!(self.string(name)),
            _ => self.bag(2),
        };
        if let Some(paths) = self.vocabulary.paths.get(name) {
            for path in paths {
                if !self.rng.chance(4) {
                    let leaf = self.leaf();
                    put(&mut document, &steps(path), leaf);
                }
            }
        }
        document
    }

    fn bag(&mut self, depth: u32) -> Value {
        let mut bag = Map::new();
        for _ in 0..=self.rng.below(5) {
            let key = self.rng.pick(KEYS);
            let value = if depth > 0 && self.rng.chance(4) {
                self.bag(depth - 1)
            } else {
                self.leaf()
            };
            bag.insert(key.to_owned(), value);
        }
        Value::Object(bag)
    }

    fn leaf(&mut self) -> Value {
        match self.rng.below(8) {
            0 => json!(self.rng.below(1_000)),
            1 => json!(self.rng.chance(2)),
            2 => Value::Null,
            3 => json!(format!("[\"{}\"]", self.string("name"))),
            4 => json!(self.string("IPAddress")),
            5 => json!(self.string("UserPrincipalName")),
            6 => json!(self.time()),
            _ => json!(self.string("name")),
        }
    }
}

enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &str) -> Vec<Step> {
    path.split(['.', '['])
        .map(|part| part.trim_end_matches(']').trim_matches(['"', '\'']))
        .filter(|part| !part.is_empty())
        .map(|part| match part.parse() {
            Ok(index) => Step::Index(index),
            Err(_) => Step::Key(part.to_owned()),
        })
        .collect()
}

/// Puts a value where a path leads, and makes what lies on the way.
fn put(document: &mut Value, steps: &[Step], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *document = value;
        return;
    };
    match step {
        Step::Key(key) => {
            if !document.is_object() {
                *document = json!({});
            }
            if let Some(bag) = document.as_object_mut() {
                put(bag.entry(key).or_insert(Value::Null), rest, value);
            }
        }
        Step::Index(index) => {
            if !document.is_array() {
                *document = json!([]);
            }
            if let Some(array) = document.as_array_mut().filter(|_| *index < LONGEST) {
                if array.len() <= *index {
                    array.resize(index + 1, json!({}));
                }
                if let Some(element) = array.get_mut(*index) {
                    put(element, rest, value);
                }
            }
        }
    }
}
