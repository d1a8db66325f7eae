//! Operands: what infix operators join.

use quarry_text::Diagnostic;

use super::names::NameUse;
use super::{Completed, Parser, SYNTAX_ERROR};
use crate::SyntaxKind::{
    self, ArgumentList, BangEqual, BangTilde, CallExpr, Colon, Comma, Dot, EqualEqual, EqualTilde, Greater, GreaterEqual, Ident, IndexExpr,
    LeftBracket, LeftParen, Less, LessEqual, LessGreater, MemberExpr, Minus, NameExpr, ParenExpr, Pipe, Plus, RightBracket, RightParen,
    Slash, Star, StarExpr, UnaryExpr, WordOperator,
};

impl Parser<'_> {
    /// A sign and what it stands before.
    pub(super) fn signed(&mut self) -> Option<Completed> {
        if !matches!(self.current(), Plus | Minus) {
            return self.path();
        }
        let marker = self.start();
        self.bump();
        if matches!(self.current(), Plus | Minus) {
            self.error("expected an operand after the sign");
            let extra = self.start();
            while matches!(self.current(), Plus | Minus) {
                self.bump();
            }
            extra.complete(self, SyntaxKind::Error);
        }
        self.path();
        Some(marker.complete(self, UnaryExpr))
    }

    /// A primary expression with members and indexes after it.
    fn path(&mut self) -> Option<Completed> {
        let mut base = self.primary()?;
        loop {
            match self.current() {
                // `a.[0]` is an index like `a[0]`; `a.['b']` is a member.
                Dot if self.nth(1) == LeftBracket && !self.nth_is_name(1, NameUse::Referred) => {
                    let marker = base.precede(self);
                    self.bump();
                    self.index();
                    base = marker.complete(self, IndexExpr);
                }
                Dot => {
                    let marker = base.precede(self);
                    self.bump();
                    self.member();
                    base = marker.complete(self, MemberExpr);
                }
                LeftBracket => {
                    let marker = base.precede(self);
                    self.index();
                    base = marker.complete(self, IndexExpr);
                }
                _ => return Some(base),
            }
        }
    }

    /// `[expression]`.
    fn index(&mut self) {
        let open = self.here();
        self.bump();
        self.nested(|p| {
            p.expr();
        });
        self.expect_close(RightBracket, "]", open);
    }

    /// What follows a dot: a name, a call, a pattern such as `T*`.
    fn member(&mut self) {
        if self.wildcards_allowed && self.at_wildcard() {
            let marker = self.start();
            self.name_or_wildcard();
            marker.complete(self, NameExpr);
            return;
        }
        self.name_or_call(NameUse::Referred);
    }

    fn name_or_call(&mut self, name_use: NameUse) -> Option<Completed> {
        let marker = self.start();
        if !self.name(name_use) {
            marker.abandon(self);
            return None;
        }
        if self.at(LeftParen) {
            self.arguments();
            return Some(marker.complete(self, CallExpr));
        }
        Some(marker.complete(self, NameExpr))
    }

    /// `(a, name = b)`.
    pub(super) fn arguments(&mut self) {
        let marker = self.start();
        let open = self.here();
        self.expect(LeftParen, "(");
        self.nested(|p| {
            while !p.at(RightParen) && !p.at_end() {
                let read = p.named_expr();
                if p.eat(Comma) {
                    if p.at(RightParen) {
                        p.error("expected an argument");
                    }
                } else if !p.list_continues(read, RightParen) {
                    break;
                }
            }
        });
        if self.at(Pipe) {
            let diagnostic = Diagnostic::error(SYNTAX_ERROR, "a query cannot be an argument as it stands", self.here())
                .with_help("put the query in parentheses");
            self.push(diagnostic);
            self.skip_balanced();
        }
        self.expect_close(RightParen, ")", open);
        marker.complete(self, ArgumentList);
    }

    fn primary(&mut self) -> Option<Completed> {
        match self.current() {
            kind if kind.is_literal() => Some(self.literal()),
            Ident => match self.source_expression() {
                Some(done) => Some(done),
                None => self.name_or_call(NameUse::Referred),
            },
            LeftParen => Some(self.parenthesised()),
            LeftBracket | SyntaxKind::LeftBrace if self.nth_is_name(0, NameUse::Referred) => self.name_or_call(NameUse::Referred),
            Star if self.star_stands_alone() => {
                let marker = self.start();
                self.bump();
                Some(marker.complete(self, StarExpr))
            }
            _ => {
                self.no_expression();
                None
            }
        }
    }

    /// Reports what stands where an expression should.
    fn no_expression(&mut self) {
        let span = self.here();
        let told = match self.current() {
            Slash if self.nth(1) == Star => {
                let message = "there are no comments of this form";
                Diagnostic::error(SYNTAX_ERROR, message, span).with_help("start each line of the comment with `//`")
            }
            SyntaxKind::ErrorToken if self.text().chars().all(char::is_alphabetic) => {
                let message = format!("a name with {} needs brackets and quotes", self.found());
                Diagnostic::error(SYNTAX_ERROR, message, span).with_help("write ['name']")
            }
            _ => {
                self.error("expected an expression");
                return;
            }
        };
        self.push(told);
    }

    /// Whether a `*` here is no misplaced product.
    fn star_stands_alone(&self) -> bool {
        match self.nth(1) {
            Ident | WordOperator => true,
            kind => {
                matches!(kind, Comma | Colon | EqualEqual | BangEqual | LessGreater | EqualTilde | BangTilde)
                    || matches!(kind, Less | LessEqual | Greater | GreaterEqual | RightParen | Pipe)
                    || matches!(kind, SyntaxKind::Semicolon | SyntaxKind::Eof)
            }
        }
    }

    fn parenthesised(&mut self) -> Completed {
        let marker = self.start();
        let open = self.here();
        self.bump();
        self.nested(Parser::query);
        self.expect_close(RightParen, ")", open);
        marker.complete(self, ParenExpr)
    }
}
