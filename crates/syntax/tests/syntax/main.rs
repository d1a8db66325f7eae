//! What the parser makes of text: trees, typed views, diagnostics, limits, laws.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod laws;
mod limits;
mod recovery;
mod trees;
mod views;

use quarry_syntax::ast::{self, AstNode as _};
use quarry_syntax::{SyntaxElement, SyntaxKind, SyntaxNode, parse};

/// A node as nested parentheses: kinds of nodes, text of tokens.
fn outline(node: &SyntaxNode) -> String {
    let parts: Vec<String> = node
        .children_with_tokens()
        .filter(|element| !element.kind().is_trivia())
        .map(|element| match element {
            SyntaxElement::Node(child) => outline(&child),
            SyntaxElement::Token(token) => token.text().to_owned(),
        })
        .collect();
    match node.kind() {
        // These say nothing that their text does not.
        SyntaxKind::Name | SyntaxKind::NameExpr | SyntaxKind::LiteralExpr | SyntaxKind::TypeName => parts.join(" "),
        SyntaxKind::NamedExpr if parts.len() == 1 => parts.join(" "),
        kind => format!("{kind:?}({})", parts.join(" ")),
    }
}

/// The outlines of queries that must follow the grammar.
fn outlines(queries: &[&str]) -> String {
    let lines = queries.iter().map(|query| {
        let parsed = parse(query);
        assert!(
            parsed.is_ok(),
            "{query}\n{}",
            quarry_text::render::terminal("query", query, parsed.diagnostics(), false)
        );
        let statements: Vec<String> = parsed
            .root()
            .unwrap()
            .statements()
            .map(|statement| outline(statement.syntax()))
            .collect();
        format!("{query}\n    {}\n", statements.join("\n    "))
    });
    lines.collect()
}

/// The only expression of a query.
fn expression(query: &str) -> ast::Expr {
    let parsed = parse(query);
    assert!(parsed.is_ok(), "{query}: {:?}", parsed.diagnostics());
    let statement = parsed.root().unwrap().statements().last().unwrap();
    let ast::Statement::Expression(statement) = statement else {
        panic!("{query} is no expression")
    };
    statement.expr().unwrap()
}

/// The only operator of `T | operator`.
fn operator(query: &str) -> ast::Operator {
    let ast::Expr::Pipeline(pipeline) = expression(query) else {
        panic!("{query} is no pipeline")
    };
    pipeline.operators().next().unwrap()
}
