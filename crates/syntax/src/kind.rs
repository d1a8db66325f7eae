//! The kinds of tokens and nodes, and the tree types made of them.

/// Declares the enum together with the table that turns a raw number back into a kind.
macro_rules! syntax_kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Kind of a token or a node. Tokens come first, then nodes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs, clippy::upper_case_acronyms)]
        pub enum SyntaxKind { $($(#[$doc])* $name,)* }

        const KINDS: &[SyntaxKind] = &[$(SyntaxKind::$name,)*];
    };
}

syntax_kinds! {
    // Trivia.
    Whitespace,
    Comment,
    /// A line that starts with `#`: an instruction to a client tool, without meaning for a query.
    Directive,

    /// A character that starts no token.
    ErrorToken,
    /// The end of the text; never in a tree.
    Eof,

    // Words.
    /// A name, before the parser has decided that it is one.
    Ident,
    /// A word with a fixed meaning where it stands.
    Keyword,
    /// An operator written as a word, with its `!` and `~`: `has`, `!in~`, `and`.
    WordOperator,

    // Literals.
    BoolLiteral,
    /// `int(…)`.
    IntLiteral,
    /// A bare integer or `long(…)`.
    LongLiteral,
    RealLiteral,
    DecimalLiteral,
    DateTimeLiteral,
    TimeSpanLiteral,
    GuidLiteral,
    StringLiteral,

    // Punctuation.
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Pipe,
    Dot,
    DotDot,
    Comma,
    Semicolon,
    Colon,
    Equal,
    EqualEqual,
    BangEqual,
    LessGreater,
    EqualTilde,
    BangTilde,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    FatArrow,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Bang,
    At,
    Question,

    // The whole text, and what could not be understood of it.
    Root,
    Error,

    // Statements.
    LetStatement,
    SetStatement,
    QueryParametersStatement,
    PatternStatement,
    AliasStatement,
    RestrictStatement,
    ExpressionStatement,
    /// A management command such as `.show tables`.
    CommandStatement,

    // Functions and patterns.
    FunctionExpr,
    ParameterList,
    Parameter,
    DefaultClause,
    /// Statements in braces (a function) or parentheses (macro-expand).
    Block,
    PatternParameters,
    PatternPath,
    PatternMatch,

    // Names and types.
    Name,
    NameList,
    TypeName,
    RowSchema,
    ColumnDeclaration,

    // Expressions.
    Pipeline,
    NameExpr,
    LiteralExpr,
    DynamicExpr,
    JsonArray,
    JsonObject,
    JsonPair,
    TypeOfExpr,
    ParenExpr,
    UnaryExpr,
    BinaryExpr,
    /// Operands joined by one of `and`, `or`; flat, however many.
    LogicalExpr,
    InExpr,
    HasAnyExpr,
    BetweenExpr,
    ExprList,
    CallExpr,
    ArgumentList,
    MemberExpr,
    IndexExpr,
    StarExpr,
    ToScalarExpr,
    ToTableExpr,
    MaterializeExpr,
    DatatableExpr,
    ExternalDataExpr,
    InlineExternalTableExpr,
    ContextualTableExpr,
    EntityGroupExpr,

    // Parts that several operators share.
    /// `[name =] expression` or `(a, b) = expression`; one item of a list.
    NamedExpr,
    /// `expression [asc|desc] [nulls first|last]`.
    OrderedExpr,
    /// `name = value` that steers an operator.
    NamedParameter,
    Subquery,
    ByClause,
    OnClause,
    OfClause,
    WhereClause,
    WithClause,
    InClause,
    AsClause,
    FromClause,
    ToClause,
    StepClause,
    LimitClause,
    ToTypeOfClause,
    ProjectClause,
    SchemaClause,

    // Operators, by their KQL names.
    WhereOperator,
    ExtendOperator,
    ProjectOperator,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectRenameOperator,
    ProjectReorderOperator,
    ProjectByNamesOperator,
    SummarizeOperator,
    DistinctOperator,
    CountOperator,
    SortOperator,
    TopOperator,
    TopNestedOperator,
    TopNestedLevel,
    TopHittersOperator,
    TakeOperator,
    SampleOperator,
    SampleDistinctOperator,
    JoinOperator,
    LookupOperator,
    UnionOperator,
    MvExpandOperator,
    MvApplyOperator,
    MvItem,
    ParseOperator,
    ParseWhereOperator,
    ParsePattern,
    ParseKvOperator,
    MakeSeriesOperator,
    MakeSeriesItem,
    InRangeClause,
    SearchOperator,
    FindOperator,
    EvaluateOperator,
    InvokeOperator,
    AsOperator,
    SerializeOperator,
    PartitionOperator,
    ForkOperator,
    ForkBranch,
    FacetOperator,
    ReduceOperator,
    ScanOperator,
    ScanDeclareClause,
    ScanStep,
    ScanAssignment,
    GetSchemaOperator,
    ConsumeOperator,
    RenderOperator,
    RangeOperator,
    PrintOperator,
    AssertSchemaOperator,
    ExecuteAndCacheOperator,
    MacroExpandOperator,
    MakeGraphOperator,
    GraphNodesTable,
    PartitionedByClause,
    GraphMatchOperator,
    GraphShortestPathsOperator,
    GraphPattern,
    GraphNode,
    GraphEdge,
    GraphEdgeRange,
    GraphToTableOperator,
    GraphOutput,
    GraphMarkComponentsOperator,
    GraphWhereNodesOperator,
    GraphWhereEdgesOperator,
    /// A word after a pipe that names no operator.
    UnknownOperator,
}

impl SyntaxKind {
    /// Whether the token carries no meaning: whitespace, comments, directives.
    #[must_use]
    pub const fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment | Self::Directive)
    }

    /// Whether the token is a literal.
    #[must_use]
    pub const fn is_literal(self) -> bool {
        matches!(
            self,
            Self::BoolLiteral
                | Self::IntLiteral
                | Self::LongLiteral
                | Self::RealLiteral
                | Self::DecimalLiteral
                | Self::DateTimeLiteral
                | Self::TimeSpanLiteral
                | Self::GuidLiteral
                | Self::StringLiteral
        )
    }
}

/// The language tag of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kql {}

impl rowan::Language for Kql {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        KINDS.get(usize::from(raw.0)).copied().unwrap_or(SyntaxKind::Error)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of the tree.
pub type SyntaxNode = rowan::SyntaxNode<Kql>;
/// A token of the tree.
pub type SyntaxToken = rowan::SyntaxToken<Kql>;
/// A node or a token.
pub type SyntaxElement = rowan::SyntaxElement<Kql>;

#[cfg(test)]
mod tests {
    use super::{KINDS, Kql};
    use rowan::Language as _;

    #[test]
    fn every_kind_survives_the_trip_through_its_number() {
        for kind in KINDS {
            assert_eq!(Kql::kind_from_raw(Kql::kind_to_raw(*kind)), *kind);
        }
    }
}
