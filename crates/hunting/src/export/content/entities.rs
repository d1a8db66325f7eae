//! Entity mappings as alerts of Defender XDR take them: objects by kind of entity, in which each property names a column of the result.

use quarry_content::defender::{ENTITIES, EntityKind};
use quarry_content::{EntityMapping, Hunt};
use quarry_schema::KqlType;
use quarry_schema::meaning::meaning;
use serde_json::{Map, Value};

use super::remark::Remarks;

/// For collections in which not every property identifies an entity: the sets of properties of which one must be there whole.
const NEEDED: &[(&str, &[&[&str]])] = &[
    (
        "accounts",
        &[
            &["aadUserIdColumn"],
            &["sidColumn"],
            &["upnColumn"],
            &["nameColumn", "ntDomainColumn"],
            &["nameColumn", "dnsDomainColumn"],
            &["nameColumn", "upnSuffixColumn"],
        ],
    ),
    (
        "hosts",
        &[
            &["nameColumn"],
            &["netBiosNameColumn", "ntDomainColumn"],
            &["netBiosNameColumn", "dnsDomainColumn"],
        ],
    ),
    ("files", &[&["sha1Column"], &["sha256Column"]]),
    (
        "mailMessages",
        &[&["networkMessageIdColumn", "recipientColumn", "senderColumn", "subjectColumn"]],
    ),
    ("registryValues", &[&["keyColumn", "valueNameColumn"]]),
];

/// An alert must be about one of these.
pub const ASSETS: [&str; 4] = ["accounts", "hosts", "ips", "mailboxes"];

/// Columns of a result with their types.
pub type Columns<'a> = [(&'a str, KqlType)];

/// One entity: its collection, and the columns by property.
struct Entity<'a> {
    hunt: &'a EntityMapping,
    collection: &'static str,
    columns: Vec<(&'static str, &'a str)>,
}

/// The hunt's mappings, or where it has none, what the names of the result's columns say. `columns` are those of the result, where they are known.
pub fn mappings<'a>(hunt: &'a Hunt, columns: Option<&Columns<'_>>, remarks: &mut Remarks<'a>) -> Map<String, Value> {
    if hunt.entity_mappings.is_empty() {
        return by_names(hunt, columns.unwrap_or_default(), remarks);
    }
    let mut entities: Vec<Entity<'a>> = Vec::new();
    for mapping in &hunt.entity_mappings {
        let Some(kind) = ENTITIES.iter().find(|(name, ..)| *name == mapping.entity) else {
            remarks.not_carried(
                hunt,
                "entityMappings",
                format!("alerts there are not about entities of type {}", mapping.entity),
            );
            continue;
        };
        let mut found: Vec<(&'static str, &'a str)> = Vec::new();
        for (identifier, column) in &mapping.fields {
            if columns.is_some_and(|columns| !columns.iter().any(|(name, _)| name == column)) {
                remarks.not_carried(hunt, "entityMappings", format!("the result has no column {column}"));
                continue;
            }
            match property(kind, identifier, column) {
                Some(property) if found.iter().all(|(known, _)| *known != property) => found.push((property, column)),
                Some(_) => {}
                // The algorithm is told by the name of the property.
                None if identifier == "Algorithm" => {}
                None => {
                    let message = format!("{identifier} of {} ({column}) has no property there", mapping.entity);
                    remarks.not_carried(hunt, "entityMappings", message);
                }
            }
        }
        add(&mut entities, mapping, kind.1, found);
    }
    entities.retain(|entity| {
        let enough = is_enough(entity.collection, &entity.columns);
        if !enough && !entity.columns.is_empty() {
            let named: Vec<&str> = entity.columns.iter().map(|(_, column)| *column).collect();
            let message = format!(
                "{} alone does not tell one {} from another there",
                named.join(" with "),
                entity.hunt.entity
            );
            remarks.not_carried(hunt, "entityMappings", message);
        }
        enough
    });
    collected(entities.iter().map(|entity| (entity.collection, entity.columns.as_slice())))
}

/// Puts an entity on the list. A hash and the name of a file, a key and the name of a value are one entity there.
fn add<'a>(entities: &mut Vec<Entity<'a>>, mapping: &'a EntityMapping, collection: &'static str, columns: Vec<(&'static str, &'a str)>) {
    let shared = matches!(collection, "files" | "registryValues");
    let other = entities.iter_mut().find(|entity| {
        let apart = |(property, _): &(&str, &str)| entity.columns.iter().all(|(known, _)| known != property);
        shared && entity.collection == collection && entity.hunt.entity != mapping.entity && columns.iter().all(apart)
    });
    match other {
        Some(entity) => entity.columns.extend(columns),
        None => entities.push(Entity {
            hunt: mapping,
            collection,
            columns,
        }),
    }
}

fn property(kind: &EntityKind, identifier: &str, column: &str) -> Option<&'static str> {
    let (name, _, properties) = kind;
    // A hash has a property for each algorithm, and the column's name says which it is.
    let identifier = match (*name, identifier) {
        ("FileHash", "Value") => ["SHA256", "SHA1"].into_iter().find(|name| column.to_uppercase().contains(name))?,
        (_, identifier) => identifier,
    };
    properties
        .iter()
        .find(|(known, _)| *known == identifier)
        .map(|(_, property)| *property)
}

fn is_enough(collection: &str, columns: &[(&'static str, &str)]) -> bool {
    let needed = NEEDED.iter().find(|(name, _)| *name == collection).map(|(_, sets)| *sets);
    let has = |property: &&str| columns.iter().any(|(known, _)| known == property);
    match needed {
        Some(sets) => sets.iter().any(|set| set.iter().all(has)),
        None => !columns.is_empty(),
    }
}

/// Entities by the names of columns: the first column for each property that identifies an entity by itself.
fn by_names<'a>(hunt: &'a Hunt, columns: &Columns<'_>, remarks: &mut Remarks<'a>) -> Map<String, Value> {
    let mut found: Vec<(&'static str, [(&'static str, &str); 1])> = Vec::new();
    for (column, _) in columns.iter().filter(|(_, ty)| *ty == KqlType::String) {
        let Some(meaning) = meaning(column) else { continue };
        let Some(kind) = ENTITIES.iter().find(|(name, ..)| *name == meaning.entity) else {
            continue;
        };
        let Some(property) = property(kind, meaning.identifier, column) else {
            continue;
        };
        let entity = [(property, *column)];
        let new = found
            .iter()
            .all(|(collection, known)| *collection != kind.1 || known.iter().all(|(other, _)| *other != property));
        if new && is_enough(kind.1, &entity) {
            found.push((kind.1, entity));
        }
    }
    if !found.is_empty() {
        let named: Vec<&str> = found
            .iter()
            .flat_map(|(_, entity)| entity.iter().map(|(_, column)| *column))
            .collect();
        let message = format!("no entity mappings: {} taken by their names", named.join(", "));
        remarks.changed(hunt, "entityMappings", message);
    }
    collected(found.iter().map(|(collection, columns)| (*collection, columns.as_slice())))
}

fn collected<'e>(entities: impl Iterator<Item = (&'static str, &'e [(&'static str, &'e str)])>) -> Map<String, Value> {
    let mut map = Map::new();
    for (collection, columns) in entities {
        let object: Map<String, Value> = columns
            .iter()
            .map(|(property, column)| ((*property).to_owned(), (*column).into()))
            .collect();
        if let Value::Array(list) = map.entry(collection).or_insert_with(|| Value::Array(Vec::new())) {
            list.push(object.into());
        }
    }
    map
}
