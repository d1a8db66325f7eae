//! Findings that outlive a run: what identifies them, and the entities they are about.

mod entity;
mod fingerprint;

use quarry_content::Hunt;

pub use entity::Entity;
pub(crate) use fingerprint::hex;

use crate::table::{ResultTable, Row};

/// Something that a hunt found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The same in every run for the same hunt, version and identifying columns: 32 hexadecimal digits.
    pub fingerprint: String,
    /// Whom and what it is about, in the order of the columns.
    pub entities: Vec<Entity>,
    /// The row as a JSON object; the first one, where several have one identity.
    pub row: String,
    /// How many rows of the result have this identity.
    pub rows: usize,
}

/// The fingerprint of each row of a hunt's result, in their order.
pub fn fingerprints<'a>(hunt: &'a Hunt, table: &'a ResultTable) -> impl Iterator<Item = (String, Row<'a>)> {
    table.iter().map(move |row| (fingerprint::of(hunt, table, row), row))
}

/// The findings of a hunt's result, in the order of their first rows.
#[must_use]
pub fn findings(hunt: &Hunt, table: &ResultTable) -> Vec<Finding> {
    findings_with_rows(hunt, table).into_iter().map(|(finding, _)| finding).collect()
}

/// The same, each with its first row.
pub(crate) fn findings_with_rows<'t>(hunt: &Hunt, table: &'t ResultTable) -> Vec<(Finding, Row<'t>)> {
    let names = table.distinct_names();
    let sources = entity::sources(hunt, table);
    let mut places = std::collections::HashMap::new();
    let mut found: Vec<(Finding, Row<'t>)> = Vec::new();
    for row in table.iter() {
        let fingerprint = fingerprint::of(hunt, table, row);
        let next = found.len();
        let at = *places.entry(fingerprint.clone()).or_insert(next);
        if let Some((known, _)) = found.get_mut(at) {
            known.rows += 1;
            continue;
        }
        let mut object = String::new();
        row.object(&names, &mut object);
        let finding = Finding {
            fingerprint,
            entities: entity::of(row, &sources),
            row: object,
            rows: 1,
        };
        found.push((finding, row));
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use quarry_schema::KqlType;

    use super::*;

    fn hunt(more: &str) -> Hunt {
        let text = format!("id: 11111111-2222-3333-4444-555555555555\nname: Reads\nquery: T\n{more}");
        quarry_content::load_text("hunt.yaml", &text).hunts.into_iter().next().unwrap()
    }

    /// Accounts with counts and the addresses they came from; identified by the account.
    fn table(rows: &[(&str, i64, &str)]) -> ResultTable {
        let accounts: ArrayRef = Arc::new(StringViewArray::from_iter_values(rows.iter().map(|row| row.0)));
        let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| row.1)));
        let addresses: ArrayRef = Arc::new(StringViewArray::from_iter_values(rows.iter().map(|row| row.2)));
        let schema = Schema::new(vec![
            Field::new("a", DataType::Utf8View, true),
            Field::new("c", DataType::Int64, true),
            Field::new("i", DataType::Utf8View, true),
        ]);
        let columns = [
            ("UserId", KqlType::String),
            ("Count", KqlType::Long),
            ("ClientIPSet", KqlType::Dynamic),
        ];
        ResultTable {
            columns: columns.map(|(name, ty)| (name.to_owned(), ty)).into(),
            identity: vec![0],
            batches: vec![RecordBatch::try_new(Arc::new(schema), vec![accounts, counts, addresses]).unwrap()],
            ..ResultTable::default()
        }
    }

    #[test]
    fn a_count_that_grows_is_the_same_finding() {
        let before = findings(&hunt(""), &table(&[("ann", 3, "[]"), ("bob", 1, "[]")]));
        let after = findings(&hunt(""), &table(&[("ann", 9, "[]")]));
        assert_eq!(before[0].fingerprint, after[0].fingerprint);
        assert_ne!(before[0].fingerprint, before[1].fingerprint);
        let other = findings(&hunt("version: 2.0.0\n"), &table(&[("ann", 3, "[]")]));
        assert_ne!(before[0].fingerprint, other[0].fingerprint);
    }

    #[test]
    fn rows_of_one_identity_are_one_finding() {
        let found = findings(&hunt(""), &table(&[("ann", 3, "[]"), ("ann", 4, "[]")]));
        assert_eq!((found.len(), found[0].rows), (1, 2));
    }

    #[test]
    fn entities_are_told_by_names_unless_the_hunt_maps_them() {
        let rows = table(&[("ann", 3, "[\"203.0.113.5\",\"\",7]")]);
        let found = findings(&hunt(""), &rows);
        let shown: Vec<String> = found[0]
            .entities
            .iter()
            .map(|entity| format!("{}={}", entity.kind, entity.identifiers[0].1))
            .collect();
        assert_eq!(shown, ["Account=ann", "IP=203.0.113.5", "IP=7"]);
        let mapped =
            hunt("entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: Name\n        columnName: UserId\n");
        let found = findings(&mapped, &rows);
        assert_eq!(found[0].entities.len(), 1);
        assert_eq!(found[0].entities[0].identifiers, [("Name".to_owned(), "ann".to_owned())]);
    }

    #[test]
    fn entities_survive_their_json() {
        let found = findings(&hunt(""), &table(&[("a\"nn", 3, "[]")]));
        let mut text = String::from("[");
        found[0].entities[0].json(&mut text);
        text.push(']');
        assert_eq!(Entity::read_all(&text), found[0].entities);
    }
}
