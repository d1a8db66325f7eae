//! A column by its type, for those that look at single values of it.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array, StringViewArray,
};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int32Type, Int64Type};

/// A column in its Arrow type.
#[derive(Debug)]
pub enum Typed<'a> {
    Bool(&'a BooleanArray),
    Int(&'a Int32Array),
    /// Longs or ticks.
    Long(&'a Int64Array),
    Real(&'a Float64Array),
    Decimal(&'a Decimal256Array),
    Guid(&'a FixedSizeBinaryArray),
    /// Strings or documents.
    Text(&'a StringViewArray),
    Other(&'a ArrayRef),
}

impl<'a> Typed<'a> {
    #[must_use]
    pub fn of(array: &'a ArrayRef) -> Self {
        match array.data_type() {
            DataType::Boolean => array.as_boolean_opt().map(Self::Bool),
            DataType::Int32 => array.as_primitive_opt::<Int32Type>().map(Self::Int),
            DataType::Int64 => array.as_primitive_opt::<Int64Type>().map(Self::Long),
            DataType::Float64 => array.as_primitive_opt::<Float64Type>().map(Self::Real),
            DataType::Decimal256(..) => array.as_primitive_opt::<Decimal256Type>().map(Self::Decimal),
            DataType::FixedSizeBinary(_) => array.as_fixed_size_binary_opt().map(Self::Guid),
            DataType::Utf8View => array.as_string_view_opt().map(Self::Text),
            _ => None,
        }
        .unwrap_or(Self::Other(array))
    }

    #[inline]
    #[must_use]
    pub fn is_null(&self, row: usize) -> bool {
        match self {
            Self::Bool(array) => array.is_null(row),
            Self::Int(array) => array.is_null(row),
            Self::Long(array) => array.is_null(row),
            Self::Real(array) => array.is_null(row),
            Self::Decimal(array) => array.is_null(row),
            Self::Guid(array) => array.is_null(row),
            Self::Text(array) => array.is_null(row),
            Self::Other(array) => array.is_null(row),
        }
    }

    #[inline]
    #[must_use]
    pub fn bool(&self, row: usize) -> Option<bool> {
        match self {
            Self::Bool(array) if row < array.len() && array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }

    /// A long, or an int as one.
    #[inline]
    #[must_use]
    pub fn long(&self, row: usize) -> Option<i64> {
        match self {
            Self::Long(array) if array.is_valid(row) => array.values().get(row).copied(),
            Self::Int(array) if array.is_valid(row) => array.values().get(row).copied().map(i64::from),
            _ => None,
        }
    }

    #[inline]
    #[must_use]
    pub fn real(&self, row: usize) -> Option<f64> {
        match self {
            Self::Real(array) if array.is_valid(row) => array.values().get(row).copied(),
            _ => None,
        }
    }

    #[inline]
    #[must_use]
    pub fn text(&self, row: usize) -> Option<&'a str> {
        match self {
            Self::Text(array) if row < array.len() && array.is_valid(row) => Some(array.value(row)),
            _ => None,
        }
    }
}
