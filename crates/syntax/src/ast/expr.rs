use super::{
    AstNode, BetweenExpr, BinaryExpr, ContextualTableExpr, DatatableExpr, EntityGroupExpr, ExternalDataExpr, FunctionExpr, HasAnyExpr,
    InExpr, InlineExternalTableExpr, LogicalExpr, MaterializeExpr, Name, NameList, NamedExpr, Operator, RowSchema, ToScalarExpr,
    ToTableExpr, TypeName, UnaryExpr, ast_enum, ast_node, child, children, tokens,
};
use crate::SyntaxKind;
use crate::literal::{self, DynamicValue, LiteralValue};

ast_enum! {
    /// Any expression, scalar or tabular: which one it is, only names and types tell.
    Expr {
        Name(NameExpr),
        Literal(LiteralExpr),
        Dynamic(DynamicExpr),
        TypeOf(TypeOfExpr),
        Paren(ParenExpr),
        Unary(UnaryExpr),
        Binary(BinaryExpr),
        Logical(LogicalExpr),
        In(InExpr),
        HasAny(HasAnyExpr),
        Between(BetweenExpr),
        Call(CallExpr),
        Member(MemberExpr),
        Index(IndexExpr),
        Star(StarExpr),
        ToScalar(ToScalarExpr),
        ToTable(ToTableExpr),
        Materialize(MaterializeExpr),
        Datatable(DatatableExpr),
        ExternalData(ExternalDataExpr),
        InlineExternalTable(InlineExternalTableExpr),
        ContextualTable(ContextualTableExpr),
        EntityGroup(EntityGroupExpr),
        Function(FunctionExpr),
        Pipeline(Pipeline),
    }
}

impl Expr {
    /// The expression inside any number of parentheses.
    #[must_use]
    pub fn without_parens(self) -> Option<Self> {
        let mut expr = self;
        while let Self::Paren(paren) = expr {
            expr = paren.inner()?;
        }
        Some(expr)
    }
}

ast_node! {
    /// `source | operator | operator`: a flat list, however long.
    ///
    /// Without a source, the first operator starts the pipeline (`print 1`, `range …`, `union …`)
    /// or continues the rows of an outer operator (inside `mv-apply`, `partition`, `fork`).
    Pipeline
}

impl Pipeline {
    /// What stands before the first pipe, unless that is an operator.
    #[must_use]
    pub fn source(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The operators in order.
    pub fn operators(&self) -> impl Iterator<Item = Operator> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// A reference to a column, table, variable or function without arguments.
    NameExpr
}

impl NameExpr {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The name without quotes; empty when it is missing.
    #[must_use]
    pub fn value(&self) -> String {
        self.name().map(|name| name.value()).unwrap_or_default()
    }
}

ast_node! {
    /// A literal. Several string tokens in a row are one literal; in `datatable` and `dynamic` a
    /// sign belongs to it.
    LiteralExpr
}

impl LiteralExpr {
    /// The value; `None` when the text is malformed (the parser has then reported it).
    #[must_use]
    pub fn value(&self) -> Option<LiteralValue> {
        literal::literal_value(self.syntax())
    }

    /// Whether it is a string whose value must not appear in logs (`h'…'`).
    #[must_use]
    pub fn is_obfuscated(&self) -> bool {
        tokens(self.syntax()).any(|token| token.kind() == SyntaxKind::StringLiteral && token.text().starts_with(['h', 'H']))
    }

    /// Kind of the (first) literal token.
    #[must_use]
    pub fn kind(&self) -> Option<SyntaxKind> {
        tokens(self.syntax()).map(|token| token.kind()).find(|kind| kind.is_literal())
    }
}

ast_node! {
    /// `dynamic(…)`.
    DynamicExpr
}

impl DynamicExpr {
    /// The document; `None` when a part of it is malformed.
    #[must_use]
    pub fn value(&self) -> Option<DynamicValue> {
        self.syntax().children().next().and_then(|node| literal::dynamic_value(&node))
    }
}

ast_node! {
    /// `typeof(long)` or `typeof(a: long, *)`.
    TypeOfExpr
}

impl TypeOfExpr {
    /// The scalar type, if one is named.
    #[must_use]
    pub fn type_name(&self) -> Option<TypeName> {
        child(self.syntax())
    }

    /// The row schema, if one is given.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }
}

ast_node! {
    /// An expression in parentheses.
    ParenExpr
}

impl ParenExpr {
    /// The expression inside.
    #[must_use]
    pub fn inner(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `name(arguments)`.
    CallExpr
}

impl CallExpr {
    /// The function's name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The function's name without quotes; empty when it is missing.
    #[must_use]
    pub fn function(&self) -> String {
        self.name().map(|name| name.value()).unwrap_or_default()
    }

    /// The arguments, each with its name where `name = value` is written.
    pub fn arguments(&self) -> impl Iterator<Item = NamedExpr> + use<> {
        child::<ArgumentList>(self.syntax()).into_iter().flat_map(|list| list.arguments())
    }

    /// The parentheses with what they hold.
    #[must_use]
    pub fn argument_list(&self) -> Option<ArgumentList> {
        child(self.syntax())
    }
}

ast_node! {
    /// The arguments of a call, with their parentheses.
    ArgumentList
}

impl ArgumentList {
    /// The arguments.
    pub fn arguments(&self) -> impl Iterator<Item = NamedExpr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `base.name` or `base.f(…)`: a property of a dynamic value, `$left.column`, a table of a
    /// database.
    MemberExpr
}

impl MemberExpr {
    /// What stands before the dot.
    #[must_use]
    pub fn base(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// What stands after the dot: an [`Expr::Name`] or an [`Expr::Call`].
    #[must_use]
    pub fn member(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }
}

ast_node! {
    /// `base[index]`.
    IndexExpr
}

impl IndexExpr {
    /// What is indexed.
    #[must_use]
    pub fn base(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The position or key.
    #[must_use]
    pub fn index(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }
}

ast_node! {
    /// `*` where it stands for all columns.
    StarExpr
}

impl NamedExpr {
    /// The names on the left of `(a, b) = …`; one name for `a = …`; none otherwise.
    pub fn names(&self) -> impl Iterator<Item = Name> + use<> {
        let single = self.name();
        let list = child::<NameList>(self.syntax());
        single.into_iter().chain(list.into_iter().flat_map(|list| list.names()))
    }

    /// Whether the left side is a list in parentheses.
    #[must_use]
    pub fn is_tuple(&self) -> bool {
        child::<NameList>(self.syntax()).is_some()
    }
}
