//! Operators that choose rows.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{AsClause, Expr, Name, OfClause};

ast_node! {
    /// `where predicate` or `filter predicate`.
    WhereOperator
}
ast_node! {
    /// `take n` or `limit n`.
    TakeOperator
}
ast_node! {
    /// `sample n`.
    SampleOperator
}
ast_node! {
    /// `sample-distinct n of column`.
    SampleDistinctOperator
}
ast_node! {
    /// `count`.
    CountOperator
}
ast_node! {
    /// `as name`.
    AsOperator
}
ast_node! {
    /// `consume`.
    ConsumeOperator
}

with_params!(WhereOperator TakeOperator SampleOperator SampleDistinctOperator AsOperator ConsumeOperator);

impl WhereOperator {
    /// The name before `=`: `where a = 1` follows the grammar, but names the predicate `1`.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The predicate.
    #[must_use]
    pub fn predicate(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl TakeOperator {
    /// How many rows.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl SampleOperator {
    /// How many rows.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl SampleDistinctOperator {
    /// How many values.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The values that are sampled.
    #[must_use]
    pub fn of(&self) -> Option<OfClause> {
        child(self.syntax())
    }
}

impl CountOperator {
    /// The name of the result column, where `as name` gives one.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child::<AsClause>(self.syntax()).and_then(|clause| clause.name())
    }
}

impl AsOperator {
    /// The name that the rows get.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}
