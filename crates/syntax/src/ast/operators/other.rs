//! Operators that describe or show a result.

use super::{AstNode as _, ast_node, child, with_params};
use crate::ast::{Name, NamedParameter, RowSchema, WithClause};

ast_node! {
    /// `getschema`.
    GetSchemaOperator
}
ast_node! {
    /// `render chart [with (properties)]`.
    RenderOperator
}
ast_node! {
    /// `assert-schema (columns)`.
    AssertSchemaOperator
}
ast_node! {
    /// `__executeAndCache`.
    ExecuteAndCacheOperator
}

with_params!(GetSchemaOperator RenderOperator);

impl RenderOperator {
    /// The kind of chart.
    #[must_use]
    pub fn chart(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The properties, in parentheses after `with` or, in the older form, bare.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        let with = child::<WithClause>(self.syntax());
        self.params().chain(with.into_iter().flat_map(|with| with.properties()))
    }
}

impl AssertSchemaOperator {
    /// The columns that the rows must have.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }
}
