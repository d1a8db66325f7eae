//! Records as a table in memory, with the columns and conversions of ingest, and without a lake: what tests of hunts run on.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{Field, Schema};
use quarry_schema::KqlType;

use super::deliver;
use super::fields::{Fields, Scope, Value};
use super::infer;
use super::members::Members;
use crate::catalogue::{BuiltInCatalogue, TableCatalogue, TableShape};
use crate::layout::{EXTRA, Layout};
use crate::scan::guid_bytes;
use crate::write::{Order, TableRows};

/// A record as it is written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordText {
    /// A JSON object.
    Json(String),
    /// Names and cells of a line of CSV.
    Cells(Vec<(String, String)>),
}

/// The rows of a table, in the engine's representation.
#[derive(Clone, Debug)]
pub struct MemoryRows {
    /// What queries see, in order.
    pub columns: Vec<(String, KqlType)>,
    /// The batch's columns are those of `columns` by position.
    pub batch: RecordBatch,
}

/// Why a record is no row of its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordProblem {
    /// The number of the record, from 0.
    pub record: usize,
    /// The field, when the table has no column of its name.
    pub unknown_column: Option<String>,
    pub reason: String,
}

/// The records as rows of a table. A table that the catalogue does not know gets the columns that its records show.
///
/// # Errors
/// The first record that does not fit. Unlike ingest, which keeps what it has no column for, this refuses it: whoever writes records for a
/// table by hand means a column by every name.
pub fn rows_in_memory(table: &str, records: &[RecordText]) -> Result<MemoryRows, RecordProblem> {
    let mut members = Members::default();
    let mut fields = Vec::with_capacity(records.len());
    for (record, text) in records.iter().enumerate() {
        let read = match text {
            RecordText::Json(text) => members.find(text).and_then(|()| Fields::of_object(text, &members)),
            RecordText::Cells(cells) => {
                let mut fields = Fields::default();
                for (name, cell) in cells {
                    fields.add(Scope::Own, name.as_str(), Value::Plain(cell.as_str().into()));
                }
                Ok(fields)
            }
        };
        fields.push(read.map_err(|reason| RecordProblem {
            record,
            unknown_column: None,
            reason,
        })?);
    }
    let known = BuiltInCatalogue.table(table);
    let mut layout = Layout::new(&known.clone().unwrap_or_else(|| TableShape::custom(table)));
    if known.is_none() {
        layout.extend(infer::columns_of(&fields));
    }
    let layout = Arc::new(layout);
    let mut rows = TableRows::new(Arc::clone(&layout));
    for (record, fields) in fields.iter().enumerate() {
        let problem = |unknown_column, reason| RecordProblem {
            record,
            unknown_column,
            reason,
        };
        rows.begin();
        for field in &fields.list {
            if !rows.slot(&field.name).is_column() {
                let reason = format!("{table} has no column {}", field.name);
                return Err(problem(Some(field.name.to_string()), reason));
            }
        }
        rows.begin();
        deliver::fill(&mut rows, fields).map_err(|reason| problem(None, reason))?;
        rows.end();
    }
    in_engine(known.as_ref(), &layout, &mut rows).map_err(|reason| RecordProblem {
        record: 0,
        unknown_column: None,
        reason,
    })
}

