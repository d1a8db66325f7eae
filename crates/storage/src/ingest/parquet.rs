//! Parquet, as export jobs and other tools write it.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::{cast, cast_with_options};
use arrow::datatypes::{DataType, Decimal128Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampNanosecondType};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use quarry_schema::KqlType;
use quarry_value::json;
use quarry_value::time::{MICROSECOND, UNIX_EPOCH};

use super::file::{FileRun, Place, Stop};
use super::recognise::Field;
use super::report::Format;
use crate::write::{Cell, TableRows};

/// Nesting of lists and structs that is followed.
const DEEPEST: usize = 32;

/// Reads all rows of a file.
pub(super) fn read(path: &Path, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(Format::Parquet);
    let file = File::open(path).map_err(|error| Stop::Broken(error.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(4096).build())
        .map_err(|error| Stop::Broken(error.to_string()))?;
    let mut number = 0;
    for batch in reader {
        let batch = batch.map_err(|error| Stop::Broken(error.to_string()))?;
        rows(&batch, &mut number, run)?;
    }
    Ok(())
}

fn rows(batch: &RecordBatch, number: &mut u64, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let schema = batch.schema();
    let mut columns = Vec::with_capacity(batch.num_columns());
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        columns.push((
            field.name().as_str(),
            Column::of(array).map_err(|error| Stop::Broken(error.to_string()))?,
        ));
    }
    let by_fields = run
        .recogniser
        .by_fields(columns.iter().map(|(name, _)| Field { name, filled: true }));
    let row_bytes = batch.get_array_memory_size() / batch.num_rows().max(1);
    for row in 0..batch.num_rows() {
        *number += 1;
        let place = Place {
            record: *number,
            line: *number,
            offset: 0,
        };
        let named = columns
            .iter()
            .find(|(name, _)| *name == "Type")
            .map(|(_, column)| column.value(row));
        let typed = match named {
            Some(Value::Text(name)) => run.recogniser.by_type(name),
            _ => None,
        };
        let Some(table) = run.recogniser.fixed().or(typed).or_else(|| by_fields.clone()) else {
            run.unknown(place, raw(&columns, row).as_bytes())?;
            continue;
        };
        let written = || raw(&columns, row).into_bytes().into();
        run.record(&table, place, row_bytes, written, |target| fill(target, &columns, row))?;
    }
    Ok(())
}

fn fill(rows: &mut TableRows, columns: &[(&str, Column)], row: usize) -> Result<(), String> {
    for (name, column) in columns {
        let slot = rows.slot(name);
        let value = column.value(row);
        rows.put(slot, name, value.cell()).map_err(|misfit| misfit.to_string())?;
    }
    Ok(())
}

/// The KQL type that holds a column's values.
pub(super) fn kql_type(ty: &DataType) -> KqlType {
    match ty {
        DataType::Boolean => KqlType::Bool,
        ty if ty.is_integer() => KqlType::Long,
        ty if ty.is_floating() => KqlType::Real,
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => KqlType::DateTime,
        DataType::Decimal128(..) => KqlType::Decimal,
        ty if ty.is_nested() => KqlType::Dynamic,
        _ => KqlType::String,
    }
}

/// A row as JSON, for quarantine.
fn raw(columns: &[(&str, Column)], row: usize) -> String {
    let mut out = String::from("{");
    for (name, column) in columns {
        if out.len() > 1 {
            out.push(',');
        }
        json::quote(name, &mut out);
        out.push(':');
        write_json(column.value(row).cell(), &mut out);
    }
    out.push('}');
    out
}

/// A column in one of few representations.
pub(crate) enum Column {
    Bool(ArrayRef),
    Long(ArrayRef),
    Real(ArrayRef),
    Text(ArrayRef),
    /// Microseconds, or nanoseconds, since 1970.
    Micros(ArrayRef),
    Nanos(ArrayRef),
    Decimal(ArrayRef),
    Nested(ArrayRef),
    Nothing,
}

enum Value<'a> {
    Null,
    Bool(bool),
    Long(i64),
    Real(f64),
    Text(&'a str),
    Ticks(i64),
    Number(String),
    Document(String),
}

impl Value<'_> {
    fn cell(&self) -> Cell<'_> {
        match self {
            Value::Null => Cell::Null,
            Value::Bool(value) => Cell::Bool(*value),
            Value::Long(value) => Cell::Long(*value),
            Value::Real(value) => Cell::Real(*value),
            Value::Text(text) => Cell::Text(text),
            Value::Ticks(ticks) => Cell::Ticks(*ticks),
            Value::Number(text) => Cell::Number(text),
            Value::Document(text) => Cell::Document(text),
        }
    }
}

