//! Cells as JSON, the way query results carry them.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use quarry_schema::KqlType;

use crate::{decimal, format, guid, json};

/// Appends a cell: numbers and bools bare, everything else a JSON string, dynamic as itself, `null` for null (`""` for a string).
///
/// A column that is not in the representation of its type gives `null`.
pub fn cell(array: &ArrayRef, ty: KqlType, row: usize, out: &mut String) {
    if row >= array.len() || array.is_null(row) {
        out.push_str(if ty == KqlType::String { "\"\"" } else { "null" });
        return;
    }
    if written(array, ty, row, out).is_none() {
        out.push_str("null");
    }
}

fn written(array: &ArrayRef, ty: KqlType, row: usize, out: &mut String) -> Option<()> {
    match ty {
        KqlType::Bool => out.push_str(if array.as_boolean_opt()?.value(row) { "true" } else { "false" }),
        KqlType::Int => format::integer(array.as_primitive_opt::<Int32Type>()?.value(row).into(), out),
        KqlType::Long => format::integer(array.as_primitive_opt::<Int64Type>()?.value(row), out),
        KqlType::Real => {
            let value = array.as_primitive_opt::<Float64Type>()?.value(row);
            // A number on its own has the shortest digits; inside dynamics the engine writes them its own way.
            if value.is_finite() {
                format::real(value, out)
            } else {
                format::real_json(value, out)
            }
        }
        KqlType::Decimal => {
            let value = array.as_primitive_opt::<Decimal256Type>()?.value(row);
            quoted(out, |out| decimal::write(value, out));
        }
        KqlType::DateTime => {
            let ticks = array.as_primitive_opt::<Int64Type>()?.value(row);
            quoted(out, |out| format::datetime_trimmed(ticks, out));
        }
        KqlType::TimeSpan => {
            let ticks = array.as_primitive_opt::<Int64Type>()?.value(row);
            quoted(out, |out| format::timespan(ticks, out));
        }
        KqlType::Guid => {
            let bytes = array.as_fixed_size_binary_opt()?.value(row).try_into().ok()?;
            quoted(out, |out| guid::write(bytes, out));
        }
        KqlType::String => json::quote(array.as_string_view_opt()?.value(row), out),
        KqlType::Dynamic | KqlType::Unknown => out.push_str(array.as_string_view_opt()?.value(row)),
    }
    Some(())
}

fn quoted(out: &mut String, write: impl FnOnce(&mut String)) {
    out.push('"');
    write(out);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Float64Array, Int64Array, StringViewArray};

    use super::*;

    fn shown(array: impl Array + 'static, ty: KqlType) -> String {
        let array: ArrayRef = Arc::new(array);
        let mut out = String::new();
        for row in 0..array.len() {
            cell(&array, ty, row, &mut out);
            out.push(' ');
        }
        out
    }

    #[test]
    fn cells_of_each_kind() {
        assert_eq!(
            shown(
                Float64Array::from(vec![Some(f64::NAN), Some(f64::NEG_INFINITY), Some(5.0), None]),
                KqlType::Real
            ),
            "\"NaN\" \"-Infinity\" 5.0 null "
        );
        assert_eq!(shown(Int64Array::from(vec![0]), KqlType::DateTime), "\"0001-01-01T00:00:00Z\" ");
        assert_eq!(shown(Int64Array::from(vec![-1]), KqlType::TimeSpan), "\"-00:00:00.0000001\" ");
        assert_eq!(
            shown(StringViewArray::from(vec![Some("a\"b"), None]), KqlType::String),
            "\"a\\\"b\" \"\" "
        );
        assert_eq!(shown(StringViewArray::from(vec![Some("[1]"), None]), KqlType::Dynamic), "[1] null ");
    }
}