/// All columns under all their names.
fn in_engine(known: Option<&TableShape>, layout: &Layout, rows: &mut TableRows) -> Result<MemoryRows, String> {
    let broken = |error: &dyn std::fmt::Display| error.to_string();
    let taken = rows.take(Order::Time).map_err(|error| broken(&error))?;
    let (number, taken) = taken.map_or((0, Vec::new()), |taken| (taken.rows, taken.columns));
    let stored = |at: usize, ty: KqlType| -> Result<ArrayRef, String> {
        match taken.iter().find(|(place, _)| *place == at) {
            Some((_, array)) if ty == KqlType::Guid => guid_bytes(array).map_err(|error| broken(&error)),
            Some((_, array)) => cast(array, &quarry_value::arrow_type(ty)).map_err(|error| broken(&error)),
            None => Ok(empty(ty, number)),
        }
    };
    let mut columns: Vec<(String, KqlType)> = Vec::new();
    let mut arrays = Vec::new();
    let in_order = known
        .into_iter()
        .flat_map(|shape| shape.columns.iter().map(|column| column.name.as_str()));
    let stored_names = layout.stored.iter().map(|column| column.name.as_str());
    let alias_names = layout.aliases.iter().map(|(alias, _)| alias.as_str());
    let own_name = layout.names_itself.then_some("Type");
    for name in in_order.chain(stored_names).chain(alias_names).chain(own_name) {
        if name == EXTRA || columns.iter().any(|(column, _)| column == name) {
            continue;
        }
        let at = layout.stored.iter().position(|column| column.name == name);
        let at = at.or_else(|| layout.aliases.iter().find(|(alias, _)| alias == name).map(|(_, at)| *at));
        match at.and_then(|at| Some((at, layout.stored.get(at)?.ty))) {
            Some((at, ty)) => {
                columns.push((name.to_owned(), ty));
                arrays.push(stored(at, ty)?);
            }
            None => {
                columns.push((name.to_owned(), KqlType::String));
                let names = std::iter::repeat_n(layout.table.as_str(), number);
                arrays.push(Arc::new(StringViewArray::from_iter_values(names)) as ArrayRef);
            }
        }
    }
    let fields: Vec<Field> = columns
        .iter()
        .zip(&arrays)
        .map(|((name, _), array)| Field::new(name, array.data_type().clone(), true))
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(number));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(|error| broken(&error))?;
    Ok(MemoryRows { columns, batch })
}

/// A column without values; text is never null.
fn empty(ty: KqlType, rows: usize) -> ArrayRef {
    match ty {
        KqlType::String => Arc::new(StringViewArray::from_iter_values(std::iter::repeat_n("", rows))),
        other => new_null_array(&quarry_value::arrow_type(other), rows),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn json(texts: &[&str]) -> Vec<RecordText> {
        texts.iter().map(|text| RecordText::Json((*text).to_owned())).collect()
    }

    #[test]
    fn records_become_typed_rows_under_all_names() {
        let records = json(&[r#"{"Timestamp":"2026-11-01T10:00:00Z","AccountUpn":"a@b","ErrorCode":"50126","ReportId":"1"}"#]);
        let rows = rows_in_memory("AADSignInEventsBeta", &records).unwrap();
        let at = |name: &str| rows.columns.iter().position(|(column, _)| column == name).unwrap();
        assert_eq!(rows.columns[at("ErrorCode")].1, KqlType::Int);
        assert_eq!(rows.batch.num_rows(), 1);
        assert_eq!(
            rows.batch.column(at("Timestamp")).as_ref(),
            rows.batch.column(at("TimeGenerated")).as_ref()
        );
        assert_eq!(rows.batch.column(at("Country")).null_count(), 0, "text is never null");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_record() {
        let bad = json(&[r#"{"ErrorCode":0}"#, r#"{"ErrorCode":"many"}"#]);
        let problem = rows_in_memory("AADSignInEventsBeta", &bad).unwrap_err();
        assert_eq!((problem.record, problem.unknown_column), (1, None));
        let unknown = rows_in_memory("AADSignInEventsBeta", &json(&[r#"{"ErrorCod":0}"#])).unwrap_err();
        assert_eq!(unknown.unknown_column.as_deref(), Some("ErrorCod"));
    }

    #[test]
    fn a_table_of_ones_own_has_the_columns_that_its_records_show() {
        let cells = vec![
            ("When".to_owned(), "2026-11-01T10:00:00Z".to_owned()),
            ("n".to_owned(), "5".to_owned()),
        ];
        let rows = rows_in_memory("Mine_CL", &[RecordText::Cells(cells)]).unwrap();
        assert!(rows.columns.contains(&("n".to_owned(), KqlType::Long)));
        assert!(rows.columns.contains(&("When".to_owned(), KqlType::DateTime)));
    }

    #[test]
    fn no_records_are_a_table_without_rows() {
        let rows = rows_in_memory("EmailEvents", &[]).unwrap();
        assert_eq!(rows.batch.num_rows(), 0);
        assert!(rows.columns.iter().any(|(name, _)| name == "Subject"));
    }
}