impl Column {
    pub(crate) fn of(array: &ArrayRef) -> Result<Column, arrow::error::ArrowError> {
        let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
        Ok(match array.data_type() {
            DataType::Null => Column::Nothing,
            DataType::Boolean => Column::Bool(Arc::clone(array)),
            DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => Column::Long(cast(array, &DataType::Int64)?),
            DataType::UInt64 => Column::Decimal(cast(array, &DataType::Decimal128(20, 0))?),
            DataType::Float16 | DataType::Float32 | DataType::Float64 => Column::Real(cast(array, &DataType::Float64)?),
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Column::Text(cast(array, &DataType::Utf8View)?),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView => {
                // Text that was written without its type; bytes that are no text are nothing.
                Column::Text(cast_with_options(
                    array,
                    &DataType::Utf8View,
                    &arrow::compute::CastOptions::default(),
                )?)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Column::Nanos(cast(array, &DataType::Timestamp(TimeUnit::Nanosecond, None))?),
            DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => Column::Micros(cast(array, &micros)?),
            DataType::Decimal128(..) => Column::Decimal(Arc::clone(array)),
            DataType::Dictionary(_, values) => Column::of(&cast(array, values)?)?,
            DataType::List(_) | DataType::LargeList(_) | DataType::Struct(_) | DataType::Map(..) => Column::Nested(Arc::clone(array)),
            other => Column::of(
                &cast(array, &DataType::Utf8View)
                    .map_err(|_| arrow::error::ArrowError::NotYetImplemented(format!("columns of type {other} cannot be read")))?,
            )?,
        })
    }

    /// The value as text, nothing for null.
    pub(crate) fn text(&self, row: usize) -> String {
        plain(self.value(row).cell()).into_owned()
    }

    /// The value as JSON.
    pub(crate) fn json(&self, row: usize) -> String {
        let mut out = String::new();
        write_json(self.value(row).cell(), &mut out);
        out
    }

    fn value(&self, row: usize) -> Value<'_> {
        let array = match self {
            Column::Nothing => return Value::Null,
            Column::Bool(array)
            | Column::Long(array)
            | Column::Real(array)
            | Column::Text(array)
            | Column::Micros(array)
            | Column::Nanos(array)
            | Column::Decimal(array)
            | Column::Nested(array) => array,
        };
        if row >= array.len() || array.is_null(row) {
            return Value::Null;
        }
        match self {
            Column::Bool(array) => Value::Bool(array.as_boolean().value(row)),
            Column::Long(array) => Value::Long(array.as_primitive::<Int64Type>().value(row)),
            Column::Real(array) => Value::Real(array.as_primitive::<Float64Type>().value(row)),
            Column::Text(array) => Value::Text(array.as_string_view().value(row)),
            Column::Micros(array) => {
                let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
                Value::Ticks(micros.saturating_mul(MICROSECOND).saturating_add(UNIX_EPOCH))
            }
            Column::Nanos(array) => {
                let nanos = array.as_primitive::<TimestampNanosecondType>().value(row);
                Value::Ticks(quarry_value::time::from_unix_nanoseconds(nanos))
            }
            Column::Decimal(array) => Value::Number(array.as_primitive::<Decimal128Type>().value_as_string(row)),
            Column::Nested(array) => {
                let mut out = String::new();
                nested(array, row, 0, &mut out);
                Value::Document(out)
            }
            Column::Nothing => Value::Null,
        }
    }
}

/// Writes a value of a nested column as JSON.
fn nested(array: &ArrayRef, row: usize, depth: usize, out: &mut String) {
    if row >= array.len() || array.is_null(row) || depth > DEEPEST {
        out.push_str("null");
        return;
    }
    let list = |values: &ArrayRef, out: &mut String| {
        out.push('[');
        for at in 0..values.len() {
            if at > 0 {
                out.push(',');
            }
            nested(values, at, depth + 1, out);
        }
        out.push(']');
    };
    match array.data_type() {
        DataType::List(_) => list(&array.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => list(&array.as_list::<i64>().value(row), out),
        DataType::Struct(fields) => {
            out.push('{');
            for (at, (field, values)) in fields.iter().zip(array.as_struct().columns()).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                json::quote(field.name(), out);
                out.push(':');
                nested(values, row, depth + 1, out);
            }
            out.push('}');
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            out.push('{');
            if let [keys, values] = entries.columns() {
                for at in 0..entries.len() {
                    if at > 0 {
                        out.push(',');
                    }
                    let key = Column::of(keys).ok();
                    let key = key.as_ref().map_or(Value::Null, |keys| keys.value(at));
                    json::quote(&plain(key.cell()), out);
                    out.push(':');
                    nested(values, at, depth + 1, out);
                }
            }
            out.push('}');
        }
        _ => match Column::of(array) {
            Ok(column) => write_json(column.value(row).cell(), out),
            Err(_) => out.push_str("null"),
        },
    }
}

fn plain(cell: Cell<'_>) -> Cow<'_, str> {
    crate::write::text_of(cell).unwrap_or_default()
}

fn write_json(cell: Cell<'_>, out: &mut String) {
    match cell {
        Cell::Null => out.push_str("null"),
        Cell::Real(value) => quarry_value::format::real_json(value, out),
        Cell::Text(_) | Cell::Plain(_) | Cell::Ticks(_) => json::quote(&plain(cell), out),
        Cell::Bool(_) | Cell::Long(_) | Cell::Number(_) | Cell::Document(_) | Cell::Canonical(_) => out.push_str(&plain(cell)),
    }
}
