//! Conversions between types.

use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder};
use arrow::datatypes::{Decimal128Type, Float64Type, Int32Type, Int64Type};
use datafusion::common::{Result, exec_err};
use quarry_schema::KqlType;
use quarry_value::{decimal, format, guid, json};

use super::Family;

pub(crate) const KERNELS: Family = &[];

/// What `tostring()` gives for each value: text for every one, `""` for null.
pub(crate) fn to_text(array: &ArrayRef, ty: KqlType) -> Result<StringViewArray> {
    let mut builder = StringViewBuilder::with_capacity(array.len());
    let mut buffer = String::new();
    for row in 0..array.len() {
        buffer.clear();
        if array.is_valid(row) {
            write_text(array, ty, row, &mut buffer)?;
        }
        builder.append_value(&buffer);
    }
    Ok(builder.finish())
}

fn write_text(array: &ArrayRef, ty: KqlType, row: usize, out: &mut String) -> Result<()> {
    use std::fmt::Write as _;
    match ty {
        KqlType::Bool => out.push_str(format::bool(array.as_boolean().value(row))),
        KqlType::Int => drop(write!(out, "{}", array.as_primitive::<Int32Type>().value(row))),
        KqlType::Long => drop(write!(out, "{}", array.as_primitive::<Int64Type>().value(row))),
        KqlType::Real => format::real(array.as_primitive::<Float64Type>().value(row), out),
        KqlType::Decimal => decimal::write(array.as_primitive::<Decimal128Type>().value(row), out),
        KqlType::DateTime => format::datetime(array.as_primitive::<Int64Type>().value(row), out),
        KqlType::TimeSpan => format::timespan(array.as_primitive::<Int64Type>().value(row), out),
        KqlType::Guid => match array.as_fixed_size_binary().value(row).try_into() {
            Ok(bytes) => guid::write(bytes, out),
            Err(_) => return exec_err!("a guid has sixteen bytes"),
        },
        KqlType::String => out.push_str(array.as_string_view().value(row)),
        KqlType::Dynamic | KqlType::Unknown => out.push_str(&json::text(array.as_string_view().value(row))),
    }
    Ok(())
}
