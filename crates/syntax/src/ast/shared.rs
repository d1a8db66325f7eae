use super::{
    AstNode, Block, ColumnDeclaration, Expr, Name, Pipeline, RowSchema, TypeOfExpr, ast_node, child, children, has_keyword, tokens,
};
use crate::SyntaxKind;
use crate::ast::name::word_of;

ast_node! {
    /// One item of a list: `expression`, `name = expression` or `(a, b) = expression`.
    NamedExpr
}

impl NamedExpr {
    /// The single name on the left of `=`.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The expression.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

/// Direction of a sort key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Ordering {
    Asc,
    Desc,
    /// `granny-asc`, of `project-reorder`: numbers inside names compare as numbers.
    GrannyAsc,
    /// `granny-desc`.
    GrannyDesc,
}

/// Where nulls go in a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Nulls {
    First,
    Last,
}

ast_node! {
    /// `[name =] expression [asc|desc] [nulls first|last]`.
    OrderedExpr
}

impl OrderedExpr {
    /// The key, with a name where one is given.
    #[must_use]
    pub fn named(&self) -> Option<NamedExpr> {
        child(self.syntax())
    }

    /// The key itself.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        self.named().and_then(|named| named.expr())
    }

    /// The direction, where it is written.
    #[must_use]
    pub fn ordering(&self) -> Option<Ordering> {
        let words = [
            ("asc", Ordering::Asc),
            ("desc", Ordering::Desc),
            ("granny-asc", Ordering::GrannyAsc),
            ("granny-desc", Ordering::GrannyDesc),
        ];
        words
            .into_iter()
            .find(|(word, _)| has_keyword(self.syntax(), word))
            .map(|(_, ordering)| ordering)
    }

    /// Where nulls go, where it is written.
    #[must_use]
    pub fn nulls(&self) -> Option<Nulls> {
        if has_keyword(self.syntax(), "first") {
            Some(Nulls::First)
        } else if has_keyword(self.syntax(), "last") {
            Some(Nulls::Last)
        } else {
            None
        }
    }
}

ast_node! {
    /// `name = value` that steers an operator: `kind=inner`, `hint.strategy=shuffle`,
    /// `title="…"`, `ycolumns=a, b`.
    NamedParameter
}

impl NamedParameter {
    /// The name as written, with the dots of hints.
    #[must_use]
    pub fn name(&self) -> String {
        tokens(self.syntax())
            .take_while(|token| token.kind() != SyntaxKind::Equal)
            .map(|token| token.text().to_owned())
            .collect()
    }

    /// The (first) value.
    #[must_use]
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// All values, where a list is allowed.
    pub fn values(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }

    /// The value as a word, whether written bare or as a string: `inner`, `"shuffle"`, `true`.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        match self.value()? {
            Expr::Name(name) => Some(name.value()),
            Expr::Literal(literal) => {
                let token = tokens(literal.syntax()).next()?;
                Some(word_of(token.kind(), token.text()).into_owned())
            }
            other => Some(other.text()),
        }
    }
}

ast_node! {
    /// A pipeline in parentheses that continues the rows of an outer operator.
    Subquery
}

impl Subquery {
    /// The operators; the pipeline has no source.
    #[must_use]
    pub fn pipeline(&self) -> Option<Pipeline> {
        child(self.syntax())
    }
}

ast_node! {
    /// `by …`.
    ByClause
}

impl ByClause {
    /// The keys, with names where given (`summarize`, `make-series`, `facet`, `partition`, `reduce`).
    pub fn items(&self) -> impl Iterator<Item = NamedExpr> + use<> {
        children(self.syntax())
    }

    /// The ordered keys (`sort`, `top`, `top-nested`, `scan`).
    pub fn keys(&self) -> impl Iterator<Item = OrderedExpr> + use<> {
        children(self.syntax())
    }

    /// The expression of the first item.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        self.items().next().and_then(|item| item.expr())
    }
}

ast_node! {
    /// `on …`.
    OnClause
}

impl OnClause {
    /// The conditions of a join: a column's name, or an equality of `$left` and `$right`.
    pub fn conditions(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }

    /// The axis of a series, with its name where given.
    #[must_use]
    pub fn axis(&self) -> Option<NamedExpr> {
        child(self.syntax())
    }

    /// The key column of a table of graph nodes.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}

/// Clauses that hold one expression.
macro_rules! expression_clause {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        ast_node! { $(#[$doc])* $name }

        impl $name {
            /// The expression after the keyword.
            #[must_use]
            pub fn expr(&self) -> Option<Expr> {
                child(self.syntax())
            }
        }
    )*};
}

expression_clause! {
    /// `where …` inside another operator.
    WhereClause,
    /// `from …`.
    FromClause,
    /// `to …`.
    ToClause,
    /// `step …`.
    StepClause,
    /// `limit …`.
    LimitClause,
    /// `= value` of a parameter, `default = value` of a series.
    DefaultClause,
}

ast_node! {
    /// `of …`.
    OfClause
}

impl OfClause {
    /// The expression, with a name where given.
    #[must_use]
    pub fn named(&self) -> Option<NamedExpr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `with …`: properties, a subquery or tables, by operator.
    WithClause
}

impl WithClause {
    /// The properties.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        children(self.syntax())
    }

    /// The subquery (`facet`).
    #[must_use]
    pub fn subquery(&self) -> Option<Subquery> {
        child(self.syntax())
    }
}

ast_node! {
    /// `in (tables)`.
    InClause
}

impl InClause {
    /// The tables, which may be patterns.
    pub fn tables(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `as name`.
    AsClause
}

impl AsClause {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}

ast_node! {
    /// `to typeof(…)`.
    ToTypeOfClause
}

impl ToTypeOfClause {
    /// The type.
    #[must_use]
    pub fn type_of(&self) -> Option<TypeOfExpr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `project …` inside another operator.
    ProjectClause
}

impl ProjectClause {
    /// Whether it is `project-smart`.
    #[must_use]
    pub fn is_smart(&self) -> bool {
        has_keyword(self.syntax(), "project-smart")
    }

    /// The columns of a graph operator; in `find`, the expressions such as `pack_all()`.
    pub fn items(&self) -> impl Iterator<Item = NamedExpr> + use<> {
        children(self.syntax())
    }

    /// The columns of `find`, with types where given.
    pub fn columns(&self) -> impl Iterator<Item = ColumnDeclaration> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `: (schema)` of `evaluate`.
    SchemaClause
}

impl SchemaClause {
    /// The schema; its `*` stands for the columns of the input.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }
}

/// What `partition` applies to each part.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PartitionBody {
    /// `( operators )`: they continue the rows of the part.
    Subquery(Subquery),
    /// `{ query }`: a query with its own source.
    Query(Block),
}
