//! Literals, `dynamic(…)` and `typeof(…)`.

use super::{Completed, Parser};
use crate::SyntaxKind::{
    self, Colon, Comma, DynamicExpr, JsonArray, JsonObject, JsonPair, LeftBrace, LeftBracket, LeftParen, LiteralExpr, Minus, RightBrace,
    RightBracket, RightParen, Star, StringLiteral, TypeOfExpr,
};
use crate::literal;

impl Parser<'_> {
    /// Reads a literal; string literals in a row are one.
    pub(super) fn literal(&mut self) -> Completed {
        let marker = self.start();
        if self.at(StringLiteral) {
            while self.at(StringLiteral) {
                self.literal_token();
            }
        } else {
            self.literal_token();
        }
        marker.complete(self, LiteralExpr)
    }

    fn literal_token(&mut self) {
        self.check_literal("");
        self.bump();
    }

    /// Reads a sign and the literal after it, where expressions are not allowed.
    pub(super) fn signed_literal(&mut self) {
        let marker = self.start();
        let sign = self.text();
        self.bump();
        if matches!(
            self.current(),
            SyntaxKind::LongLiteral | SyntaxKind::RealLiteral | SyntaxKind::TimeSpanLiteral
        ) {
            self.check_literal(sign);
        } else {
            self.error("expected a number after the sign");
        }
        self.bump();
        marker.complete(self, LiteralExpr);
    }

    /// Reports a literal whose text has no value. `sign` is what stands before it.
    fn check_literal(&mut self, sign: &str) {
        let text = self.text();
        let checked = match sign {
            "" => literal::decode(self.current(), text),
            sign => literal::decode(self.current(), &format!("{sign}{text}")),
        };
        if let Err(message) = checked {
            let span = self.here();
            self.report(&message, span);
        }
    }

    /// Reads `dynamic(…)`; the current token is `dynamic`.
    pub(super) fn dynamic(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.json();
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, DynamicExpr)
    }

    fn json(&mut self) -> bool {
        match self.current() {
            LeftBracket => self.json_array(),
            LeftBrace => self.json_object(),
            SyntaxKind::Ident if self.at_word("null") => {
                let marker = self.start();
                self.bump_as(SyntaxKind::Keyword);
                marker.complete(self, LiteralExpr);
            }
            SyntaxKind::Ident if self.at_word("dynamic") => {
                self.nested(|p| {
                    p.dynamic();
                });
            }
            Minus if self.nth(1).is_literal() => self.signed_literal(),
            kind if kind.is_literal() => {
                self.literal();
            }
            _ => {
                self.error("expected a value");
                return false;
            }
        }
        true
    }

    fn json_array(&mut self) {
        let marker = self.start();
        let open = self.here();
        self.bump();
        self.nested(|p| {
            while !p.at(RightBracket) && !p.at_end() {
                let read = p.json();
                if !p.json_continues(read, RightBracket) {
                    break;
                }
            }
        });
        self.expect_close(RightBracket, "]", open);
        marker.complete(self, JsonArray);
    }

    fn json_object(&mut self) {
        let marker = self.start();
        let open = self.here();
        self.bump();
        self.nested(|p| {
            while !p.at(RightBrace) && !p.at_end() {
                let read = p.json_pair();
                if !p.json_continues(read, RightBrace) {
                    break;
                }
            }
        });
        self.expect_close(RightBrace, "}", open);
        marker.complete(self, JsonObject);
    }

    fn json_pair(&mut self) -> bool {
        let marker = self.start();
        if self.at(StringLiteral) {
            self.check_literal("");
            self.bump();
        } else if self.at(SyntaxKind::Ident) && self.nth(1) == Colon {
            self.error_token("expected a key in quotes");
        } else {
            self.error("expected a key in quotes");
            marker.abandon(self);
            return false;
        }
        if self.expect(Colon, ":") {
            self.json();
        }
        marker.complete(self, JsonPair);
        true
    }

    fn json_continues(&mut self, read: bool, close: SyntaxKind) -> bool {
        if self.eat(Comma) {
            if self.at(close) {
                self.error("expected a value after the comma");
            }
            return true;
        }
        if self.at(close) || self.at_end() || self.at_boundary() {
            return false;
        }
        if read {
            self.error("expected `,`");
            return self.current().is_literal() || matches!(self.current(), LeftBracket | LeftBrace);
        }
        self.error_token("this belongs nowhere");
        self.eat(Comma);
        true
    }

    /// Reads `typeof(type)` or `typeof(name: type, …)`; the current token is `typeof`.
    pub(super) fn type_of(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(SyntaxKind::Keyword);
        let names_columns = matches!(self.nth(2), Colon | RightBracket) || self.nth(1) == LeftBracket;
        if self.at(LeftParen) && (names_columns || matches!(self.nth(1), Star | RightParen)) {
            self.row_schema();
        } else if self.expect(LeftParen, "(") {
            self.type_name();
            self.expect(RightParen, ")");
        }
        marker.complete(self, TypeOfExpr)
    }
}
