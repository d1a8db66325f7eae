//! Values in a query that its author meant to be adjusted: top-level `let NAME = literal` statements.

use quarry_text::Span;

/// A named literal at the top of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tunable {
    pub name: String,
    /// The literal as written.
    pub literal: String,
    /// Place of the literal in the query text.
    pub span: Span,
    /// The comment above it.
    pub help: String,
}

/// The tunables of a query, in its order.
#[must_use]
pub fn find(_query: &str) -> Vec<Tunable> {
    Vec::new()
}
