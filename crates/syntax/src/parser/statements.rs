//! Statements: `let`, `set`, `declare`, `alias`, `restrict` and queries.

use quarry_text::Diagnostic;

use super::names::NameUse;
use super::{Parser, SYNTAX_ERROR};
use crate::SyntaxKind::{
    self, AliasStatement, Block, Comma, CommandStatement, DefaultClause, Dot, Equal, ExprList, ExpressionStatement, FunctionExpr, Ident,
    LeftBrace, LeftBracket, LeftParen, LetStatement, Parameter, ParameterList, PatternMatch, PatternParameters, PatternPath,
    PatternStatement, QueryParametersStatement, RestrictStatement, RightBrace, RightBracket, RightParen, Semicolon, SetStatement,
};

pub(super) fn root(p: &mut Parser<'_>) {
    if p.at_end() {
        p.report("there is no query here", p.here());
        return;
    }
    if p.at(Dot) {
        command(p);
        return;
    }
    p.statements(SyntaxKind::Eof);
}

/// A management command ends the text; a pipe after it would start a query on its result.
fn command(p: &mut Parser<'_>) {
    let span = p.here();
    p.push(
        Diagnostic::error(SYNTAX_ERROR, "this is a management command and no query", span)
            .with_help("queries start with a table, a function or an operator such as `print`"),
    );
    let marker = p.start();
    while !p.at_end() {
        p.bump();
    }
    marker.complete(p, CommandStatement);
}

