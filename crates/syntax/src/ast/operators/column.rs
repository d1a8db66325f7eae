//! Operators that choose and compute columns.

use super::{AstNode as _, ast_node, child, with_items, with_params};
use crate::ast::{ByClause, NamedExpr, OrderedExpr, children};

ast_node! {
    /// `extend [name =] expression, …`.
    ExtendOperator
}
ast_node! {
    /// `project [name =] expression, …`.
    ProjectOperator
}
ast_node! {
    /// `project-away column, pattern*, …`; the items are names.
    ProjectAwayOperator
}
ast_node! {
    /// `project-keep column, pattern*, …`; the items are names.
    ProjectKeepOperator
}
ast_node! {
    /// `project-rename new = old, …`.
    ProjectRenameOperator
}
ast_node! {
    /// `project-reorder column [asc|desc|granny-asc|granny-desc], …`.
    ProjectReorderOperator
}
ast_node! {
    /// `project-by-names column, 'pattern*', dynamic([…]), …`.
    ProjectByNamesOperator
}
ast_node! {
    /// `distinct column, …` or `distinct *`.
    DistinctOperator
}
ast_node! {
    /// `serialize [name =] expression, …`.
    SerializeOperator
}
ast_node! {
    /// `print [name =] expression, …`.
    PrintOperator
}
ast_node! {
    /// `summarize [name =] aggregate, … by [name =] key, …`.
    SummarizeOperator
}

with_items! {
    ExtendOperator ProjectOperator ProjectAwayOperator ProjectKeepOperator ProjectRenameOperator
    ProjectByNamesOperator DistinctOperator SerializeOperator PrintOperator
}
with_params!(DistinctOperator SummarizeOperator);

impl ProjectReorderOperator {
    /// The columns and patterns, with the order among the columns that match.
    pub fn items(&self) -> impl Iterator<Item = OrderedExpr> + use<> {
        children(self.syntax())
    }
}

impl SummarizeOperator {
    /// The aggregates.
    pub fn aggregates(&self) -> impl Iterator<Item = NamedExpr> + use<> {
        children(self.syntax())
    }

    /// The keys.
    #[must_use]
    pub fn by(&self) -> Option<ByClause> {
        child(self.syntax())
    }

    /// The parameters whose names begin with `hint.`.
    pub fn hints(&self) -> impl Iterator<Item = crate::ast::NamedParameter> + use<> {
        self.params().filter(|param| param.name().starts_with("hint."))
    }
}
