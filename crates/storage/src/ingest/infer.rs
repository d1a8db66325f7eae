//! The columns of a table that nobody has described: guessed from the records that are to go into it.
//!
//! Some records of each file tell. What a later record has otherwise is kept beside the columns, so a wrong guess loses nothing.

use std::collections::BTreeMap;
use std::io::Read;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_schema::KqlType;
use quarry_value::dynamic;

use super::fields::Fields;
use super::members::Members;
use super::records::Reader;
use super::source::Source;
use super::{csv, decode, json};
use crate::write::{Cell, is_iso_time};

/// A table's columns as its records show them.
#[derive(Debug)]
pub(super) struct Inferred {
    pub table: String,
    pub columns: Vec<(String, KqlType)>,
    /// The column with the time of the event, when it has none of the usual name.
    pub time: Option<String>,
}

/// Files that are looked at, and records of each.
const MOST_FILES: usize = 100;
const MOST_RECORDS: usize = 2000;
/// Columns that a table may get; further fields are kept beside them.
const MOST_COLUMNS: usize = 500;
/// Bytes of a file that are looked at, when they are not cut into records before.
const MOST_BYTES: usize = 4 << 20;

/// Names of the time of an event, best first.
const TIMES: [&str; 9] = [
    "Timestamp",
    "timestamp",
    "@timestamp",
    "time",
    "Time",
    "EventTime",
    "CreationTime",
    "createdDateTime",
    "date",
];

/// Whether a table of this name may be made for records that no catalogue describes.
pub(super) fn is_custom(table: &str) -> bool {
    table.ends_with("_CL") && table.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A table that is described, but not what each kind of resource adds to it.
const OPEN: &str = "AzureDiagnostics";

/// Guesses the columns of a table from the files that go into it.
pub(super) fn columns(table: String, sources: &[Source]) -> Inferred {
    let mut looked = Looked {
        named: Some(table.clone()),
        tables: [(table.clone(), Guesses::default())].into(),
    };
    for source in sources.iter().filter(|source| source.problem.is_none()).take(MOST_FILES) {
        // A file that cannot be read is reported when it is read in earnest.
        let _ = look(source, &mut looked);
    }
    let guesses = looked.tables.remove(&table).unwrap_or_default();
    inferred(table, guesses)
}

/// Guesses the columns of the tables that records name themselves and that no catalogue describes in full.
pub(super) fn labelled(sources: &[Source]) -> Vec<Inferred> {
    let mut looked = Looked::default();
    let named = sources
        .iter()
        .filter(|source| source.problem.is_none() && names_one(source).unwrap_or(false));
    for source in named.take(MOST_FILES) {
        let _ = look(source, &mut looked);
    }
    let tables = looked.tables.into_iter();
    tables.map(|(table, guesses)| inferred(table, guesses)).collect()
}

/// Whether a file begins like one whose records name such a table. Of objects in a store, which take a request each, only those are looked at whose
/// place says so.
fn names_one(source: &Source) -> Option<bool> {
    if source.object.is_some() {
        let place = source.shown.to_lowercase();
        return Some(place.contains("_cl") || place.contains(&OPEN.to_lowercase()));
    }
    let decode::Kind::Text(stream) = decode::open(source).ok()?.kind else {
        return None;
    };
    let mut reader = Reader::new(stream.take(64 << 10));
    let head = reader.head(64 << 10).ok()?;
    let has = |name: &str| memchr::memmem::find(head, name.as_bytes()).is_some();
    Some(has("_CL") || has(OPEN))
}

fn inferred(table: String, guesses: Guesses) -> Inferred {
    let columns = guesses.columns.into_iter();
    let columns: Vec<(String, KqlType)> = columns.map(|(name, ty)| (name, ty.unwrap_or(KqlType::String))).collect();
    let named = |wanted: &str| columns.iter().any(|(name, ty)| name == wanted && *ty == KqlType::DateTime);
    let time = TIMES.iter().find(|name| named(name)).map(|name| (*name).to_owned());
    let first = || {
        columns
            .iter()
            .find(|(_, ty)| *ty == KqlType::DateTime)
            .map(|(name, _)| name.clone())
    };
    Inferred {
        table,
        time: time.or_else(first),
        columns,
    }
}

/// Guesses by table.
#[derive(Default)]
struct Looked {
    /// The table that all records go into; otherwise the one that each names.
    named: Option<String>,
    tables: BTreeMap<String, Guesses>,
}

impl Looked {
    /// The guesses that a record with this label is to be added to.
    fn guesses(&mut self, label: Option<&str>) -> Option<&mut Guesses> {
        let table = match &self.named {
            Some(table) => table.as_str(),
            None => label.filter(|label| is_custom(label) || *label == OPEN)?,
        };
        Some(self.tables.entry(table.to_owned()).or_default())
    }
}

/// The columns that some records have.
pub(super) fn columns_of(records: &[Fields<'_>]) -> Vec<(String, KqlType)> {
    let mut guesses = Guesses::default();
    for field in records.iter().flat_map(|fields| &fields.list) {
        guesses.see(&field.name, field.value.cell());
    }
    let columns = guesses.columns.into_iter();
    columns.map(|(name, ty)| (name, ty.unwrap_or(KqlType::String))).collect()
}

/// Types by column, in the order in which they were first seen; none where all values were empty.
#[derive(Default)]
struct Guesses {
    columns: Vec<(String, Option<KqlType>)>,
}

impl Guesses {
    fn see(&mut self, name: &str, cell: Cell<'_>) {
        let reserved = name.is_empty() || name.starts_with('_') || name.eq_ignore_ascii_case("TimeGenerated") || name == "Type";
        if !reserved {
            self.merge(name, suffixed(name, guess(cell)));
        }
    }

    fn merge(&mut self, name: &str, ty: Option<KqlType>) {
        let room = self.columns.len() < MOST_COLUMNS;
        // Names that differ in case only are one column: records of one source are not consistent.
        match self.columns.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, known)) => *known = common(*known, ty),
            None if room => self.columns.push((name.to_owned(), ty)),
            None => {}
        }
    }
}

