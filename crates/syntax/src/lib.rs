//! The Kusto query language as text and tree.
//!
//! [`parse`] turns any text into a lossless tree (its text is the input, byte for byte) and a
//! list of diagnostics; [`ast`] gives typed views of the tree; [`literal`] knows how KQL writes
//! numbers, times and strings. Names and types are not resolved here.

pub mod ast;
mod kind;
mod lexer;
pub mod literal;
mod parser;

pub use kind::{Kql, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};
pub use parser::{Parse, parse, parse_expression};
