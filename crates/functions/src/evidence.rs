//! Entries of evidence put together: each once, of each table no more than a limit.
//!
//! Entries are bags whose first member says what they are: a row of a table (`Table`), how many rows of a table were left out (`Omitted`),
//! or something that the plan knew before it ran, of which there is never much.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use quarry_value::dynamic;

/// Gathers entries.
pub(crate) struct Entries {
    limit: usize,
    /// What there is, joined by commas.
    text: String,
    /// The hash of each entry, and where it lies in the text. Entries that are the same have the same hash.
    seen: HashTable<(u64, Range<usize>)>,
    hashes: DefaultHashBuilder,
    /// By the name of the table as JSON.
    tables: HashMap<String, Counts>,
}

/// How many entries of a table are there, and how many are not.
#[derive(Default)]
struct Counts {
    kept: usize,
    omitted: u64,
}

impl Entries {
    pub fn new(limit: usize) -> Entries {
        Entries {
            limit,
            text: String::new(),
            seen: HashTable::new(),
            hashes: DefaultHashBuilder::default(),
            tables: HashMap::new(),
        }
    }

    /// Adds the elements of an array.
    pub fn add(&mut self, array: &str) {
        for entry in dynamic::elements(array).into_iter().flatten() {
            let Some(mut members) = dynamic::members(entry) else { continue };
            let Some(first) = members.next() else { continue };
            if first.is("Omitted") {
                let (Some(table), Ok(count)) = (members.next(), first.value.parse::<u64>()) else {
                    continue;
                };
                let counts = self.table(table.value);
                counts.omitted = counts.omitted.saturating_add(count);
                continue;
            }
            let hash = self.hashes.hash_one(entry);
            let table = first.is("Table").then_some(first.value);
            self.add_entry(hash, table, |out| out.push_str(entry));
        }
    }

    /// Adds an entry, of a table if one is named, and writes it only where it may stay. Entries that are the same must have the same hash: those of
    /// one `Entries` are hashed in one way.
    pub fn add_entry(&mut self, hash: u64, table: Option<&str>, write: impl FnOnce(&mut String)) {
        let Self {
            limit, text, seen, tables, ..
        } = self;
        let counts = table.map(|table| tables.entry_ref(table).or_default());
        let full = counts.as_ref().is_some_and(|counts| counts.kept >= *limit);
        let known = seen.find(hash, |(seen, _)| *seen == hash).is_some();
        if known || !full {
            let end = text.len();
            if end > 0 {
                text.push(',');
            }
            let start = text.len();
            write(text);
            let entry = text.get(start..);
            let same = |(seen, place): &(u64, Range<usize>)| *seen == hash && text.get(place.clone()) == entry;
            let there = known && seen.find(hash, same).is_some();
            if there || full {
                text.truncate(end);
            } else {
                seen.insert_unique(hash, (hash, start..text.len()), |(hash, _)| *hash);
            }
            if there {
                return;
            }
        }
        if let Some(counts) = counts {
            if full {
                counts.omitted = counts.omitted.saturating_add(1);
            } else {
                counts.kept += 1;
            }
        }
    }

    /// The counts of a table: what is there, and what is not.
    fn table(&mut self, name: &str) -> &mut Counts {
        self.tables.entry_ref(name).or_default()
    }

    /// The array of what there is and of what was left out.
    pub fn write(&self, out: &mut String) {
        out.push('[');
        out.push_str(&self.text);
        let mut empty = self.text.is_empty();
        let mut omitted: Vec<(&str, u64)> = self.tables.iter().map(|(table, counts)| (table.as_str(), counts.omitted)).collect();
        omitted.sort_unstable();
        for (table, omitted) in omitted.into_iter().filter(|(_, omitted)| *omitted > 0) {
            if !std::mem::take(&mut empty) {
                out.push(',');
            }
            out.push_str("{\"Omitted\":");
            out.push_str(&omitted.to_string());
            out.push_str(",\"Table\":");
            out.push_str(table);
            out.push('}');
        }
        out.push(']');
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.text.clear();
        self.seen.clear();
        self.tables.clear();
    }

    /// Bytes of the entries that are held, without what holds them.
    pub fn held(&self) -> usize {
        2 * self.text.len() + 40 * self.seen.len() + 48 * self.tables.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(limit: usize, arrays: &[&str]) -> String {
        let mut entries = Entries::new(limit);
        arrays.iter().for_each(|array| entries.add(array));
        let mut out = String::new();
        entries.write(&mut out);
        out
    }

    #[test]
    fn entries_are_there_once_and_up_to_the_limit_of_their_table() {
        let (one, two, other) = (
            r#"{"Table":"T","Fields":{"a":1}}"#,
            r#"{"Table":"T","Fields":{"a":2}}"#,
            r#"{"Table":"U","Fields":{}}"#,
        );
        let absent = r#"{"Absent":["V"],"On":["a"]}"#;
        assert_eq!(
            gathered(5, &[&format!("[{one},{two}]"), &format!("[{one},{other}]")]),
            format!("[{one},{two},{other}]")
        );
        assert_eq!(
            gathered(1, &[&format!("[{one},{two},{other},{absent}]")]),
            format!(r#"[{one},{other},{absent},{{"Omitted":1,"Table":"T"}}]"#)
        );
    }

    #[test]
    fn what_was_left_out_before_stays_counted() {
        let part = r#"[{"Omitted":3,"Table":"T"}]"#;
        assert_eq!(gathered(1, &[part, part]), r#"[{"Omitted":6,"Table":"T"}]"#);
        assert_eq!(gathered(1, &["null", "[]", "[1,{}]"]), "[]");
    }
}
