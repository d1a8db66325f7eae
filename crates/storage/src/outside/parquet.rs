//! Parquet: columns by name.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_value::dynamic::{Segment, get_path};
use quarry_value::json;

use super::request::{ReadRequest, Source, Wanted};
use super::rows::Rows;
use crate::ingest::ParquetColumn;

pub(super) fn read(path: &Path, request: &ReadRequest, rows: &mut Rows) -> Result<(), String> {
    let reader = open(path)?.build().map_err(|error| error.to_string())?;
    for batch in reader {
        let batch = batch.map_err(|error| error.to_string())?;
        let mut columns = Vec::with_capacity(request.columns.len());
        for wanted in &request.columns {
            let array = name_of(&wanted.source).and_then(|name| batch.column_by_name(name));
            let column = array.map(ParquetColumn::of).transpose().map_err(|error| error.to_string())?;
            columns.push((wanted, column));
        }
        for row in 0..batch.num_rows() {
            let number = rows.next();
            rows.row(|at| match columns.get(at) {
                Some((wanted, column)) => value(wanted, column.as_ref(), row, number),
                None => Cow::Borrowed(""),
            })?;
        }
    }
    Ok(())
}

/// The names of the columns.
pub(super) fn columns(path: &Path) -> Result<Vec<String>, String> {
    Ok(open(path)?.schema().fields().iter().map(|field| field.name().clone()).collect())
}

fn open(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| error.to_string())
}

fn name_of(source: &Source) -> Option<&str> {
    match source {
        Source::Place(_, name) | Source::Name(name) => Some(name),
        Source::Path(path) => match path.first()? {
            Segment::Key(name) => Some(name),
            Segment::Index(_) => None,
        },
        Source::Row | Source::Nothing => None,
    }
}

fn value<'v>(wanted: &Wanted, column: Option<&ParquetColumn>, row: usize, number: usize) -> Cow<'v, str> {
    if wanted.source == Source::Row {
        return number.to_string().into();
    }
    let Some(column) = column else { return Cow::Borrowed("") };
    let inside = match &wanted.source {
        Source::Path(path) => path.get(1..).unwrap_or_default(),
        _ => &[],
    };
    if inside.is_empty() && !wanted.json {
        return column.text(row).into();
    }
    let whole = column.json(row);
    match get_path(&whole, inside) {
        None => Cow::Borrowed(""),
        Some(raw) if wanted.json => raw.to_owned().into(),
        Some(raw) => json::text(raw).into_owned().into(),
    }
}
