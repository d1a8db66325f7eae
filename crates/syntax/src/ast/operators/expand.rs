//! Operators that turn arrays into rows.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{Expr, LimitClause, Name, NamedExpr, Subquery, ToTypeOfClause, TypeOfExpr, children};

ast_node! {
    /// `mv-expand [kind=…] [with_itemindex=…] column [to typeof(…)], … [limit n]`.
    MvExpandOperator
}
ast_node! {
    /// `mv-apply … on ( subquery )`.
    MvApplyOperator
}
ast_node! {
    /// `[name =] expression [to typeof(…)]`.
    MvItem
}

with_params!(MvExpandOperator MvApplyOperator);

impl MvItem {
    /// The name that the elements get, where one is given.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child::<NamedExpr>(self.syntax()).and_then(|named| named.name())
    }

    /// The expression with its name.
    #[must_use]
    pub fn named(&self) -> Option<NamedExpr> {
        child(self.syntax())
    }

    /// The array or bag.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child::<NamedExpr>(self.syntax()).and_then(|named| named.expr())
    }

    /// The type that the elements are converted to.
    #[must_use]
    pub fn to_type(&self) -> Option<TypeOfExpr> {
        child::<ToTypeOfClause>(self.syntax()).and_then(|clause| clause.type_of())
    }
}

macro_rules! mv_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// What is expanded, side by side.
            pub fn items(&self) -> impl Iterator<Item = MvItem> + use<> {
                children(self.syntax())
            }

            /// The name of the column that counts the elements from 0.
            #[must_use]
            pub fn with_item_index(&self) -> Option<String> {
                self.param("with_itemindex").and_then(|param| param.word())
            }

            /// How many rows one row gives at most.
            #[must_use]
            pub fn limit(&self) -> Option<Expr> {
                child::<LimitClause>(self.syntax()).and_then(|clause| clause.expr())
            }
        }
    )*};
}

mv_accessors!(MvExpandOperator MvApplyOperator);

impl MvExpandOperator {
    /// `bag` or `array`, of `kind=` or its older name `bagexpansion=`.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        self.param("kind")
            .or_else(|| self.param("bagexpansion"))
            .and_then(|param| param.word())
    }
}

impl MvApplyOperator {
    /// What is applied to the elements of each row.
    #[must_use]
    pub fn subquery(&self) -> Option<Subquery> {
        child(self.syntax())
    }
}
