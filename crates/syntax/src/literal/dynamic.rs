//! The documents inside `dynamic(…)`.

use super::{LiteralValue, literal_value, string_value};
use crate::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

/// A document, with the types that its literals have.
#[derive(Debug, Clone, PartialEq)]
pub enum DynamicValue {
    /// `null` and typed nulls.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Long(i64),
    /// A real number.
    Real(f64),
    /// A string.
    String(String),
    /// Ticks since 0001-01-01.
    DateTime(i64),
    /// The time of the query.
    Now,
    /// A length in ticks.
    TimeSpan(i64),
    /// The bytes in the order in which the guid is written.
    Guid([u8; 16]),
    /// Values in order.
    Array(Vec<DynamicValue>),
    /// Members in order, repeated keys included.
    Object(Vec<(String, DynamicValue)>),
}

/// The value of a node of a document; `None` when a part is missing or malformed.
#[must_use]
pub fn dynamic_value(node: &SyntaxNode) -> Option<DynamicValue> {
    match node.kind() {
        SyntaxKind::JsonArray => node
            .children()
            .map(|item| dynamic_value(&item))
            .collect::<Option<Vec<_>>>()
            .map(DynamicValue::Array),
        SyntaxKind::JsonObject => node
            .children()
            .map(|pair| member(&pair))
            .collect::<Option<Vec<_>>>()
            .map(DynamicValue::Object),
        SyntaxKind::DynamicExpr => node.children().next().and_then(|inner| dynamic_value(&inner)),
        SyntaxKind::LiteralExpr => scalar(node),
        _ => None,
    }
}

fn member(pair: &SyntaxNode) -> Option<(String, DynamicValue)> {
    let key = pair
        .children_with_tokens()
        .filter_map(SyntaxElement::into_token)
        .find(|token| token.kind() == SyntaxKind::StringLiteral)?;
    let value = pair.children().next()?;
    Some((string_value(key.text()).into_owned(), dynamic_value(&value)?))
}

fn scalar(node: &SyntaxNode) -> Option<DynamicValue> {
    let is_null = |token: SyntaxToken| token.kind() == SyntaxKind::Keyword && token.text() == "null";
    if node.children_with_tokens().filter_map(SyntaxElement::into_token).any(is_null) {
        return Some(DynamicValue::Null);
    }
    Some(match literal_value(node)? {
        LiteralValue::Bool(value) => DynamicValue::Bool(value),
        LiteralValue::Int(value) => DynamicValue::Long(i64::from(value)),
        LiteralValue::Long(value) => DynamicValue::Long(value),
        LiteralValue::Real(value) => DynamicValue::Real(value),
        // Documents have no decimals.
        LiteralValue::Decimal(_) => return None,
        LiteralValue::String(value) => DynamicValue::String(value),
        LiteralValue::DateTime(ticks) => DynamicValue::DateTime(ticks),
        LiteralValue::Now => DynamicValue::Now,
        LiteralValue::TimeSpan(ticks) => DynamicValue::TimeSpan(ticks),
        LiteralValue::Guid(bytes) => DynamicValue::Guid(bytes),
        LiteralValue::Null(_) => DynamicValue::Null,
    })
}
