//! Random rows for any table: not a tenant with a story, but values of the right types and shapes.
//!
//! What a column holds follows from its type and name: addresses where the name speaks of addresses, documents where it speaks of properties.
//! A [`Vocabulary`] adds what the name cannot tell, such as the values that queries compare a column with.

mod documents;
mod strings;

use std::collections::BTreeMap;
use std::io::{self, Write};

use quarry_schema::KqlType;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::json::new_guid;
use crate::rng::Rng;
use crate::ticks::{self, DAY};

/// Columns beyond this many are empty more often than not, as in the wide tables of diagnostic logs.
const WIDE: usize = 80;

/// What is known of columns beside their names and types.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Vocabulary {
    /// Values that a column of this name may hold.
    #[serde(default)]
    pub values: BTreeMap<String, Vec<String>>,
    /// Paths (`a.b`, `a[0].c`) that the documents of a column of this name have.
    #[serde(default)]
    pub paths: BTreeMap<String, Vec<String>>,
}

/// How many rows, and which.
#[derive(Clone, Debug)]
pub struct RandomRows {
    pub rows: u32,
    /// Same seed, table and vocabulary, same rows.
    pub seed: u64,
    /// The end of the time that the rows lie in, in ticks.
    pub end_ticks: i64,
    /// The length of that time in days; half of the rows lie in its last day.
    pub days: u32,
}

/// Writes rows of a table, one JSON object a line.
///
/// # Errors
/// Those of the writer.
pub fn write_table(
    table: &str,
    columns: &[(&str, KqlType)],
    vocabulary: &Vocabulary,
    wanted: &RandomRows,
    out: &mut impl Write,
) -> io::Result<()> {
    let stream = table.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut rng = Rng::stream(wanted.seed, stream);
    for _ in 0..wanted.rows {
        let mut cells = Cells {
            rng: &mut rng,
            vocabulary,
            wanted,
        };
        let row: Map<String, Value> = columns
            .iter()
            .enumerate()
            .filter(|(at, _)| *at < WIDE || cells.rng.chance(3))
            .map(|(_, (name, ty))| (name, ty))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(name, ty)| {
                let value = if *name == "Type" { json!(table) } else { cells.cell(name, *ty) };
                ((*name).to_owned(), value)
            })
            .filter(|(_, value)| !value.is_null())
            .collect();
        serde_json::to_writer(&mut *out, &row)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Draws the cells of one row.
struct Cells<'a> {
    rng: &'a mut Rng,
    vocabulary: &'a Vocabulary,
    wanted: &'a RandomRows,
}

impl Cells<'_> {
    fn cell(&mut self, name: &str, ty: KqlType) -> Value {
        let is_time_of_record = matches!(name, "TimeGenerated" | "Timestamp");
        if !is_time_of_record && self.rng.chance(25) {
            return Value::Null;
        }
        match ty {
            KqlType::Bool => json!(self.rng.chance(2)),
            KqlType::Int | KqlType::Long => json!(self.number(name)),
            KqlType::Real | KqlType::Decimal => json!(f64::from(self.rng.below(100_000)) / 100.0),
            KqlType::DateTime => json!(self.time()),
            KqlType::TimeSpan => json!(format!(
                "{:02}:{:02}:{:02}",
                self.rng.below(24),
                self.rng.below(60),
                self.rng.below(60)
            )),
            KqlType::Guid => json!(new_guid(self.rng)),
            KqlType::Dynamic | KqlType::Unknown => self.document(name),
            KqlType::String => json!(self.string(name)),
        }
    }

    /// A number that queries may look for, a port, or one of a few small and large numbers.
    fn number(&mut self, name: &str) -> i64 {
        if let Some(known) = self.known(name).and_then(|word| word.parse().ok()) {
            return known;
        }
        if name.contains("Port") {
            return [22, 53, 80, 443, 445, 3389, 8080, 49_152]
                .get(self.rng.index(8))
                .copied()
                .unwrap_or(443);
        }
        match self.rng.below(4) {
            0 => 0,
            1 => i64::from(self.rng.below(10)),
            2 => i64::from(self.rng.below(5_000)),
            _ => i64::from(self.rng.below(1_000_000)),
        }
    }

    /// A value from the vocabulary, two times out of three when it has one.
    fn known(&mut self, name: &str) -> Option<String> {
        let words = self.vocabulary.values.get(name).filter(|words| !words.is_empty())?;
        if self.rng.chance(3) {
            return None;
        }
        words.get(self.rng.index(words.len())).cloned()
    }

    fn time(&mut self) -> String {
        let length = if self.rng.chance(2) {
            DAY
        } else {
            DAY * i64::from(self.wanted.days)
        };
        let seconds = u32::try_from(length / ticks::SECOND).unwrap_or(u32::MAX);
        let at = self.wanted.end_ticks - i64::from(self.rng.below(seconds)) * ticks::SECOND - i64::from(self.rng.below(10_000_000));
        let mut text = Vec::with_capacity(28);
        ticks::append(&mut text, at);
        String::from_utf8(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ticks::date;

    fn rows(vocabulary: &Vocabulary, columns: &[(&str, KqlType)]) -> Vec<Map<String, Value>> {
        let wanted = RandomRows {
            rows: 60,
            seed: 3,
            end_ticks: date(2026, 1, 1),
            days: 14,
        };
        let mut out = Vec::new();
        write_table("T", columns, vocabulary, &wanted, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn cells_have_the_type_of_their_column() {
        let columns = [
            ("TimeGenerated", KqlType::DateTime),
            ("Count", KqlType::Long),
            ("Score", KqlType::Real),
            ("IsIt", KqlType::Bool),
            ("IPAddress", KqlType::String),
            ("Details", KqlType::Dynamic),
        ];
        let rows = rows(&Vocabulary::default(), &columns);
        assert_eq!(rows.len(), 60);
        for row in &rows {
            assert!(row.get("TimeGenerated").unwrap().as_str().unwrap().starts_with("202"));
            assert!(row.get("Count").is_none_or(Value::is_i64));
            assert!(row.get("Score").is_none_or(Value::is_f64));
            assert!(row.get("IsIt").is_none_or(Value::is_boolean));
            assert!(row.get("IPAddress").is_none_or(Value::is_string));
        }
        assert!(rows.iter().any(|row| row.len() < columns.len()), "some cells are empty");
    }

    #[test]
    fn the_vocabulary_decides_values_and_the_keys_of_documents() {
        let vocabulary = Vocabulary {
            values: BTreeMap::from([("Operation".to_owned(), vec!["Consent".to_owned()])]),
            paths: BTreeMap::from([("Target".to_owned(), vec!["[0].modified.name".to_owned()])]),
        };
        let rows = rows(&vocabulary, &[("Operation", KqlType::String), ("Target", KqlType::Dynamic)]);
        assert!(rows.iter().any(|row| row.get("Operation") == Some(&json!("Consent"))));
        assert!(
            rows.iter()
                .any(|row| row.get("Target").is_some_and(|target| target.pointer("/0/modified/name").is_some()))
        );
    }

    #[test]
    fn a_seed_decides_everything() {
        let columns = [("A", KqlType::String), ("B", KqlType::Dynamic)];
        assert_eq!(rows(&Vocabulary::default(), &columns), rows(&Vocabulary::default(), &columns));
    }
}
