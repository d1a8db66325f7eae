//! Operators that combine tables.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{Expr, OnClause, WhereClause, children};

ast_node! {
    /// `join [kind=…] (right) on conditions`.
    JoinOperator
}
ast_node! {
    /// `lookup [kind=…] (right) on conditions`.
    LookupOperator
}
ast_node! {
    /// `union [parameters] table, …`, with or without rows before it.
    UnionOperator
}

with_params!(JoinOperator LookupOperator UnionOperator);

/// What the two joins share.
macro_rules! join_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// The value of `kind=…`.
            #[must_use]
            pub fn kind(&self) -> Option<String> {
                self.param("kind").and_then(|param| param.word())
            }

            /// The right side.
            #[must_use]
            pub fn right(&self) -> Option<Expr> {
                child(self.syntax())
            }

            /// The conditions after `on`: a column's name, or `$left.a == $right.b`; several
            /// may be joined by `and`.
            pub fn on_clauses(&self) -> impl Iterator<Item = Expr> + use<> {
                child::<OnClause>(self.syntax()).into_iter().flat_map(|on| on.conditions())
            }
        }
    )*};
}

join_accessors!(JoinOperator LookupOperator);

impl JoinOperator {
    /// The predicate of the undocumented `where` form.
    #[must_use]
    pub fn where_clause(&self) -> Option<WhereClause> {
        child(self.syntax())
    }
}

impl UnionOperator {
    /// The tables, which may be patterns.
    pub fn tables(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}
