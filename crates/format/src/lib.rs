//! Lays out KQL as careful authors write it: one operator of a pipeline a line, long lists one item a line, comments where they were.
//!
//! A query becomes a document of words and possible line breaks (`doc.rs`), built from its tree (`layout/`), which is then fitted into the width.
//! What comes out is held against what went in, token by token and comment by comment: a text that would read otherwise is never given back.

mod doc;
mod layout;
mod trivia;
mod yaml;

pub use yaml::{Formatted, format_document};

use doc::{Doc, print};
use quarry_syntax::ast::{node_span, token_span};
use quarry_syntax::{SyntaxKind, SyntaxNode, parse};
use quarry_text::{Diagnostic, Span};

/// Columns that a line should keep within.
pub const WIDTH: usize = 120;
/// Blanks for each level.
const INDENT: usize = 4;

/// Lays out a query. The result ends without a line break.
///
/// # Errors
/// The errors of a text that does not parse: what it means is not known, so it is left as it is.
pub fn format_query(text: &str) -> Result<String, Vec<Diagnostic>> {
    format_within(text, WIDTH)
}

/// The same for lines of another width.
///
/// # Errors
/// As [`format_query`].
pub fn format_within(text: &str, width: usize) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(text);
    if !parsed.is_ok() {
        return Err(parsed.diagnostics().to_vec());
    }
    let tree = parsed.syntax();
    let doc: Doc = layout::root(&tree);
    let formatted = print(&doc, width);
    if shape(&tree) == shape(&parse(&formatted).syntax()) {
        Ok(formatted)
    } else {
        let message = "this query cannot be laid out without changing how it reads";
        Err(vec![
            Diagnostic::error(NOT_FORMATTED, message, difference(&tree, &formatted)).with_help("please report it with the query"),
        ])
    }
}

/// The code of a text that the formatter does not understand.
const NOT_FORMATTED: &str = "Q0011";

/// What a text says, blanks aside: the kinds of its nodes, its tokens and its comments in their order.
fn shape(tree: &SyntaxNode) -> Vec<(SyntaxKind, String)> {
    let mut shape = Vec::new();
    for element in tree.descendants_with_tokens() {
        match element.kind() {
            SyntaxKind::Whitespace => {}
            kind => {
                let text = element.into_token().map(|token| token.text().trim_end().to_owned());
                shape.push((kind, text.unwrap_or_default()));
            }
        }
    }
    // Where a comment hangs in the tree is no matter.
    let (mut said, comments): (Vec<_>, Vec<_>) = shape.into_iter().partition(|(kind, _)| !kind.is_trivia());
    said.extend(comments);
    said
}

/// Where the two first differ.
fn difference(tree: &SyntaxNode, formatted: &str) -> Span {
    let other = parse(formatted).syntax();
    let words = |tree: &SyntaxNode| -> Vec<(String, Span)> {
        let tokens = tree.descendants_with_tokens().filter_map(|element| element.into_token());
        tokens
            .filter(|token| !token.kind().is_trivia())
            .map(|token| (token.text().to_owned(), token_span(&token)))
            .collect()
    };
    let (ours, theirs) = (words(tree), words(&other));
    let first = ours.iter().zip(&theirs).find(|(a, b)| a.0 != b.0).map(|(a, _)| a.1);
    first.unwrap_or(Span::empty(node_span(tree).start))
}
