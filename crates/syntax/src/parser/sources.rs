//! Expressions that start with a word of the language: tables written in the query, calls that
//! take a whole query, groups of entities.

use super::{Completed, Parser};
use crate::SyntaxKind::{
    self, Comma, ContextualTableExpr, DatatableExpr, EntityGroupExpr, Equal, ExprList, ExternalDataExpr, Ident, InlineExternalTableExpr,
    Keyword, LeftBracket, LeftParen, MaterializeExpr, Minus, Plus, RightBracket, RightParen, ToScalarExpr, ToTableExpr, WithClause,
};

impl Parser<'_> {
    /// Reads an expression that a word introduces; reads nothing when the word is a mere name.
    pub(super) fn source_expression(&mut self) -> Option<Completed> {
        let next = self.nth(1);
        let called = next == LeftParen;
        Some(match self.text() {
            "dynamic" if called => self.dynamic(),
            "typeof" if called => self.type_of(),
            "toscalar" if called || next == Ident => self.query_call(ToScalarExpr),
            "totable" if called || next == Ident => self.query_call(ToTableExpr),
            "materialize" if called || next == Ident => self.query_call(MaterializeExpr),
            "datatable" if called || next == Ident => self.datatable(),
            "externaldata" | "external_data" if called || next == Ident => self.external_data(),
            // A table in Delta has its schema with it.
            "inline_external_table" if called || self.nth_word(1, "kind") => self.inline_external_table(),
            "__contextual_datatable" if called => self.contextual_table(),
            "entity_group" if next == LeftBracket => self.entity_group(),
            _ => return None,
        })
    }

    /// `toscalar [kind=…] (query)` and its relatives.
    fn query_call(&mut self, kind: SyntaxKind) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        while self.at(Ident) && self.nth(1) == Equal {
            self.named_parameter();
        }
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.nested(Parser::query);
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, kind)
    }

    fn datatable(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        while self.at(Ident) && self.nth(1) == Equal {
            self.named_parameter();
        }
        self.row_schema();
        self.literal_list();
        marker.complete(self, DatatableExpr)
    }

    /// `[literal, …]`, where a comma may also stand before the first and after the last.
    fn literal_list(&mut self) {
        let marker = self.start();
        let open = self.here();
        if self.expect(LeftBracket, "[") {
            self.eat(Comma);
            while !self.at(RightBracket) && !self.at_end() {
                let read = self.constant();
                if !self.list_continues(read, RightBracket) {
                    break;
                }
            }
            self.expect_close(RightBracket, "]", open);
        }
        marker.complete(self, ExprList);
    }

    /// A literal, with a sign if need be, or a document.
    fn constant(&mut self) -> bool {
        match self.current() {
            kind if kind.is_literal() => {
                self.literal();
            }
            Minus | Plus if self.nth(1).is_literal() => self.signed_literal(),
            Ident if self.at_word("dynamic") => {
                self.dynamic();
            }
            _ => {
                self.error("expected a literal");
                return false;
            }
        }
        true
    }

    fn external_data(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        while self.at(Ident) && self.nth(1) == Equal {
            self.named_parameter();
        }
        self.row_schema();
        let list = self.start();
        let open = self.here();
        if self.expect(LeftBracket, "[") {
            self.nested(|p| p.expressions_until(RightBracket));
            self.expect_close(RightBracket, "]", open);
        }
        list.complete(self, ExprList);
        if self.at_word("with") && self.nth(1) == LeftParen {
            self.with_properties();
        }
        marker.complete(self, ExternalDataExpr)
    }

    /// `with (name = value, …)`.
    pub(super) fn with_properties(&mut self) {
        let marker = self.start();
        self.expect_word("with");
        let open = self.here();
        if self.expect(LeftParen, "(") {
            while !self.at(RightParen) && !self.at_end() {
                let read = self.property();
                if !self.list_continues(read, RightParen) {
                    break;
                }
            }
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, WithClause);
    }

    /// The parts have a grammar of their own, which nothing here uses: they are kept as text.
    fn inline_external_table(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        if self.at(LeftParen) {
            self.row_schema();
        }
        loop {
            while self.at(Ident) || self.at(Equal) {
                self.bump();
            }
            if !self.at(LeftParen) {
                break;
            }
            self.bump();
            self.skip_balanced();
            self.eat(RightParen);
        }
        marker.complete(self, InlineExternalTableExpr)
    }

    fn contextual_table(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.expr();
            self.expect(Comma, ",");
            self.row_schema();
            self.expect_close(RightParen, ")", open);
        }
        marker.complete(self, ContextualTableExpr)
    }

    fn entity_group(&mut self) -> Completed {
        let marker = self.start();
        self.bump_as(Keyword);
        let list = self.start();
        let open = self.here();
        self.bump();
        self.nested(|p| p.expressions_until(RightBracket));
        self.expect_close(RightBracket, "]", open);
        list.complete(self, ExprList);
        marker.complete(self, EntityGroupExpr)
    }
}
