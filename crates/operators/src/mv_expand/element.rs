//! Typed lists from JSON elements: the rules of `to typeof(T)`, which are stricter than those of the `to<type>()` functions.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder, StringViewBuilder,
};
use datafusion::common::Result;
use quarry_schema::KqlType;
use quarry_value::json::{self, Kind};
use quarry_value::{decimal, dynamic, guid, number};

/// Collects elements of one type.
pub(super) enum ElementBuilder {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal256Builder),
    /// Text, unquoted; null becomes empty.
    Text(StringViewBuilder),
    Time(Int64Builder),
    /// A timespan column takes no element of a document.
    Span(Int64Builder),
    Guid(FixedSizeBinaryBuilder),
    Dynamic(StringViewBuilder),
}

impl ElementBuilder {
    pub(super) fn new(ty: KqlType) -> Result<Self> {
        Ok(match ty {
            KqlType::Bool => Self::Bool(BooleanBuilder::new()),
            KqlType::Int => Self::Int(Int32Builder::new()),
            KqlType::Long => Self::Long(Int64Builder::new()),
            KqlType::Real => Self::Real(Float64Builder::new()),
            KqlType::Decimal => Self::Decimal(Decimal256Builder::new().with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?),
            KqlType::String => Self::Text(StringViewBuilder::new()),
            KqlType::DateTime => Self::Time(Int64Builder::new()),
            KqlType::TimeSpan => Self::Span(Int64Builder::new()),
            KqlType::Guid => Self::Guid(FixedSizeBinaryBuilder::new(guid::WIDTH)),
            KqlType::Dynamic | KqlType::Unknown => Self::Dynamic(StringViewBuilder::new()),
        })
    }

    pub(super) fn append(&mut self, raw: Option<&str>) {
        let raw = raw.filter(|raw| *raw != "null");
        let kind = raw.map(json::kind);
        let is_number = kind == Some(Kind::Number);
        let is_string = kind == Some(Kind::String);
        match self {
            Self::Bool(builder) => builder.append_option(raw.and_then(|raw| match kind {
                Some(Kind::Bool) => Some(raw == "true"),
                Some(Kind::Number) => raw.parse::<i64>().ok().map(|value| value != 0),
                _ => None,
            })),
            Self::Int(builder) => {
                builder.append_option(
                    raw.filter(|_| is_number)
                        .and_then(whole)
                        .and_then(|value| i32::try_from(value).ok()),
                );
            }
            Self::Long(builder) => builder.append_option(raw.filter(|_| is_number).and_then(whole)),
            Self::Real(builder) => builder.append_option(raw.filter(|_| is_number).and_then(|raw| raw.parse().ok())),
            Self::Text(builder) => builder.append_value(raw.map(dynamic::to_kql_string).unwrap_or_default()),
            Self::Time(builder) => builder.append_option(raw.filter(|_| is_string).and_then(dynamic::to_datetime)),
            Self::Guid(builder) => match raw.filter(|_| is_string).and_then(dynamic::to_guid) {
                // The builder's width is the width of a guid, so appending cannot fail.
                Some(value) => drop(builder.append_value(value)),
                None => builder.append_null(),
            },
            Self::Span(builder) => builder.append_null(),
            Self::Decimal(builder) => builder.append_null(),
            Self::Dynamic(builder) => builder.append_option(raw),
        }
    }

    pub(super) fn finish(self) -> ArrayRef {
        match self {
            Self::Bool(mut builder) => Arc::new(builder.finish()),
            Self::Int(mut builder) => Arc::new(builder.finish()),
            Self::Long(mut builder) | Self::Time(mut builder) | Self::Span(mut builder) => Arc::new(builder.finish()),
            Self::Real(mut builder) => Arc::new(builder.finish()),
            Self::Decimal(mut builder) => Arc::new(builder.finish()),
            Self::Text(mut builder) | Self::Dynamic(mut builder) => Arc::new(builder.finish()),
            Self::Guid(mut builder) => Arc::new(builder.finish()),
        }
    }
}

/// A JSON number cut to a whole one.
fn whole(raw: &str) -> Option<i64> {
    raw.parse::<i64>()
        .ok()
        .or_else(|| raw.parse::<f64>().ok().and_then(number::long_of))
}
