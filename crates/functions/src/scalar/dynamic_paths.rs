//! Values in documents, taken out in the type that is asked for: no dynamic is made on the way.

use datafusion::common::Result;
use datafusion::logical_expr::ColumnarValue;
use quarry_schema::KqlType;
use quarry_value::dynamic;

use crate::kernel::Call;

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
