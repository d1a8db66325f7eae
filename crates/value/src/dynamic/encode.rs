//! Typed values on their way into a dynamic: how `pack_array`, `bag_pack` and `make_list` spell each type.

use arrow::array::{
    Array, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, StringViewArray,
};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use quarry_schema::KqlType;

use crate::{decimal, format, guid, json};

/// Writes the values of one column as JSON.
#[derive(Debug)]
pub struct Encoder<'a>(Column<'a>);

#[derive(Debug)]
enum Column<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int32Array),
    Long(&'a Int64Array),
    Real(&'a Float64Array),
    Decimal(&'a Decimal256Array),
    String(&'a StringViewArray),
    DateTime(&'a Int64Array),
    TimeSpan(&'a Int64Array),
    Guid(&'a FixedSizeBinaryArray),
    Dynamic(&'a StringViewArray),
}

impl<'a> Encoder<'a> {
    /// An encoder for a column; `None` when the array does not carry that KQL type.
    #[must_use]
    pub fn new(array: &'a dyn Array, ty: KqlType) -> Option<Encoder<'a>> {
        Some(Encoder(match ty {
            KqlType::Bool => Column::Bool(array.as_boolean_opt()?),
            KqlType::Int => Column::Int(array.as_primitive_opt::<Int32Type>()?),
            KqlType::Long => Column::Long(array.as_primitive_opt::<Int64Type>()?),
            KqlType::Real => Column::Real(array.as_primitive_opt::<Float64Type>()?),
            KqlType::Decimal => Column::Decimal(array.as_primitive_opt::<Decimal256Type>()?),
            KqlType::String => Column::String(array.as_string_view_opt()?),
            KqlType::DateTime => Column::DateTime(array.as_primitive_opt::<Int64Type>()?),
            KqlType::TimeSpan => Column::TimeSpan(array.as_primitive_opt::<Int64Type>()?),
            KqlType::Guid => Column::Guid(array.as_fixed_size_binary_opt()?),
            KqlType::Dynamic | KqlType::Unknown => Column::Dynamic(array.as_string_view_opt()?),
        }))
    }

    /// Whether the value of a row is a KQL null. Strings never are.
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        match &self.0 {
            Column::Bool(array) => array.is_null(row),
            Column::Int(array) => array.is_null(row),
            Column::Long(array) | Column::DateTime(array) | Column::TimeSpan(array) => array.is_null(row),
            Column::Real(array) => array.is_null(row),
            Column::Decimal(array) => array.is_null(row),
            Column::String(_) => false,
            Column::Guid(array) => array.is_null(row),
            Column::Dynamic(array) => array.is_null(row),
        }
    }

    /// Whether the value of a row is text without a character, or a document that is such text.
    #[must_use]
    pub fn is_empty_text(&self, row: usize) -> bool {
        match &self.0 {
            Column::String(array) => array.is_null(row) || array.value(row).is_empty(),
            Column::Dynamic(array) => array.is_valid(row) && array.value(row) == "\"\"",
            _ => false,
        }
    }

    /// The value of a dynamic column without a copy; `None` for null and for every other type.
    #[must_use]
    pub fn dynamic(&self, row: usize) -> Option<&'a str> {
        match &self.0 {
            Column::Dynamic(array) if array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }

    /// Whether the column is dynamic.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        matches!(self.0, Column::Dynamic(_))
    }

    /// Appends the value of a row as JSON.
    pub fn write(&self, row: usize, out: &mut String) {
        if self.is_null(row) {
            out.push_str("null");
            return;
        }
        match &self.0 {
            Column::Bool(array) => out.push_str(if array.value(row) { "true" } else { "false" }),
            Column::Int(array) => format::integer(array.value(row).into(), out),
            Column::Long(array) => format::integer(array.value(row), out),
            Column::Real(array) => format::real_json(array.value(row), out),
            Column::Decimal(array) => quoted(out, |out| decimal::write(array.value(row), out)),
            Column::String(array) => json::quote(if array.is_null(row) { "" } else { array.value(row) }, out),
            Column::DateTime(array) => quoted(out, |out| format::datetime(array.value(row), out)),
            Column::TimeSpan(array) => quoted(out, |out| format::timespan(array.value(row), out)),
            Column::Guid(array) => quoted(out, |out| {
                if let Ok(bytes) = guid::Guid::try_from(array.value(row)) {
                    guid::write(&bytes, out);
                }
            }),
            Column::Dynamic(array) => out.push_str(array.value(row)),
        }
    }
}

/// For text that needs no escapes.
fn quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn encoded(array: &dyn Array, ty: KqlType) -> Vec<String> {
        let encoder = Encoder::new(array, ty).unwrap();
        (0..array.len())
            .map(|row| {
                let mut out = String::new();
                encoder.write(row, &mut out);
                out
            })
            .collect()
    }

    #[test]
    fn every_type_has_its_spelling() {
        assert_eq!(
            encoded(&BooleanArray::from(vec![Some(true), None]), KqlType::Bool),
            ["true", "null"]
        );
        assert_eq!(encoded(&Float64Array::from(vec![1.0, f64::NAN]), KqlType::Real), ["1.0", "\"NaN\""]);
        assert_eq!(
            encoded(&StringViewArray::from(vec!["", "a\"b"]), KqlType::String),
            ["\"\"", "\"a\\\"b\""]
        );
        assert_eq!(
            encoded(&Int64Array::from(vec![crate::time::DAY]), KqlType::TimeSpan),
            ["\"1.00:00:00\""]
        );
        assert_eq!(
            encoded(&Int64Array::from(vec![0]), KqlType::DateTime),
            ["\"0001-01-01T00:00:00.0000000Z\""]
        );
        assert_eq!(
            encoded(&StringViewArray::from(vec![Some("[1]"), None]), KqlType::Dynamic),
            ["[1]", "null"]
        );
        assert!(Encoder::new(&Int64Array::from(vec![0]), KqlType::String).is_none());
    }
}
