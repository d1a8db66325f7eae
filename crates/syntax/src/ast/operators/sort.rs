//! Operators that order rows.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{ByClause, Expr, OfClause, OrderedExpr, WithClause, children};

ast_node! {
    /// `sort by …` or `order by …`.
    SortOperator
}
ast_node! {
    /// `top n by key`.
    TopOperator
}
ast_node! {
    /// `top-nested … , top-nested …`.
    TopNestedOperator
}
ast_node! {
    /// `top-nested [n] of key [with others = value] by aggregate`: one level.
    TopNestedLevel
}
ast_node! {
    /// `top-hitters n of key [by weight]`.
    TopHittersOperator
}

with_params!(SortOperator TopOperator);

impl SortOperator {
    /// The keys, most significant first.
    pub fn keys(&self) -> impl Iterator<Item = OrderedExpr> + use<> {
        child::<ByClause>(self.syntax()).into_iter().flat_map(|by| by.keys())
    }
}

impl TopOperator {
    /// How many rows.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> Option<OrderedExpr> {
        child::<ByClause>(self.syntax()).and_then(|by| by.keys().next())
    }
}

impl TopNestedOperator {
    /// The levels, outermost first.
    pub fn levels(&self) -> impl Iterator<Item = TopNestedLevel> + use<> {
        children(self.syntax())
    }
}

impl TopNestedLevel {
    /// How many values; all of them when missing.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The key.
    #[must_use]
    pub fn of(&self) -> Option<OfClause> {
        child(self.syntax())
    }

    /// The name for all other values, where `with others = …` gives one.
    #[must_use]
    pub fn others(&self) -> Option<Expr> {
        child::<WithClause>(self.syntax())
            .and_then(|with| with.properties().next())
            .and_then(|param| param.value())
    }

    /// The aggregate that ranks the values.
    #[must_use]
    pub fn by(&self) -> Option<OrderedExpr> {
        child::<ByClause>(self.syntax()).and_then(|by| by.keys().next())
    }
}

impl TopHittersOperator {
    /// How many values.
    #[must_use]
    pub fn count(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The values.
    #[must_use]
    pub fn of(&self) -> Option<OfClause> {
        child(self.syntax())
    }

    /// What is summed to rank them; rows are counted when missing.
    #[must_use]
    pub fn by(&self) -> Option<Expr> {
        child::<ByClause>(self.syntax()).and_then(|by| by.expr())
    }
}
