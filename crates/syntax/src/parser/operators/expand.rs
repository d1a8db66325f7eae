//! Operators that turn arrays into rows.

use super::Parser;
use crate::SyntaxKind::{Comma, LimitClause, MvItem, ToTypeOfClause};

pub(super) fn mv_expand(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "bagexpansion", "with_itemindex"]);
    items(p);
    p.optional_clause("limit", LimitClause);
}

pub(super) fn mv_apply(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "bagexpansion", "with_itemindex"]);
    items(p);
    p.optional_clause("limit", LimitClause);
    p.expect_word("on");
    p.subquery();
}

fn items(p: &mut Parser<'_>) {
    loop {
        let marker = p.start();
        p.named_expr();
        if p.at_word("to") {
            let clause = p.start();
            p.expect_word("to");
            if p.at_word("typeof") {
                p.type_of();
            } else {
                p.error("expected `typeof`");
            }
            clause.complete(p, ToTypeOfClause);
        }
        marker.complete(p, MvItem);
        if !p.eat(Comma) {
            return;
        }
    }
}
