//! How KQL writes values: numbers, strings, times, guids and documents.
//!
//! Times are ticks of 100 ns: datetimes since 0001-01-01, timespans as lengths.

mod datetime;
mod dynamic;
mod guid;
mod number;
mod string;
mod timespan;

pub use datetime::{TICKS_MAX, parse_datetime, ticks_from_parts};
pub use dynamic::{DynamicValue, dynamic_value};
pub use guid::{format_guid, parse_guid};
pub use string::{check_string, string_value};
pub(crate) use timespan::is_timespan_suffix;
pub use timespan::{
    TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND, parse_timespan,
    parse_timespan_clock,
};

use crate::{SyntaxElement, SyntaxKind, SyntaxNode};

/// The type of a typed null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names of the KQL types")]
pub enum LiteralType {
    Bool,
    Int,
    Long,
    Real,
    Decimal,
    DateTime,
    TimeSpan,
    Guid,
}

/// The value of a literal.
#[derive(Debug, Clone, PartialEq)]
pub enum LiteralValue {
    /// `true`, `bool(1)`.
    Bool(bool),
    /// `int(5)`.
    Int(i32),
    /// `5`, `0x1f`, `long(5)`.
    Long(i64),
    /// `1.5`, `real(nan)`.
    Real(f64),
    /// `decimal(1.5)`: sign, digits, point and exponent as written.
    Decimal(String),
    /// Any string literal.
    String(String),
    /// Ticks since 0001-01-01.
    DateTime(i64),
    /// `datetime(now)` or `datetime()`: the time of the query.
    Now,
    /// A length in ticks.
    TimeSpan(i64),
    /// The bytes in the order in which the guid is written.
    Guid([u8; 16]),
    /// `long(null)` and the like.
    Null(LiteralType),
}

/// The value of a literal token.
///
/// # Errors
/// A sentence that says why the text is no such literal.
pub fn decode(kind: SyntaxKind, text: &str) -> Result<LiteralValue, String> {
    match kind {
        SyntaxKind::StringLiteral => {
            check_string(text)?;
            Ok(LiteralValue::String(string_value(text).into_owned()))
        }
        SyntaxKind::BoolLiteral => match text {
            "true" => Ok(LiteralValue::Bool(true)),
            "false" => Ok(LiteralValue::Bool(false)),
            _ => typed(text, LiteralType::Bool),
        },
        SyntaxKind::IntLiteral => typed(text, LiteralType::Int),
        SyntaxKind::LongLiteral if has_parens(text) => typed(text, LiteralType::Long),
        SyntaxKind::LongLiteral => number::long(text).map(LiteralValue::Long),
        SyntaxKind::RealLiteral if has_parens(text) => typed(text, LiteralType::Real),
        SyntaxKind::RealLiteral => number::real(text).map(LiteralValue::Real),
        SyntaxKind::DecimalLiteral => typed(text, LiteralType::Decimal),
        SyntaxKind::DateTimeLiteral => typed(text, LiteralType::DateTime),
        SyntaxKind::TimeSpanLiteral if has_parens(text) => typed(text, LiteralType::TimeSpan),
        SyntaxKind::TimeSpanLiteral => timespan::unit_literal(text)
            .map(LiteralValue::TimeSpan)
            .ok_or_else(|| out_of_range(text, "timespan")),
        SyntaxKind::GuidLiteral => typed(text, LiteralType::Guid),
        _ => Err(format!("`{text}` is no literal")),
    }
}

/// The value of a literal's node: one token with a sign before it where there is one, or
/// several string tokens.
pub(crate) fn literal_value(node: &SyntaxNode) -> Option<LiteralValue> {
    let mut sign = "";
    let mut value = None;
    for token in node.children_with_tokens().filter_map(SyntaxElement::into_token) {
        match (token.kind(), &mut value) {
            (SyntaxKind::Minus, None) => sign = "-",
            (SyntaxKind::StringLiteral, Some(LiteralValue::String(text))) => {
                text.push_str(&string_value(token.text()));
            }
            (SyntaxKind::StringLiteral, None) => {
                value = Some(LiteralValue::String(string_value(token.text()).into_owned()));
            }
            // The sign belongs to the digits: the least long has no positive counterpart.
            (kind, None) if kind.is_literal() => {
                value = Some(decode(kind, &format!("{sign}{}", token.text())).ok()?);
            }
            _ => {}
        }
    }
    value
}

fn has_parens(text: &str) -> bool {
    text.ends_with(')')
}

/// The value of `type(inner)`.
fn typed(text: &str, literal_type: LiteralType) -> Result<LiteralValue, String> {
    let inner = text
        .split_once('(')
        .map_or(text, |(_, rest)| rest.strip_suffix(')').unwrap_or(rest))
        .trim();
    if inner == "null" {
        return Ok(LiteralValue::Null(literal_type));
    }
    match literal_type {
        LiteralType::Bool => number::bool(inner).map(LiteralValue::Bool),
        LiteralType::Int => number::int(inner).map(LiteralValue::Int),
        LiteralType::Long => number::long(inner).map(LiteralValue::Long),
        LiteralType::Real => number::real(inner).map(LiteralValue::Real),
        LiteralType::Decimal => number::decimal(inner).map(LiteralValue::Decimal),
        LiteralType::DateTime => {
            if inner.is_empty() || inner == "now" {
                return Ok(LiteralValue::Now);
            }
            let ticks = datetime::datetime_literal(unquoted(inner));
            ticks
                .map(LiteralValue::DateTime)
                .ok_or_else(|| format!("`{inner}` is no date and time"))
        }
        LiteralType::TimeSpan => {
            let ticks = parse_timespan(unquoted(inner));
            ticks
                .map(LiteralValue::TimeSpan)
                .ok_or_else(|| format!("`{inner}` is no length of time"))
        }
        LiteralType::Guid => parse_guid(unquoted(inner))
            .map(LiteralValue::Guid)
            .ok_or_else(|| format!("`{inner}` is no guid")),
    }
}

fn out_of_range(text: &str, what: &str) -> String {
    format!("`{text}` is out of range for {what}")
}

fn unquoted(text: &str) -> &str {
    ['"', '\'']
        .iter()
        .find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(text)
}

/// The KQL type that a type name stands for: `int64` is `long`, `date` is `datetime`.
#[must_use]
pub fn canonical_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "bool" | "boolean" => "bool",
        "int" | "int8" | "int16" | "int32" | "uint8" | "uint16" | "byte" | "char" => "int",
        "long" | "int64" | "uint" | "uint32" | "uint64" | "ulong" => "long",
        "real" | "double" | "float" => "real",
        "decimal" => "decimal",
        "string" => "string",
        "datetime" | "date" => "datetime",
        "timespan" | "time" => "timespan",
        "guid" | "uuid" | "uniqueid" => "guid",
        "dynamic" => "dynamic",
        _ => return None,
    })
}

/// All names of types, for suggestions.
pub(crate) const TYPE_NAMES: &[&str] = &[
    "bool", "boolean", "int", "long", "real", "double", "decimal", "string", "datetime", "date", "timespan", "time", "guid", "dynamic",
];
