use super::{
    AstNode, FunctionExpr, Name, NameList, NamedExpr, NamedParameter, Operator, RowSchema, TypeName, ast_enum, ast_node, child, children,
    token, tokens,
};
use crate::literal::{self, DynamicValue, LiteralValue};
use crate::{SyntaxKind, SyntaxToken};

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
    /// `-x` or `+x`.
    UnaryExpr
}

impl UnaryExpr {
    /// Whether the sign is `-`.
    #[must_use]
    pub fn is_minus(&self) -> bool {
        token(self.syntax(), SyntaxKind::Minus).is_some()
    }

    /// What the sign stands before.
    #[must_use]
    pub fn operand(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

/// How a string operator compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StringMatch {
    /// A whole term.
    Has,
    /// The beginning of a term.
    HasPrefix,
    /// The end of a term.
    HasSuffix,
    /// Any part.
    Contains,
    /// The beginning of the text.
    StartsWith,
    /// The end of the text.
    EndsWith,
    /// A pattern with `*`, of the undocumented `like`.
    Like,
}

/// The operator of a [`BinaryExpr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is named as it is written")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    /// `!=` and `<>`.
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// `=~`.
    EqualIgnoringCase,
    /// `!~`.
    NotEqualIgnoringCase,
    /// `has`, `!startswith_cs` and their relatives.
    String {
        kind: StringMatch,
        case_sensitive: bool,
        negated: bool,
    },
    MatchesRegex,
    /// `column : term`, in the predicates of `search`.
    Search,
}

ast_node! {
    /// Two operands and an operator.
    BinaryExpr
}

impl BinaryExpr {
    /// The left operand.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The right operand.
    #[must_use]
    pub fn right(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }

    /// The token of the operator (`matches` for `matches regex`).
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        tokens(self.syntax()).next()
    }

    /// The operator.
    #[must_use]
    pub fn op(&self) -> Option<BinaryOp> {
        let token = self.op_token()?;
        Some(match token.kind() {
            SyntaxKind::Plus => BinaryOp::Add,
            SyntaxKind::Minus => BinaryOp::Subtract,
            SyntaxKind::Star => BinaryOp::Multiply,
            SyntaxKind::Slash => BinaryOp::Divide,
            SyntaxKind::Percent => BinaryOp::Modulo,
            SyntaxKind::EqualEqual => BinaryOp::Equal,
            SyntaxKind::BangEqual | SyntaxKind::LessGreater => BinaryOp::NotEqual,
            SyntaxKind::Less => BinaryOp::Less,
            SyntaxKind::LessEqual => BinaryOp::LessEqual,
            SyntaxKind::Greater => BinaryOp::Greater,
            SyntaxKind::GreaterEqual => BinaryOp::GreaterEqual,
            SyntaxKind::EqualTilde => BinaryOp::EqualIgnoringCase,
            SyntaxKind::BangTilde => BinaryOp::NotEqualIgnoringCase,
            SyntaxKind::Colon => BinaryOp::Search,
            SyntaxKind::WordOperator => word_op(token.text())?,
            _ => return None,
        })
    }
}

fn word_op(text: &str) -> Option<BinaryOp> {
    if text == "matches" {
        return Some(BinaryOp::MatchesRegex);
    }
    let positive = text.strip_prefix('!').or_else(|| text.strip_prefix("not"));
    let negated = positive.is_some();
    let word = positive.unwrap_or(text);
    // The old spellings `containscs` and `likecs` have no underscore.
    let (word, case_sensitive) = match word.strip_suffix("_cs").or_else(|| word.strip_suffix("cs")) {
        Some(word) => (word, true),
        None => (word, false),
    };
    let kind = match word {
        "has" => StringMatch::Has,
        "hasprefix" => StringMatch::HasPrefix,
        "hassuffix" => StringMatch::HasSuffix,
        "contains" => StringMatch::Contains,
        "startswith" => StringMatch::StartsWith,
        "endswith" => StringMatch::EndsWith,
        "like" => StringMatch::Like,
        _ => return None,
    };
    Some(BinaryOp::String {
        kind,
        case_sensitive,
        negated,
    })
}

/// The operator of a [`LogicalExpr`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum LogicalOp {
    And,
    Or,
}

ast_node! {
    /// `a and b and c`: two or more operands in one flat node.
    LogicalExpr
}

impl LogicalExpr {
    /// Which of the two operators joins the operands.
    #[must_use]
    pub fn op(&self) -> Option<LogicalOp> {
        match token(self.syntax(), SyntaxKind::WordOperator)?.text() {
            "and" => Some(LogicalOp::And),
            "or" => Some(LogicalOp::Or),
            _ => None,
        }
    }

    /// The operands, left to right.
    pub fn operands(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `x in (…)`, `!in`, `in~`, `!in~`.
    InExpr
}

impl InExpr {
    /// The value that is looked for.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `!in` or `!in~`.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        self.op_token().is_some_and(|token| token.text().starts_with('!'))
    }

    /// Whether it is `in~` or `!in~`.
    #[must_use]
    pub fn ignores_case(&self) -> bool {
        self.op_token().is_some_and(|token| token.text().ends_with('~'))
    }

    /// The token of the operator.
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        token(self.syntax(), SyntaxKind::WordOperator)
    }

    /// What stands in the parentheses: values, or one tabular expression.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}

ast_node! {
    /// `x has_any (…)` or `x has_all (…)`.
    HasAnyExpr
}

impl HasAnyExpr {
    /// The text that is searched.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `has_all`.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.op_token().is_some_and(|token| token.text() == "has_all")
    }

    /// The token of the operator.
    #[must_use]
    pub fn op_token(&self) -> Option<SyntaxToken> {
        token(self.syntax(), SyntaxKind::WordOperator)
    }

    /// What stands in the parentheses: values, or one tabular expression.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        list_items(self.syntax())
    }
}

fn list_items(node: &crate::SyntaxNode) -> impl Iterator<Item = Expr> + use<> {
    child::<ExprList>(node).into_iter().flat_map(|list| list.items())
}

ast_node! {
    /// Expressions in parentheses or brackets.
    ExprList
}

impl ExprList {
    /// The expressions.
    pub fn items(&self) -> impl Iterator<Item = Expr> + use<> {
        children(self.syntax())
    }
}

ast_node! {
    /// `x between (low .. high)` or `!between`.
    BetweenExpr
}

impl BetweenExpr {
    /// The value that is tested.
    #[must_use]
    pub fn left(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// Whether it is `!between`.
    #[must_use]
    pub fn is_negated(&self) -> bool {
        token(self.syntax(), SyntaxKind::WordOperator).is_some_and(|token| token.text().starts_with('!'))
    }

    /// The lower end.
    #[must_use]
    pub fn low(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }

    /// The upper end.
    #[must_use]
    pub fn high(&self) -> Option<Expr> {
        children(self.syntax()).nth(2)
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
