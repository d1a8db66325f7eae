//! `make-series`, `range` and `reduce`.

use super::{NameUse, Parser};
use crate::SyntaxKind::{
    ByClause, Comma, DefaultClause, Equal, FromClause, InRangeClause, Keyword, MakeSeriesItem, NamedParameter, OnClause, StepClause,
    ToClause, WithClause,
};

pub(super) fn make_series(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    loop {
        item(p);
        if !p.eat(Comma) {
            break;
        }
    }
    let on = p.start();
    p.expect_word("on");
    p.axis();
    on.complete(p, OnClause);
    if p.at_word("in") {
        let marker = p.start();
        p.bump_as(Keyword);
        p.expect_word("range");
        p.arguments();
        marker.complete(p, InRangeClause);
    } else {
        p.optional_clause("from", FromClause);
        p.optional_clause("to", ToClause);
        p.expression_clause("step", StepClause);
    }
    if p.at_word("by") {
        p.items_clause("by", ByClause, &[]);
    }
}

fn item(p: &mut Parser<'_>) {
    let marker = p.start();
    p.named_expr();
    if p.at_word("default") {
        let clause = p.start();
        p.bump_as(Keyword);
        p.expect(Equal, "=");
        p.expr();
        clause.complete(p, DefaultClause);
    }
    marker.complete(p, MakeSeriesItem);
}

pub(super) fn range(p: &mut Parser<'_>) {
    p.name(NameUse::Bare);
    p.expression_clause("from", FromClause);
    p.expression_clause("to", ToClause);
    p.expression_clause("step", StepClause);
}

pub(super) fn reduce(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    let marker = p.start();
    p.expect_word("by");
    p.named_expr();
    marker.complete(p, ByClause);
    if p.at_word("with") {
        let with = p.start();
        p.bump_as(Keyword);
        loop {
            reduce_property(p);
            if !p.eat(Comma) {
                break;
            }
        }
        with.complete(p, WithClause);
    }
}

fn reduce_property(p: &mut Parser<'_>) {
    if p.at_any_word(&["threshold", "characters"]) && p.nth(1) == Equal {
        p.named_parameter();
        return;
    }
    let marker = p.start();
    p.error("expected `threshold` or `characters`");
    marker.complete(p, NamedParameter);
}
