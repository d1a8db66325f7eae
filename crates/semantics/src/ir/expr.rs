//! Scalar expressions of the bound query.

use quarry_schema::{Function, KqlType};
use quarry_text::Span;

use super::{ColumnId, SubqueryId};

/// A typed scalar expression. The binder has made every conversion explicit: a planner needs no type rules of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: ExprKind,
    pub ty: KqlType,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    Column(ColumnId),
    Literal(Literal),
    /// A scalar or window function with its arguments in declaration order. Arguments that the call leaves out are absent at the end.
    Call {
        function: FunctionRef,
        args: Vec<Expr>,
    },
    Unary {
        op: UnaryOp,
        operand: Box<Expr>,
    },
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `and` / `or` over two or more operands, flattened so that long chains stay shallow.
    Logical {
        op: LogicalOp,
        operands: Vec<Expr>,
    },
    /// `in`, `in~`, `has_any`, `has_all` and their negations.
    Membership {
        op: MembershipOp,
        negated: bool,
        value: Box<Expr>,
        candidates: Candidates,
    },
    /// `value between (low .. high)`, both ends included. The binder has already turned a timespan `high` of a datetime into a datetime.
    Between {
        negated: bool,
        value: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
    },
    /// Access into a dynamic: `base.a['b'][0]`. The result is always dynamic.
    Path {
        base: Box<Expr>,
        segments: Vec<PathSegment>,
    },
    /// The value of a `toscalar(…)`, computed before the query runs.
    Scalar(SubqueryId),
    /// A conversion by the rules of the `to<type>()` functions, put in by the binder (a string literal beside a datetime, an int beside a long).
    Convert(Box<Expr>),
}

/// A declared function. Two references are equal when they name the same declaration.
#[derive(Clone, Copy, Debug)]
pub struct FunctionRef(pub &'static Function);

impl PartialEq for FunctionRef {
    fn eq(&self, other: &Self) -> bool {
        self.0.name == other.0.name && self.0.kind == other.0.kind
    }
}
impl Eq for FunctionRef {}

impl std::ops::Deref for FunctionRef {
    type Target = Function;
    fn deref(&self) -> &Function {
        self.0
    }
}

/// A constant. Times are ticks of 100 ns; a datetime counts from 0001-01-01.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    Null(KqlType),
    Bool(bool),
    Int(i32),
    Long(i64),
    Real(f64),
    /// Decimal digits as written, sign and exponent allowed.
    Decimal(String),
    String(String),
    DateTime(i64),
    TimeSpan(i64),
    Guid([u8; 16]),
    /// Compact JSON text.
    Dynamic(String),
    /// `typeof(long)` as an argument.
    Type(KqlType),
}

impl Literal {
    /// The KQL type of the constant; a type literal counts as a string.
    #[must_use]
    pub fn ty(&self) -> KqlType {
        match self {
            Literal::Null(ty) => *ty,
            Literal::Bool(_) => KqlType::Bool,
            Literal::Int(_) => KqlType::Int,
            Literal::Long(_) => KqlType::Long,
            Literal::Real(_) => KqlType::Real,
            Literal::Decimal(_) => KqlType::Decimal,
            Literal::String(_) | Literal::Type(_) => KqlType::String,
            Literal::DateTime(_) => KqlType::DateTime,
            Literal::TimeSpan(_) => KqlType::TimeSpan,
            Literal::Guid(_) => KqlType::Guid,
            Literal::Dynamic(_) => KqlType::Dynamic,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Negate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogicalOp {
    And,
    Or,
}

/// Operators of two operands. String operators with a leading `!` keep it as `negated` so that the null rule of each is explicit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `contains`, `has`, `=~`, `matches regex`, …
    Text {
        op: TextOp,
        case_sensitive: bool,
        negated: bool,
    },
}

/// String comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOp {
    /// `=~` and `!~` (never case-sensitive).
    Equal,
    Contains,
    StartsWith,
    EndsWith,
    Has,
    HasPrefix,
    HasSuffix,
    /// `matches regex` (always case-sensitive).
    MatchesRegex,
    /// `like` (legacy wildcard match).
    Like,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MembershipOp {
    In,
    /// `in~`
    InIgnoreCase,
    HasAny,
    HasAll,
}

/// The right side of a membership operator.
#[derive(Clone, Debug, PartialEq)]
pub enum Candidates {
    /// Scalars, already converted to the value's type. A dynamic one stands for the elements of its array.
    List(Vec<Expr>),
    /// The first column of a subquery, computed before the query runs.
    Set(SubqueryId),
}

#[derive(Clone, Debug, PartialEq)]
pub enum PathSegment {
    Key(String),
    /// Negative counts from the end.
    Index(i64),
    /// `d[expr]`: a string is a key, a number an index.
    Dynamic(Box<Expr>),
}
