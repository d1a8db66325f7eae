//! Operators that order rows.

use super::Parser;
use crate::SyntaxKind::{ByClause, Comma, Equal, Keyword, NamedParameter, OfClause, OrderedExpr, TopNestedLevel, WithClause};

pub(super) fn sort(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    ordered_by(p, true);
}

/// Reads `by key [asc|desc] [nulls first|last]`, one or several.
pub(super) fn ordered_by(p: &mut Parser<'_>, several: bool) {
    let marker = p.start();
    p.expect_word("by");
    loop {
        ordered(p);
        if !several || !p.eat(Comma) {
            break;
        }
    }
    marker.complete(p, ByClause);
}

fn ordered(p: &mut Parser<'_>) {
    let marker = p.start();
    p.named_expr();
    if p.at_any_word(&["asc", "desc"]) {
        p.bump_as(Keyword);
    }
    if p.eat_word("nulls") && !p.eat_word("first") {
        p.expect_word("last");
    }
    marker.complete(p, OrderedExpr);
}

pub(super) fn top(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    p.expr();
    ordered_by(p, false);
}

pub(super) fn top_hitters(p: &mut Parser<'_>) {
    p.expr();
    of_clause(p);
    if p.at_word("by") {
        p.items_clause("by", ByClause, &[]);
    }
}

fn of_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.expect_word("of");
    p.named_expr();
    marker.complete(p, OfClause);
}

/// The name of the operator has been read; every further level repeats it.
pub(super) fn top_nested(p: &mut Parser<'_>) {
    level(p);
    while p.at(Comma) {
        p.bump();
        p.expect_word("top-nested");
        level(p);
    }
}

fn level(p: &mut Parser<'_>) {
    let marker = p.start();
    if !p.at_word("of") {
        p.expr();
    }
    of_clause(p);
    if p.at_word("with") {
        let with = p.start();
        p.bump_as(Keyword);
        let others = p.start();
        p.expect_word("others");
        p.expect(Equal, "=");
        p.expr();
        others.complete(p, NamedParameter);
        with.complete(p, WithClause);
    }
    ordered_by(p, false);
    marker.complete(p, TopNestedLevel);
}
