use super::{
    AstNode, ColumnDeclaration, DefaultClause, Expr, ExprList, Name, NamedParameter, RowSchema, TypeName, WithClause, ast_enum, ast_node,
    child, children, has_keyword,
};

ast_node! {
    /// The whole text.
    Root
}

impl Root {
    /// The statements in order.
    pub fn statements(&self) -> impl Iterator<Item = Statement> + use<> {
        children(self.syntax())
    }
}

ast_enum! {
    /// One statement; statements are separated by semicolons.
    Statement {
        Let(LetStatement),
        Set(SetStatement),
        QueryParameters(QueryParametersStatement),
        Pattern(PatternStatement),
        Alias(AliasStatement),
        Restrict(RestrictStatement),
        Expression(ExpressionStatement),
        /// A management command, which is not part of the query language.
        Command(CommandStatement),
    }
}

ast_node! {
    /// `let name = expression`.
    LetStatement
}

impl LetStatement {
    /// The declared name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// What the name stands for; an [`Expr::Function`] when it is a function.
    #[must_use]
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `[view] (parameters) { body }`.
    FunctionExpr
}

impl FunctionExpr {
    /// Whether it is declared with `view`.
    #[must_use]
    pub fn is_view(&self) -> bool {
        has_keyword(self.syntax(), "view")
    }

    /// The parameters.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        child::<ParameterList>(self.syntax()).into_iter().flat_map(|list| list.parameters())
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> Option<Block> {
        child(self.syntax())
    }
}

ast_node! {
    /// Parameters in parentheses.
    ParameterList
}

impl ParameterList {
    /// The parameters.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `name: type [= default]`; the type is scalar, or a table's schema.
    Parameter
}

impl Parameter {
    /// The name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The scalar type, unless the parameter is tabular.
    #[must_use]
    pub fn type_name(&self) -> Option<TypeName> {
        child(self.syntax())
    }

    /// The columns of a tabular parameter; `(*)` takes any table.
    #[must_use]
    pub fn schema(&self) -> Option<RowSchema> {
        child(self.syntax())
    }

    /// The default value.
    #[must_use]
    pub fn default(&self) -> Option<Expr> {
        child::<DefaultClause>(self.syntax()).and_then(|clause| clause.expr())
    }
}

ast_node! {
    /// Statements in braces or parentheses. The value is that of the last expression.
    Block
}

impl Block {
    /// The statements in order.
    pub fn statements(&self) -> impl Iterator<Item = Statement> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `set option [= value]`.
    SetStatement
}

impl SetStatement {
    /// The option.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The value; without one, the option is switched on.
    #[must_use]
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `declare query_parameters (…)`.
    QueryParametersStatement
}

impl QueryParametersStatement {
    /// The parameters.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter> + use<> {
        child::<ParameterList>(self.syntax()).into_iter().flat_map(|list| list.parameters())
    }
}

ast_node! {
    /// `declare pattern name [= (arguments)[path] { matches }]`.
    PatternStatement
}

impl PatternStatement {
    /// The pattern's name.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The declared arguments.
    pub fn arguments(&self) -> impl Iterator<Item = ColumnDeclaration> + use<> {
        child::<PatternParameters>(self.syntax())
            .into_iter()
            .flat_map(|list| children(list.syntax()))
    }

    /// The declared path, written in brackets.
    #[must_use]
    pub fn path(&self) -> Option<ColumnDeclaration> {
        child::<PatternPath>(self.syntax()).and_then(|path| child(path.syntax()))
    }

    /// What the pattern stands for, case by case.
    pub fn matches(&self) -> impl Iterator<Item = PatternMatch> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// The arguments that a pattern declares.
    PatternParameters
}

ast_node! {
    /// `[name: type]` in a declaration, `.["value"]` in a match.
    PatternPath
}

ast_node! {
    /// `("value", …).["path"] = { body }`.
    PatternMatch
}

impl PatternMatch {
    /// The values of the arguments.
    pub fn values(&self) -> impl Iterator<Item = Expr> + use<> {
        child::<ExprList>(self.syntax()).into_iter().flat_map(|list| list.items())
    }

    /// The value of the path.
    #[must_use]
    pub fn path(&self) -> Option<Expr> {
        child::<PatternPath>(self.syntax()).and_then(|path| child(path.syntax()))
    }

    /// What the pattern then stands for.
    #[must_use]
    pub fn body(&self) -> Option<Block> {
        child(self.syntax())
    }
}

ast_node! {
    /// `alias database name = cluster(…).database(…)`.
    AliasStatement
}

impl AliasStatement {
    /// The alias.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

ast_node! {
    /// `restrict access to (…) [with (…)]`.
    RestrictStatement
}

impl RestrictStatement {
    /// What stays accessible; may hold patterns.
    pub fn entities(&self) -> impl Iterator<Item = Expr> + use<> {
        child::<ExprList>(self.syntax()).into_iter().flat_map(|list| list.items())
    }

    /// The properties after `with`.
    pub fn properties(&self) -> impl Iterator<Item = NamedParameter> + use<> {
        child::<WithClause>(self.syntax()).into_iter().flat_map(|with| with.properties())
    }
}

ast_node! {
    /// A query, or any other expression.
    ExpressionStatement
}

impl ExpressionStatement {
    /// The expression.
    #[must_use]
    pub fn expr(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

ast_node! {
    /// A management command; not analysed.
    CommandStatement
}
