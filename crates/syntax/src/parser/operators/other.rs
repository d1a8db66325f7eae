//! Operators that describe or show a result.

use super::Parser;
use crate::SyntaxKind::{Comma, Equal, Ident, Keyword, LeftParen, Name, NameExpr, NamedParameter};

/// Operators that are a word alone.
pub(super) fn nothing(_: &mut Parser<'_>) {}

pub(super) fn assert_schema(p: &mut Parser<'_>) {
    p.row_schema();
}

pub(super) fn get_schema(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
}

pub(super) fn render(p: &mut Parser<'_>) {
    if p.at(Ident) {
        // Some charts have names that are words of the language.
        let marker = p.start();
        p.bump();
        marker.complete(p, Name);
    } else {
        p.error("expected a kind of chart");
    }
    while p.at(Ident) {
        if p.at_word("with") && p.nth(1) == LeftParen {
            p.with_properties();
        } else if p.nth(1) == Equal {
            p.named_parameter();
        } else if p.at_word("by") {
            by_columns(p);
        } else {
            return;
        }
    }
}

/// The older `by column, …` is a property without `=`.
fn by_columns(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_as(Keyword);
    loop {
        let name = p.start();
        p.name_or_wildcard();
        name.complete(p, NameExpr);
        if !p.eat(Comma) {
            break;
        }
    }
    marker.complete(p, NamedParameter);
}
