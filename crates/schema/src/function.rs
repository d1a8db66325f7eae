//! The shape of a function declaration: the one place that says what a function is called, takes, returns and means.
//!
//! Binder, planner, `quarry docs`, completion and tests read these; kernels attach to them by name in `quarry-functions`.

use crate::KqlType;

/// What a declaration declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FunctionKind {
    /// Row by row: `strcat`, `bin`.
    Scalar,
    /// Inside `summarize`, `make-series`, `pivot`: `count`, `dcount`.
    Aggregate,
    /// Needs the rows in order: `prev`, `row_number`.
    Window,
    /// After `evaluate`: `bag_unpack`.
    Plugin,
    /// In place of a table: `table()`, `database()`.
    Tabular,
}

/// A function, plugin or aggregate of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    /// Other accepted spellings (`makeset` for `make_set`); each binds exactly like the name.
    pub aliases: &'static [&'static str],
    pub kind: FunctionKind,
    pub signatures: &'static [Signature],
    pub result_name: ResultName,
    pub nulls: Nulls,
    pub doc: Doc,
}

/// One way of calling a function.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    pub params: &'static [Param],
    pub returns: Returns,
}

/// A parameter of a signature.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    pub name: &'static str,
    pub ty: ParamType,
    pub arg: ArgKind,
    /// Fewest and most occurrences: (1,1) required, (0,1) optional, (1,64) repeated. Neighbours with the same range
    /// above one repeat together: `bag_pack(key, value, key, value)`.
    pub occurs: (u16, u16),
    /// The texts that a literal argument may be (case does not matter); empty when any will do.
    pub values: &'static [&'static str],
}

/// Which types an argument may have. `Common*` arguments of one call must agree on one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamType {
    Exact(KqlType),
    /// Any of the listed types.
    OneOf(&'static [KqlType]),
    /// Any scalar.
    Scalar,
    Tabular,
    /// A `typeof(…)` literal.
    TypeLiteral,
    Integer,
    RealOrDecimal,
    StringOrDynamic,
    StringOrArray,
    IntegerOrArray,
    DynamicArray,
    DynamicBag,
    Number,
    NumberOrBool,
    Summable,
    Orderable,
    NotRealOrBool,
    NotDynamic,
    NotBool,
    /// The type of argument N.
    SameAs(u8),
    CommonScalar,
    CommonNumber,
    CommonSummable,
    CommonOrderable,
    CommonScalarOrDynamic,
}

impl ParamType {
    /// Whether the arguments of a call must agree on one type here.
    pub fn is_common(self) -> bool {
        matches!(
            self,
            ParamType::CommonScalar
                | ParamType::CommonNumber
                | ParamType::CommonSummable
                | ParamType::CommonOrderable
                | ParamType::CommonScalarOrDynamic
        )
    }
}

/// What an argument must be besides its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    Expression,
    /// `*` only, or allowed besides an expression.
    StarOnly,
    StarAllowed,
    /// An aggregate call (`pivot`, `make-series`).
    Aggregate,
    /// A column by name.
    Column,
    /// A literal in the source.
    Literal,
    /// A literal that is not the empty string.
    LiteralNotEmpty,
    /// A literal or an expression that folds to a constant.
    Constant,
    /// An expression over the elements of argument 0, a path of a graph pattern: `all(path, …)`.
    ElementOfFirst,
    /// A column of the table in argument 0: `ipv4_lookup(Ranges, IP, range)`.
    ColumnOfFirst,
    /// A column that both the input and the table in argument 0 have.
    ColumnOfBoth,
}

/// The result type of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    Type(KqlType),
    /// The type of argument N.
    SameAs(u8),
    /// The type named by the `typeof` literal in argument N; `dynamic`-like default when it is absent.
    TypeOf(u8),
    /// The type named by the last argument's `typeof` literal.
    TypeOfLast,
    /// Argument 0's type with int widened to long.
    PromotedFirst,
    /// A dynamic array of argument 0.
    ArrayOfFirst,
    /// The common type of all `Common*` arguments.
    Common,
    /// Common, but an undecided dynamic gives way to a scalar.
    CommonNonDynamic,
    /// The wider of the numeric arguments.
    Widest,
    /// Decided by the binder's own rule for this function (`arg_max`, `percentiles`, `series_stats`, plugins).
    Custom,
    /// A table.
    Table,
}

/// How an unnamed result column of this function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultName {
    /// `Column1`, … ; for aggregates `name_`.
    Default,
    /// `strlen_x`: function name and first argument's name; `strlen_` when that has none.
    NameAndFirstArgument,
    /// The same, only when the function has exactly one argument.
    NameAndOnlyArgument,
    /// `set_x` for `make_set(x)`.
    PrefixAndFirstArgument(&'static str),
    PrefixAndOnlyArgument(&'static str),
    /// `covariance_x_y` for `covariance(x, y)`.
    PrefixAndFirstTwoArguments(&'static str),
    /// The prefix alone: `count_`.
    PrefixOnly(&'static str),
    /// The first argument's name passes through: `tostring(x)` is `x`.
    FirstArgument,
    /// The same, only when it is the only argument.
    OnlyArgument,
    /// The value of the first (string) argument when it names a column, else the name of the second: `column_ifexists`.
    FirstArgumentValueIfColumn,
}

/// What a null argument gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// Null; the empty text where the result is a text, which is never null.
    Null,
    /// It does not count: an aggregate passes over the row.
    Skipped,
    /// What the words say.
    Said(&'static str),
    /// There is no value that could be null, or the sentences of the documentation tell.
    Unsaid,
}

/// Documentation of a function, in our own words.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// One or two sentences: what it computes, units, what null or bad input gives.
    pub summary: &'static str,
    /// A query that shows it. A test runs it; its answer is in `docs/reference`.
    pub example: &'static str,
    /// The page of the language reference that defines it, such as `query/strcat-function`.
    pub source: &'static str,
}