/// The type that the end of a name tells, as Log Analytics ends names of columns, where the value alone would tell another.
fn suffixed(name: &str, guess: Option<KqlType>) -> Option<KqlType> {
    match guess {
        Some(KqlType::Long) if name.ends_with("_d") => Some(KqlType::Real),
        Some(KqlType::DateTime) if name.ends_with("_s") => Some(KqlType::String),
        other => other,
    }
}

/// The type that holds values of both.
fn common(left: Option<KqlType>, right: Option<KqlType>) -> Option<KqlType> {
    use KqlType::{Dynamic, Long, Real, String};
    match (left, right) {
        (None, other) | (other, None) => other,
        (Some(left), Some(right)) if left == right => Some(left),
        (Some(Long | Real), Some(Long | Real)) => Some(Real),
        (Some(Dynamic), _) | (_, Some(Dynamic)) => Some(Dynamic),
        _ => Some(String),
    }
}

fn guess(cell: Cell<'_>) -> Option<KqlType> {
    let number = |text: &str| match text.parse::<i64>() {
        Ok(_) => KqlType::Long,
        Err(_) => KqlType::Real,
    };
    Some(match cell {
        Cell::Null | Cell::Text("") | Cell::Plain("") => return None,
        Cell::Bool(_) => KqlType::Bool,
        Cell::Long(_) => KqlType::Long,
        Cell::Real(_) => KqlType::Real,
        Cell::Number(text) => number(text),
        Cell::Document(_) | Cell::Canonical(_) => KqlType::Dynamic,
        Cell::Ticks(_) => KqlType::DateTime,
        Cell::Text(text) if is_iso_time(text) => KqlType::DateTime,
        Cell::Text(_) => KqlType::String,
        Cell::Plain(text) => {
            let digits = text.strip_prefix('-').unwrap_or(text);
            // A number with a leading zero is a label.
            let labelled = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
            if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
                KqlType::Bool
            } else if digits.starts_with(|c: char| c.is_ascii_digit()) && !labelled && text.parse::<f64>().is_ok() {
                number(text)
            } else if is_iso_time(text) {
                KqlType::DateTime
            } else if text.starts_with(['{', '[']) && dynamic::compact(text).is_some() {
                KqlType::Dynamic
            } else {
                KqlType::String
            }
        }
    })
}

