//! Values at paths in documents, taken out in the type that is asked for: no dynamic is made on the way.

use std::sync::Arc;

use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, Expr};
use quarry_schema::KqlType;
use quarry_value::dynamic::{self, Segment};

use super::dynamic_values::document;
use crate::kernel::{Call, Kernel, kernel_expr};

/// The value at a path of fixed steps, converted as `to<type>()` would: `tostring(base.a.b)` in one go.
#[must_use]
pub fn dynamic_path_to(base: Expr, path: Vec<Segment>, result: KqlType) -> Expr {
    let mut name = format!("{result} at $");
    for segment in &path {
        match segment {
            Segment::Key(key) => name.push_str(&format!("[{key:?}]")),
            Segment::Index(index) => name.push_str(&format!("[{index}]")),
        }
    }
    kernel_expr(name, Arc::new(PathTo { path }), vec![base], vec![KqlType::Dynamic], result, 0)
}

struct PathTo {
    path: Vec<Segment>,
}

impl Kernel for PathTo {
    fn invoke(&self, call: &Call<'_>) -> Result<ColumnarValue> {
        let documents = call.texts(0)?;
        write_as(call, |row| dynamic::get_path(document(&documents, row)?, &self.path))
    }
}

/// Writes raw JSON values as the call's result type.
pub(super) fn write_as<'a>(call: &Call<'_>, value: impl Fn(usize) -> Option<&'a str>) -> Result<ColumnarValue> {
    match call.result {
        KqlType::Bool => call.write_bools(|row| dynamic::to_bool(value(row)?)),
        KqlType::Int => call.write_longs(|row| dynamic::to_int(value(row)?).map(i64::from)),
        KqlType::Long => call.write_longs(|row| dynamic::to_long(value(row)?)),
        KqlType::Real => call.write_reals(|row| dynamic::to_real(value(row)?)),
        KqlType::Decimal => call.write_decimals(|row| dynamic::to_decimal(value(row)?)),
        KqlType::DateTime => call.write_longs(|row| dynamic::to_datetime(value(row)?)),
        KqlType::TimeSpan => call.write_longs(|row| dynamic::to_timespan(value(row)?)),
        KqlType::Guid => call.write_guids(|row| dynamic::to_guid(value(row)?)),
        KqlType::String => call.write_texts(|row, out| {
            if let Some(value) = value(row) {
                out.push_str(&dynamic::to_kql_string(value));
            }
        }),
        KqlType::Dynamic | KqlType::Unknown => call.write_dynamics(|row, out| {
            out.push_str(value(row)?);
            Some(())
        }),
    }
}
