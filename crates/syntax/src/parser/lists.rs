//! Items of lists: `expression`, `name = expression`, `(a, b) = expression`.

use super::Parser;
use super::expressions::Power;
use super::names::NameUse;
use crate::SyntaxKind::{Comma, Equal, LeftParen, NameList, NamedExpr, RightParen};

impl Parser<'_> {
    /// Reads one item of a list: `expression`, `name = expression`, `(a, b) = expression`.
    pub(super) fn named_expr(&mut self) -> bool {
        let marker = self.start();
        if let Some(length) = self.name_length(0, NameUse::Declared)
            && self.nth(length) == Equal
        {
            self.name(NameUse::Declared);
            self.bump();
        } else if self.at_tuple() {
            let list = self.start();
            self.bump();
            while self.name(NameUse::Declared) && self.eat(Comma) {}
            self.eat(RightParen);
            list.complete(self, NameList);
            self.bump();
        } else if !self.expr() {
            marker.abandon(self);
            return false;
        } else {
            marker.complete(self, NamedExpr);
            return true;
        }
        self.expr();
        marker.complete(self, NamedExpr);
        true
    }

    /// Reads the axis of a series, after which `in range(…)` may follow.
    pub(super) fn axis(&mut self) {
        let marker = self.start();
        if let Some(length) = self.name_length(0, NameUse::Declared)
            && self.nth(length) == Equal
        {
            self.name(NameUse::Declared);
            self.bump();
        }
        self.infix(Power::Order);
        marker.complete(self, NamedExpr);
    }

    /// Whether `(name, …) =` starts here.
    fn at_tuple(&self) -> bool {
        if !self.at(LeftParen) {
            return false;
        }
        let mut ahead = 1;
        while let Some(length) = self.name_length(ahead, NameUse::Declared) {
            ahead += length;
            match self.nth(ahead) {
                Comma => ahead += 1,
                RightParen => return self.nth(ahead + 1) == Equal,
                _ => return false,
            }
        }
        false
    }

    /// Items with commas between them, up to the end of the operator or one of `ends`.
    pub(super) fn named_expressions(&mut self, ends: &[&str]) {
        loop {
            let read = self.named_expr();
            let ended = self.at_boundary() || self.at_any_word(ends) || self.at_operator_word();
            if self.eat(Comma) {
                if self.at_boundary() || (self.at_any_word(ends) && self.nth(1) != Equal) {
                    self.error("expected an expression after the comma");
                    return;
                }
            } else if read && !ended && self.at_item() && !self.starts_statement() {
                self.error("expected `,`");
            } else {
                return;
            }
        }
    }

    /// Expressions without names, with commas between them.
    pub(super) fn unnamed_expressions(&mut self) {
        loop {
            let marker = self.start();
            self.expr();
            marker.complete(self, NamedExpr);
            if !self.eat(Comma) {
                return;
            }
        }
    }

    fn at_item(&self) -> bool {
        self.current().is_literal() || self.nth_is_name(0, NameUse::Referred)
    }
}
