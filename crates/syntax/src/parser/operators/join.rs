//! Operators that combine tables.

use super::Parser;
use crate::SyntaxKind::{Comma, LeftParen, OnClause, WhereClause};

pub(super) fn join(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    p.operand();
    if p.at_word("where") {
        p.expression_clause("where", WhereClause);
    } else {
        on_clause(p);
    }
}

pub(super) fn lookup(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    p.operand();
    on_clause(p);
}

fn on_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.expect_word("on");
    loop {
        p.expr();
        if !p.eat(Comma) {
            break;
        }
    }
    marker.complete(p, OnClause);
}

pub(super) fn union(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "withsource", "with_source", "isfuzzy", "__isFuzzy", "best_effort"]);
    loop {
        if p.at_word("datatable") && p.nth(1) == LeftParen {
            p.error("expected a table, or a query in parentheses");
        }
        p.table_reference();
        if !p.eat(Comma) {
            return;
        }
    }
}
