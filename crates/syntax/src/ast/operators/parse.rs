//! Operators that take text apart.

use super::{AstNode as _, ast_enum, ast_node, child, with_params};
use crate::ast::{ColumnDeclaration, Expr, LiteralExpr, NamedParameter, RowSchema, StarExpr, WithClause, children};

ast_node! {
    /// `parse [kind=…] [flags=…] expression with pattern`.
    ParseOperator
}
ast_node! {
    /// `parse-where [kind=…] [flags=…] expression with pattern`.
    ParseWhereOperator
}
ast_node! {
    /// What follows `with`.
    ParsePattern
}
ast_node! {
    /// `parse-kv expression as (keys) with (properties)`.
    ParseKvOperator
}

with_params!(ParseOperator ParseWhereOperator);

ast_enum! {
    /// One part of the pattern of `parse`.
    ParsePart {
        /// `*`: text that is skipped.
        Star(StarExpr),
        /// Text that must occur.
        Literal(LiteralExpr),
        /// Text that goes to a column, of type string unless one is given.
        Column(ColumnDeclaration),
    }
}

impl ParsePattern {
    /// The parts in order.
    pub fn parts(&self) -> impl Iterator<Item = ParsePart> + use<> {
        children(self.syntax())
    }
}

macro_rules! parse_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// The text that is taken apart.
            #[must_use]
            pub fn expr(&self) -> Option<Expr> {
                child(self.syntax())
            }

            /// The value of `kind=…`.
            #[must_use]
            pub fn kind(&self) -> Option<String> {
                self.param("kind").and_then(|param| param.word())
            }

            /// The value of `flags=…`.
            #[must_use]
            pub fn flags(&self) -> Option<String> {
                self.param("flags").and_then(|param| param.word())
            }

            /// The parts of the pattern.
            pub fn parts(&self) -> impl Iterator<Item = ParsePart> + use<> {
                child::<ParsePattern>(self.syntax()).into_iter().flat_map(|pattern| pattern.parts())
            }
        }
    )*};
}

parse_accessors!(ParseOperator ParseWhereOperator);

impl ParseKvOperator {
    /// The text that is taken apart.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The keys, which become columns.
    #[must_use]
    pub fn keys(&self) -> Option<RowSchema> {
        child(self.syntax())
    }

    /// The properties after `with`.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        child::<WithClause>(self.syntax()).into_iter().flat_map(|with| with.properties())
    }
}
