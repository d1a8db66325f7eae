//! Expressions that a word of the language introduces: queries as values, tables written in the
//! query, groups of entities.

use super::infix::list_items;
use super::{AstNode, Expr, NamedParameter, RowSchema, ast_node, child, children};

ast_node! {
    /// `toscalar(…)`.
    ToScalarExpr
}

ast_node! {
    /// `totable(…)`.
    ToTableExpr
}

ast_node! {
    /// `materialize(…)`.
    MaterializeExpr
}

/// Accessors of the three calls that take a whole query.
macro_rules! query_call {
    ($($name:ident)*) => {$(
        impl $name {
            /// The expression in the parentheses.
            #[must_use]
            pub fn inner(&self) -> Option<Expr> {
                child(self.syntax())
            }

            /// Parameters such as `kind=nooptimization`.
            pub fn params(&self) -> impl Iterator<Item = NamedParameter> + use<> {
                children(self.syntax())
            }
        }
    )*};
}

query_call!(ToScalarExpr ToTableExpr MaterializeExpr);

ast_node! {
    /// `datatable (a: long) [1, 2]`.
    DatatableExpr
}

impl DatatableExpr {
    /// The columns.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }

    /// The cells, row after row.
    pub fn values(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}

ast_node! {
    /// `externaldata (a: long) ['uri'] with (format = 'csv')`.
    ExternalDataExpr
}

impl ExternalDataExpr {
    /// The columns.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }

    /// Where the data are.
    pub fn uris(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }

    /// The properties after `with`.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        child::<super::WithClause>(self.syntax())
            .into_iter()
            .flat_map(|with| with.properties())
    }
}

ast_node! {
    /// `inline_external_table (…) kind = …`; its parts are not analysed.
    InlineExternalTableExpr
}

ast_node! {
    /// `__contextual_datatable(name, (schema))`: a table that the host provides.
    ContextualTableExpr
}

impl ContextualTableExpr {
    /// The expression that names the table.
    #[must_use]
    pub fn key(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }
}

ast_node! {
    /// `entity_group [cluster('a').database('b'), …]`.
    EntityGroupExpr
}

impl EntityGroupExpr {
    /// The clusters and databases.
    pub fn entities(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}
