//! Tabular expressions of the bound query.

use quarry_schema::KqlType;
use quarry_text::Span;

use super::{ColumnId, Expr, FunctionRef, Graph, GraphMatch, SubqueryId};

/// A column of a tabular expression. The id is unique in the query; the name is what the user sees.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub id: ColumnId,
    pub name: String,
    pub ty: KqlType,
}

/// A bound tabular expression: what it does and the columns that come out, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Rel {
    pub kind: Box<RelKind>,
    pub columns: Vec<Column>,
    pub span: Span,
    /// Rows have a defined order here (after `sort`, `top`, `range`, `serialize`, …), which window functions need.
    pub serialized: bool,
    /// More columns may exist than `columns` names (`bag_unpack` without a schema, an unknown table). Never true in a query that runs.
    pub open: bool,
}

/// An operator. Columns of `input` stay visible only where `Rel::columns` lists them.
#[derive(Clone, Debug, PartialEq)]
pub enum RelKind {
    /// A stored table: each output column and the stored column it reads.
    Table {
        name: String,
        source: Vec<(ColumnId, String)>,
    },
    /// Rows of constant expressions: `print` (one row) and `datatable`.
    Rows {
        rows: Vec<Vec<Expr>>,
    },
    /// `range x from a to b step s`.
    Range {
        from: Expr,
        to: Expr,
        step: Expr,
    },
    /// The rows of a `materialize(…)` subquery: each output column and the subquery's column it is.
    Shared {
        subquery: SubqueryId,
        source: Vec<(ColumnId, ColumnId)>,
    },
    /// Inside `mv-apply` and `partition` bodies: the rows of the current group.
    GroupInput {
        source: Vec<(ColumnId, ColumnId)>,
    },
    Filter {
        input: Rel,
        predicate: Expr,
    },
    /// Computes every output column anew; `extend`, `project` and their kin all come to this.
    Project {
        input: Rel,
        items: Vec<(ColumnId, Expr)>,
    },
    /// Keys, then aggregates, are the output columns. Without aggregates: distinct keys. Without keys: one row.
    Summarize {
        input: Rel,
        keys: Vec<(ColumnId, Expr)>,
        aggregates: Vec<Aggregate>,
    },
    /// `left` and `right` keep their own column ids; `columns` says which come out. `innerunique` keeps one left row per key.
    Join {
        join: JoinKind,
        left: Rel,
        right: Rel,
        on: Vec<(Expr, Expr)>,
        /// The right side is looked in, and the left side's rows come out in their order; `join` goes through the right side.
        lookup: bool,
    },
    /// Row concatenation. `source_column` holds the label of the leg that a row comes from.
    Union {
        legs: Vec<UnionLeg>,
        source_column: Option<ColumnId>,
    },
    Sort {
        input: Rel,
        keys: Vec<SortKey>,
    },
    /// The first `count` rows; an expression without columns.
    Take {
        input: Rel,
        count: Expr,
    },
    MvExpand(MvExpand),
    /// `mv-apply`: expand, run `body` over each source row's elements, repeat the source row's columns beside each result row.
    MvApply {
        expand: MvExpand,
        body: Rel,
        row: ColumnId,
    },
    /// `partition by key (body)`.
    Partition {
        input: Rel,
        key: ColumnId,
        body: Rel,
    },
    MakeSeries(MakeSeries),
    Parse(Parse),
    ParseKv(ParseKv),
    /// `evaluate plugin(…)`.
    Plugin {
        function: FunctionRef,
        input: Option<Rel>,
        args: Vec<PluginArg>,
    },
    /// Numbers or restarts over the rows in order: `extend x = row_number()`, `prev(…)`; the window calls are inside the items.
    Window {
        input: Rel,
        items: Vec<(ColumnId, Expr)>,
    },
    Reduce(Reduce),
    Scan(Scan),
    /// `sample n`, `sample-distinct n of expr`.
    Sample {
        input: Rel,
        count: Expr,
        distinct: Option<Expr>,
    },
    /// The rows of local files that stand for data outside. Every column is text.
    Outside(OutsideRead),
    /// `make-graph` and what keeps it a graph. Its columns are the properties of its nodes; it has no rows and no plan.
    Graph(Graph),
    GraphMatch(GraphMatch),
    /// The nodes of a graph: their ids, then their properties.
    GraphNodes {
        graph: Graph,
        id: ColumnId,
    },
    /// An operator that binds but has no plan yet: the planner refuses it under its KQL name.
    Unsupported {
        operator: &'static str,
        inputs: Vec<Rel>,
    },
}

/// Which local files to read, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutsideRead {
    /// Their ids in the catalogue.
    pub files: Vec<String>,
    /// The name of the layout, where it is known.
    pub format: Option<String>,
    pub columns: Vec<OutsideColumn>,
    /// The first record names the columns.
    pub header: bool,
    /// The first record is no row.
    pub skip_first: bool,
    /// Which files of an archive to read.
    pub zip_pattern: Option<String>,
}

/// A column of a local file.
#[derive(Clone, Debug, PartialEq)]
pub struct OutsideColumn {
    pub id: ColumnId,
    pub source: OutsideSource,
    /// Values are wanted as JSON, to become dynamic.
    pub json: bool,
}

