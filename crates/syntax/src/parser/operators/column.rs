//! Operators that choose and compute columns.

use super::Parser;
use crate::SyntaxKind::{ByClause, Comma, Keyword, NamedExpr, OrderedExpr, Star, StarExpr};

pub(super) fn extend(p: &mut Parser<'_>) {
    p.named_expressions(&[]);
}

/// `project` and `serialize` may have no items.
pub(super) fn project(p: &mut Parser<'_>) {
    if !p.at_boundary() {
        p.named_expressions(&[]);
    }
}

pub(super) fn print(p: &mut Parser<'_>) {
    p.named_expressions(&[]);
}

/// Names and patterns.
pub(super) fn project_away(p: &mut Parser<'_>) {
    loop {
        name_item(p);
        if !p.eat(Comma) {
            return;
        }
    }
}

fn name_item(p: &mut Parser<'_>) {
    let item = p.start();
    let expr = p.start();
    p.name_or_wildcard();
    expr.complete(p, crate::SyntaxKind::NameExpr);
    item.complete(p, NamedExpr);
}

pub(super) fn project_rename(p: &mut Parser<'_>) {
    p.named_expressions(&[]);
}

pub(super) fn project_reorder(p: &mut Parser<'_>) {
    loop {
        let marker = p.start();
        name_item(p);
        if p.at_any_word(&["asc", "desc", "granny-asc", "granny-desc"]) {
            p.bump_as(Keyword);
        }
        marker.complete(p, OrderedExpr);
        if !p.eat(Comma) {
            return;
        }
    }
}

/// Names, patterns, and expressions that give names.
pub(super) fn project_by_names(p: &mut Parser<'_>) {
    loop {
        if p.at_wildcard() {
            name_item(p);
        } else {
            let item = p.start();
            p.expr();
            item.complete(p, NamedExpr);
        }
        if !p.eat(Comma) {
            return;
        }
    }
}

pub(super) fn distinct(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    if p.at(Star) {
        let item = p.start();
        let star = p.start();
        p.bump();
        star.complete(p, StarExpr);
        item.complete(p, NamedExpr);
        return;
    }
    p.named_expressions(&[]);
}

pub(super) fn summarize(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    if !p.at_boundary() && !p.at_word("by") {
        p.named_expressions(&["by"]);
    }
    if p.at_word("by") {
        p.items_clause("by", ByClause, &[]);
    }
    // Older queries bin by a parameter after the keys.
    if p.at_parameter(&["bin_legacy"]) {
        p.named_parameter();
    }
}
