//! KQL values in Arrow arrays: how each type is represented, read from text, written as text and put on the wire.
//!
//! | KQL | Arrow |
//! |---|---|
//! | bool, int, long, real | `Boolean`, `Int32`, `Int64`, `Float64` |
//! | decimal | `Decimal256(76, 38)` |
//! | string | `Utf8View`, never null |
//! | datetime, timespan | `Int64` ticks of 100 ns, datetime since 0001-01-01 |
//! | guid | `FixedSizeBinary(16)`, bytes in the order of the text form |
//! | dynamic | `Utf8View` of compact JSON; KQL null is Arrow null, a string is JSON-quoted |

pub mod decimal;
pub mod dynamic;
pub mod format;
mod grisu;
pub mod guid;
pub mod json;
pub mod number;
pub mod parse;
pub mod time;
pub mod wire;

use arrow::datatypes::DataType;
use quarry_schema::KqlType;

/// The Arrow type that carries values of a KQL type.
#[must_use]
pub fn arrow_type(ty: KqlType) -> DataType {
    match ty {
        KqlType::Bool => DataType::Boolean,
        KqlType::Int => DataType::Int32,
        KqlType::Long | KqlType::DateTime | KqlType::TimeSpan => DataType::Int64,
        KqlType::Real => DataType::Float64,
        KqlType::Decimal => DataType::Decimal256(decimal::PRECISION, decimal::SCALE),
        KqlType::Guid => DataType::FixedSizeBinary(guid::WIDTH),
        KqlType::String | KqlType::Dynamic | KqlType::Unknown => DataType::Utf8View,
    }
}
