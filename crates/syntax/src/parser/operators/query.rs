//! Operators that search, call functions or split a query.

use super::{NameUse, Parser};
use crate::SyntaxKind::{
    ByClause, Colon, Comma, Equal, ForkBranch, InClause, Keyword, LeftBrace, LeftParen, NameExpr, NamedExpr, ProjectClause, RightBrace,
    RightParen, SchemaClause, Star, Subquery, WithClause,
};

pub(super) fn search(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    if p.at_word("in") && p.nth(1) == LeftParen {
        in_clause(p);
    }
    p.expr();
}

pub(super) fn find(p: &mut Parser<'_>) {
    p.parameters_of(&["withsource", "with_source", "datascope"]);
    if p.at_word("in") && p.nth(1) == LeftParen {
        in_clause(p);
        p.expect_word("where");
    } else {
        p.eat_word("where");
    }
    p.expr();
    if p.at_word("project-smart") {
        let marker = p.start();
        p.bump_as(Keyword);
        marker.complete(p, ProjectClause);
    } else if p.at_word("project") {
        let marker = p.start();
        p.bump_as(Keyword);
        loop {
            let names_column = p
                .name_length(0, NameUse::Referred)
                .is_some_and(|length| matches!(p.nth(length), Colon | Comma) || p.ends_after(length));
            if names_column {
                p.column_declaration(false);
            } else {
                p.named_expr();
            }
            if !p.eat(Comma) {
                break;
            }
        }
        marker.complete(p, ProjectClause);
    }
}

fn in_clause(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_as(Keyword);
    let open = p.here();
    p.bump();
    p.nested(|p| {
        loop {
            p.table_reference();
            if !p.eat(Comma) {
                break;
            }
        }
    });
    p.expect_close(RightParen, ")", open);
    marker.complete(p, InClause);
}

pub(super) fn evaluate(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    if p.nth_is_name(0, NameUse::Declared) && p.nth(1) == LeftParen {
        p.operand();
    } else {
        p.error("expected a plugin with its arguments in parentheses");
    }
    if p.at(Colon) {
        let marker = p.start();
        p.bump();
        p.row_schema();
        marker.complete(p, SchemaClause);
    }
}

pub(super) fn invoke(p: &mut Parser<'_>) {
    p.operand();
}

pub(super) fn partition(p: &mut Parser<'_>) {
    p.parameters_of(&["kind"]);
    let marker = p.start();
    p.expect_word("by");
    let item = p.start();
    p.name_path();
    item.complete(p, NamedExpr);
    marker.complete(p, ByClause);
    if p.at(LeftBrace) {
        p.block(LeftBrace, RightBrace);
    } else {
        p.subquery();
    }
}

/// The internal form: `__partitionby column ( operators )`.
pub(super) fn partition_by(p: &mut Parser<'_>) {
    p.parameters_of(&[]);
    let marker = p.start();
    let item = p.start();
    p.name_path();
    item.complete(p, NamedExpr);
    marker.complete(p, ByClause);
    p.subquery();
}

pub(super) fn fork(p: &mut Parser<'_>) {
    loop {
        let marker = p.start();
        if let Some(length) = p.name_length(0, NameUse::Declared)
            && p.nth(length) == Equal
        {
            p.name(NameUse::Bare);
            p.bump();
        }
        p.subquery();
        marker.complete(p, ForkBranch);
        let named = p.name_length(0, NameUse::Declared).is_some_and(|length| p.nth(length) == Equal);
        if !p.at(LeftParen) && !named {
            return;
        }
    }
}

pub(super) fn facet(p: &mut Parser<'_>) {
    let by = p.start();
    p.expect_word("by");
    p.unnamed_expressions();
    by.complete(p, ByClause);
    if p.at_word("with") {
        let marker = p.start();
        p.bump_as(Keyword);
        if p.at(LeftParen) {
            p.subquery();
        } else {
            let subquery = p.start();
            p.nested(Parser::piped_operators);
            subquery.complete(p, Subquery);
        }
        marker.complete(p, WithClause);
    }
}

pub(super) fn macro_expand(p: &mut Parser<'_>) {
    p.parameters_of(&["kind", "isfuzzy", "__isFuzzy", "best_effort", "force_remote"]);
    p.operand();
    p.as_clause();
    p.block(LeftParen, RightParen);
}

impl Parser<'_> {
    /// Reads a column, or a path in one; parentheses after it belong to what follows.
    fn name_path(&mut self) {
        if self.at(Star) {
            self.error("expected a column");
            return;
        }
        let marker = self.start();
        self.name(NameUse::Referred);
        let mut base = marker.complete(self, NameExpr);
        while self.at(crate::SyntaxKind::Dot) {
            let member = base.precede(self);
            self.bump();
            let name = self.start();
            self.member_name();
            name.complete(self, NameExpr);
            base = member.complete(self, crate::SyntaxKind::MemberExpr);
        }
    }

    /// Whether the operator ends `ahead` places on.
    fn ends_after(&self, ahead: usize) -> bool {
        use crate::SyntaxKind::{Eof, Pipe, Semicolon};
        matches!(self.nth(ahead), Eof | Pipe | Semicolon | RightParen | RightBrace)
    }
}