fn look(source: &Source, looked: &mut Looked) -> Option<()> {
    match decode::open(source).ok()?.kind {
        decode::Kind::Parquet(copy) => {
            let path = copy.as_ref().map_or(source.path.as_path(), |copy| copy.path());
            let file = std::fs::File::open(path).ok()?;
            let schema = ParquetRecordBatchReaderBuilder::try_new(file).ok()?.schema().clone();
            let guesses = looked.guesses(None)?;
            for field in schema.fields() {
                guesses.merge(field.name(), Some(super::parquet::kql_type(field.data_type())));
            }
        }
        decode::Kind::Evtx(_) => {}
        decode::Kind::Text(stream) => {
            let mut reader = Reader::new(stream);
            let head = reader.head(64 << 10).ok()?;
            if json::looks_like_json(head) {
                look_at_json(&mut reader, looked)?;
            } else if csv::looks_like_csv(head) {
                look_at_csv(&mut reader, looked)?;
            }
        }
    }
    Some(())
}

fn look_at_json(reader: &mut Reader<impl Read>, looked: &mut Looked) -> Option<()> {
    let mut members = Members::default();
    let mut records = 0;
    while records < MOST_RECORDS {
        let record = json::next(reader).ok()??;
        records += 1;
        let Ok(text) = std::str::from_utf8(record.text) else { continue };
        if record.cut || members.find(text).is_err() {
            continue;
        }
        match json::wrapped(text, &members) {
            Some(inner) => {
                for element in dynamic::elements(inner).into_iter().flatten().take(MOST_RECORDS) {
                    records += 1;
                    if members.find(element).is_ok() {
                        see_all(element, &members, looked);
                    }
                }
            }
            None => see_all(text, &members, looked),
        }
    }
    Some(())
}

fn see_all(text: &str, members: &Members, looked: &mut Looked) {
    let label = members.get(text, "Type").and_then(|label| label.text());
    let Some(guesses) = looked.guesses(label.as_deref()) else { return };
    for field in Fields::of_object(text, members).into_iter().flat_map(|fields| fields.list) {
        guesses.see(&field.name, field.value.cell());
    }
}

fn look_at_csv(reader: &mut Reader<impl Read>, looked: &mut Looked) -> Option<()> {
    let head = reader.head(MOST_BYTES).ok()?;
    let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut table = ::csv::ReaderBuilder::new()
        .delimiter(csv::delimiter(first_line))
        .flexible(true)
        .from_reader(head);
    let header = table.headers().ok()?.clone();
    let label = header.iter().position(|name| name.trim() == "Type");
    for record in table.records().take(MOST_RECORDS).flatten() {
        let Some(guesses) = looked.guesses(label.and_then(|at| record.get(at))) else {
            continue;
        };
        for (name, cell) in header.iter().zip(&record) {
            guesses.see(name.trim(), Cell::Plain(cell));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_tell_types() {
        assert_eq!(guess(Cell::Plain("007")), Some(KqlType::String));
        assert_eq!(guess(Cell::Plain("-1.5")), Some(KqlType::Real));
        assert_eq!(guess(Cell::Plain("2024-05-01T10:00:00Z")), Some(KqlType::DateTime));
        assert_eq!(guess(Cell::Text("12")), Some(KqlType::String));
        assert_eq!(guess(Cell::Plain("")), None);
        assert_eq!(suffixed("Bytes_d", guess(Cell::Number("5"))), Some(KqlType::Real));
        assert_eq!(suffixed("Day_s", guess(Cell::Text("2024-05-01T10:00:00Z"))), Some(KqlType::String));
        assert_eq!(common(Some(KqlType::Long), Some(KqlType::Real)), Some(KqlType::Real));
        assert_eq!(common(Some(KqlType::Long), Some(KqlType::Bool)), Some(KqlType::String));
        assert_eq!(common(None, Some(KqlType::Bool)), Some(KqlType::Bool));
    }
}
