//! Operators that search, call functions or split a query.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{
    AsClause, Block, ByClause, CallExpr, Expr, InClause, Name, PartitionBody, ProjectClause, RowSchema, SchemaClause, Subquery, WithClause,
    children,
};

ast_node! {
    /// `search [kind=…] [in (tables)] predicate`.
    SearchOperator
}
ast_node! {
    /// `find [withsource=…] [in (tables)] [where] predicate [project …]`.
    FindOperator
}
ast_node! {
    /// `evaluate [hints] plugin(arguments) [: (schema)]`.
    EvaluateOperator
}
ast_node! {
    /// `invoke function(arguments)`.
    InvokeOperator
}
ast_node! {
    /// `partition [hints] by column ( subquery )` or `{ query }`.
    PartitionOperator
}
ast_node! {
    /// `fork [name=](subquery) …`.
    ForkOperator
}
ast_node! {
    /// `[name=](subquery)`.
    ForkBranch
}
ast_node! {
    /// `facet by column, … [with (subquery)]`.
    FacetOperator
}
ast_node! {
    /// `macro-expand group as name ( statements )`.
    MacroExpandOperator
}

with_params!(SearchOperator FindOperator EvaluateOperator PartitionOperator MacroExpandOperator);

/// What the two operators that look through tables share.
macro_rules! search_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// The tables that are looked through, where they are named.
            #[must_use]
            pub fn in_clause(&self) -> Option<InClause> {
                child(self.syntax())
            }

            /// The predicate.
            #[must_use]
            pub fn predicate(&self) -> Option<Expr> {
                child(self.syntax())
            }
        }
    )*};
}

search_accessors!(SearchOperator FindOperator);

impl FindOperator {
    /// The columns of the result, where they are named.
    #[must_use]
    pub fn project(&self) -> Option<ProjectClause> {
        child(self.syntax())
    }
}

impl EvaluateOperator {
    /// The plugin with its arguments.
    #[must_use]
    pub fn call(&self) -> Option<CallExpr> {
        child(self.syntax())
    }

    /// The declared schema of the result.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child::<SchemaClause>(self.syntax()).and_then(|clause| clause.schema())
    }
}

impl InvokeOperator {
    /// The function: a call, or a call on a database.
    #[must_use]
    pub fn call(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl PartitionOperator {
    /// The key.
    #[must_use]
    pub fn by(&self) -> Option<Expr> {
        child::<ByClause>(self.syntax()).and_then(|by| by.expr())
    }

    /// What is applied to each part.
    #[must_use]
    pub fn body(&self) -> Option<PartitionBody> {
        child::<Subquery>(self.syntax())
            .map(PartitionBody::Subquery)
            .or_else(|| child::<Block>(self.syntax()).map(PartitionBody::Query))
    }
}

impl ForkOperator {
    /// The branches.
    pub fn branches(&self) -> impl Iterator<Item = ForkBranch> + use<> {
        children(self.syntax())
    }
}

impl ForkBranch {
    /// The branch's name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// What the branch does.
    #[must_use]
    pub fn subquery(&self) -> Option<Subquery> {
        child(self.syntax())
    }
}

impl FacetOperator {
    /// The columns.
    #[must_use]
    pub fn by(&self) -> Option<ByClause> {
        child(self.syntax())
    }

    /// What is applied beside the counts.
    #[must_use]
    pub fn subquery(&self) -> Option<Subquery> {
        child::<WithClause>(self.syntax()).and_then(|with| with.subquery())
    }
}

impl MacroExpandOperator {
    /// The group of entities: a name or a literal group.
    #[must_use]
    pub fn group(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The name that stands for each entity in turn.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child::<AsClause>(self.syntax()).and_then(|clause| clause.name())
    }

    /// The query for one entity.
    #[must_use]
    pub fn body(&self) -> Option<Block> {
        child(self.syntax())
    }
}