/// Where a column's values come from.
#[derive(Clone, Debug, PartialEq)]
pub enum OutsideSource {
    /// The cell at this place; the name where records have names.
    Place(usize, String),
    Name(String),
    /// A path in the record: names and positions.
    Path(Vec<Result<String, i64>>),
    /// The number of the row.
    Row,
    /// Nowhere: the column stays empty.
    Nothing,
}

/// One aggregate call and the columns it fills (`arg_max`, `percentiles` fill several).
#[derive(Clone, Debug, PartialEq)]
pub struct Aggregate {
    pub function: FunctionRef,
    pub args: Vec<Expr>,
    pub outputs: Vec<ColumnId>,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    LeftAnti,
    RightSemi,
    RightAnti,
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnionLeg {
    pub rel: Rel,
    /// Each output column that the leg has, and which of its columns it is. The others are null, or empty for strings: only what is there is
    /// listed, since a union of every table has tens of thousands of columns and each leg a few dozen.
    pub source: Vec<(ColumnId, ColumnId)>,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    pub expr: Expr,
    pub descending: bool,
    pub nulls_first: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MvExpand {
    pub input: Rel,
    pub items: Vec<MvExpandItem>,
    /// The `with_itemindex` column.
    pub index: Option<ColumnId>,
    /// Most rows per input row.
    pub limit: Option<i64>,
    /// Bags become `[key, value]` arrays instead of one-key bags.
    pub bags_as_arrays: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MvExpandItem {
    /// The column that receives the elements.
    pub output: ColumnId,
    pub expr: Expr,
    /// `to typeof(T)`; dynamic when absent.
    pub to: KqlType,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MakeSeries {
    pub input: Rel,
    pub aggregates: Vec<Aggregate>,
    /// The columns that the aggregates fill, for the series to read.
    pub filled: Vec<Column>,
    pub series: Vec<Series>,
    /// The axis column and the expression it bins.
    pub axis: (ColumnId, Expr),
    pub from: Option<Expr>,
    pub to: Option<Expr>,
    pub step: Expr,
    /// `in range(a, b, s)`: the end is included and bins are not aligned to the start.
    pub legacy_range: bool,
    pub keys: Vec<(ColumnId, Expr)>,
    pub nonempty: bool,
}

/// A series of `make-series`.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub output: ColumnId,
    /// The value of a bin that has rows: over the columns that the aggregates fill.
    pub value: Expr,
    /// The value of an empty bin, of the same type.
    pub default: Expr,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Parse {
    pub input: Rel,
    pub source: Expr,
    pub mode: ParseMode,
    /// Flags of `kind=regex`.
    pub flags: String,
    pub pattern: Vec<ParsePart>,
    /// `parse-where`: drop the rows that do not match.
    pub only_matches: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParseMode {
    Simple,
    Relaxed,
    Regex,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ParsePart {
    Star,
    Text(String),
    Column { output: ColumnId, ty: KqlType },
}

/// `reduce by`: groups of similar texts.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduce {
    pub input: Rel,
    /// A string.
    pub by: Expr,
    /// The share of all rows that makes a word or a pattern frequent.
    pub threshold: f64,
    /// What separates words; everything but letters and digits unless given.
    pub characters: Option<String>,
    /// `kind=source`: the column that is added to the rows; otherwise the rows are counted by pattern.
    pub pattern: Option<ColumnId>,
}

/// `parse-kv`.
#[derive(Clone, Debug, PartialEq)]
pub struct ParseKv {
    pub input: Rel,
    /// A string.
    pub source: Expr,
    pub rules: KvRules,
    /// The keys to look for: the column that receives the value, its type, the key.
    pub keys: Vec<(ColumnId, KqlType, String)>,
}

/// How `parse-kv` tells keys and values.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KvRules {
    /// Text between delimiters.
    Delimited {
        pair: String,
        key: String,
        quoting: Quoting,
        /// A value without quotes goes on until the next key.
        greedy: bool,
    },
    /// Everything but letters and digits delimits.
    Words(Quoting),
    /// A regular expression whose two groups are key and value.
    Regex(String),
}

/// The quotes of `parse-kv`, opening and closing, and the characters that escape inside them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quoting {
    pub quotes: Vec<(char, char)>,
    pub escapes: Vec<char>,
}

/// `scan`: rows in order are matched against steps, each of which remembers what it matched last.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    pub input: Rel,
    /// The columns that steps assign, each with the constant that it holds where a step does not.
    pub declared: Vec<(ColumnId, Expr)>,
    pub steps: Vec<ScanStep>,
    /// The `with_match_id` column.
    pub match_id: Option<ColumnId>,
}

/// A step of `scan`. A bare column is that of the row at hand; what steps remember has ids of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    pub output: ScanOutput,
    pub condition: Expr,
    /// Declared columns and what a matching row assigns to them.
    pub assignments: Vec<(ColumnId, Expr)>,
    /// What is read of this step's state anywhere: the id that stands for it and the column, of the input or declared, that it remembers.
    pub state: Vec<(ColumnId, ColumnId)>,
}

/// Which of the rows that match a step come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScanOutput {
    All,
    /// The last of a run of repeated matches.
    Last,
    None,
}

/// An argument of a plugin, with the name of the parameter that it is for. A parameter that repeats has several.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginArg {
    pub param: &'static str,
    pub value: PluginValue,
}

#[derive(Clone, Debug, PartialEq)]
pub enum PluginValue {
    /// Over the columns of the input; where the parameter says so, a column of the table argument.
    Expr(Expr),
    Table(Rel),
}