impl Parser<'_> {
    /// Reads statements with semicolons between them, up to `close`.
    fn statements(&mut self, close: SyntaxKind) {
        while !self.at(close) && !self.at_end() {
            if self.at(Semicolon) {
                self.error_token("expected a statement");
                continue;
            }
            let before = self.position;
            self.statement();
            if self.eat(Semicolon) || self.at(close) || self.at_end() {
                continue;
            }
            self.lost(before);
        }
    }

    /// What follows a statement and cannot be part of it: reported and skipped.
    fn lost(&mut self, statement_start: usize) {
        if self.position == statement_start {
            self.error_token("this belongs nowhere");
        } else if self.starts_statement() {
            self.error("expected `;` before the next statement");
            return;
        } else {
            self.error("expected `;` or `|`");
        }
        let marker = self.start();
        let mut open = 0usize;
        while !(self.at_end() || self.starts_statement() || (open == 0 && self.at(Semicolon))) {
            match self.current() {
                LeftBrace | LeftParen => open += 1,
                RightBrace | RightParen => open = open.saturating_sub(1),
                _ => {}
            }
            self.bump();
        }
        marker.complete(self, SyntaxKind::Error);
        self.eat(Semicolon);
    }

    /// Whether a `let` statement plainly starts here.
    pub(super) fn starts_statement(&self) -> bool {
        self.at_word("let") && self.nth_is_name(1, NameUse::Declared) && self.nth(2) == Equal
    }

    fn statement(&mut self) {
        let next = self.nth(1);
        match self.text() {
            "let" if next == Ident || next == LeftBracket || next == LeftBrace => self.let_statement(),
            "set" if next == Ident || next == LeftBracket => self.set_statement(),
            "declare" if self.nth_word(1, "query_parameters") => self.query_parameters(),
            "declare" if self.nth_word(1, "pattern") => self.pattern(),
            "alias" if self.nth_word(1, "database") => self.alias(),
            "restrict" if self.nth_word(1, "access") => self.restrict(),
            _ => {
                let marker = self.start();
                self.query();
                marker.complete(self, ExpressionStatement);
            }
        }
    }

    fn let_statement(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.name(NameUse::Bare);
        self.expect(Equal, "=");
        if self.at_function() {
            self.function();
        } else {
            self.query();
        }
        marker.complete(self, LetStatement);
    }

    /// Whether a function starts here: `() {`, `(name:`, `view (`.
    fn at_function(&self) -> bool {
        if self.at_word("view") {
            return self.nth(1) == LeftParen;
        }
        if !self.at(LeftParen) {
            return false;
        }
        if self.nth(1) == RightParen {
            return self.nth(2) == LeftBrace;
        }
        self.name_length(1, NameUse::Declared)
            .is_some_and(|length| self.nth(1 + length) == SyntaxKind::Colon)
    }

    fn function(&mut self) {
        let marker = self.start();
        self.eat_word("view");
        self.parameters();
        self.block(LeftBrace, RightBrace);
        marker.complete(self, FunctionExpr);
    }

    /// Reads `(name: type [= default], …)`.
    pub(super) fn parameters(&mut self) {
        let marker = self.start();
        let open = self.here();
        if self.expect(LeftParen, "(") {
            while !self.at(RightParen) && !self.at_end() {
                let read = self.parameter();
                if !self.list_continues(read, RightParen) {
                    break;
                }
            }
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, ParameterList);
    }

    fn parameter(&mut self) -> bool {
        let marker = self.start();
        if !self.name(NameUse::Declared) {
            marker.abandon(self);
            return false;
        }
        if self.expect(SyntaxKind::Colon, ":") {
            if self.at(LeftParen) {
                self.row_schema();
            } else {
                self.type_name();
            }
        }
        if self.at(Equal) {
            let default = self.start();
            self.bump();
            self.operand();
            default.complete(self, DefaultClause);
        }
        marker.complete(self, Parameter);
        true
    }

    /// Reads statements between `open` and `close`.
    pub(super) fn block(&mut self, open: SyntaxKind, close: SyntaxKind) {
        let (open_text, close_text) = if open == LeftBrace { ("{", "}") } else { ("(", ")") };
        let marker = self.start();
        let place = self.here();
        if self.expect(open, open_text) {
            self.nested(|p| p.statements(close));
            self.expect_close(close, close_text, place);
        }
        marker.complete(self, Block);
    }

    fn set_statement(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.name(NameUse::Declared);
        if self.eat(Equal) {
            self.operand();
        }
        marker.complete(self, SetStatement);
    }

    fn query_parameters(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.bump_as(SyntaxKind::Keyword);
        self.parameters();
        marker.complete(self, QueryParametersStatement);
    }

    fn pattern(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.bump_as(SyntaxKind::Keyword);
        self.name(NameUse::Declared);
        if self.eat(Equal) {
            self.pattern_parameters();
            if self.at(LeftBracket) {
                let path = self.start();
                self.bump();
                self.column_declaration(true);
                self.expect(RightBracket, "]");
                path.complete(self, PatternPath);
            }
            let open = self.here();
            if self.expect(LeftBrace, "{") {
                self.nested(|p| {
                    while p.at(LeftParen) {
                        p.pattern_match();
                    }
                });
                self.expect_close(RightBrace, "}", open);
            }
        }
        marker.complete(self, PatternStatement);
    }

    fn pattern_parameters(&mut self) {
        let marker = self.start();
        let open = self.here();
        if self.expect(LeftParen, "(") {
            while !self.at(RightParen) && !self.at_end() {
                let read = self.column_declaration(true);
                if !self.list_continues(read, RightParen) {
                    break;
                }
            }
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, PatternParameters);
    }

    fn pattern_match(&mut self) {
        let marker = self.start();
        let values = self.start();
        let open = self.here();
        self.bump();
        self.nested(|p| p.expressions_until(RightParen));
        self.expect_close(RightParen, ")", open);
        values.complete(self, ExprList);
        if self.at(Dot) {
            let path = self.start();
            self.bump();
            self.expect(LeftBracket, "[");
            self.expr();
            self.expect(RightBracket, "]");
            path.complete(self, PatternPath);
        }
        self.expect(Equal, "=");
        self.block(LeftBrace, RightBrace);
        self.eat(Semicolon);
        marker.complete(self, PatternMatch);
    }

    fn alias(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.bump_as(SyntaxKind::Keyword);
        self.name(NameUse::Declared);
        self.expect(Equal, "=");
        self.operand();
        marker.complete(self, AliasStatement);
    }

    fn restrict(&mut self) {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        self.bump_as(SyntaxKind::Keyword);
        self.expect_word("to");
        let list = self.start();
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.nested(|p| {
                p.table_reference();
                while p.eat(Comma) {
                    p.table_reference();
                }
            });
            self.expect_close(RightParen, ")", open);
        }
        list.complete(self, ExprList);
        if self.at_word("with") {
            self.with_properties();
        }
        marker.complete(self, RestrictStatement);
    }

    /// Reads a table where patterns are allowed: `T`, `T*`, `database('d').T*`, `(query)`.
    pub(super) fn table_reference(&mut self) -> bool {
        if self.at_wildcard() {
            let marker = self.start();
            self.name_or_wildcard();
            marker.complete(self, SyntaxKind::NameExpr);
            return true;
        }
        let outer = std::mem::replace(&mut self.wildcards_allowed, true);
        let read = self.operand();
        self.wildcards_allowed = outer;
        read
    }
}
