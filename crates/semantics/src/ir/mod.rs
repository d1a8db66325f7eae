//! The typed intermediate representation: what a query means, with every name resolved and every type decided.

pub mod display;
mod expr;
mod graph;
mod identity;
mod rel;
mod visit;

pub use expr::{BinaryOp, Candidates, Expr, ExprKind, FunctionRef, Literal, LogicalOp, MembershipOp, PathSegment, TextOp, UnaryOp};
pub use graph::{
    Cycles, FoldKind, Graph, GraphDirection, GraphElement, GraphField, GraphMatch, GraphPattern, GraphSearch, NodeProperty, NodeTable,
    NodeValue, PathFold, PatternEdge,
};
pub use rel::{
    Aggregate, Column, JoinKind, KvRules, MakeSeries, MvExpand, MvExpandItem, OutsideColumn, OutsideRead, OutsideSource, Parse, ParseKv,
    ParseMode, ParsePart, PluginArg, PluginValue, Quoting, Reduce, Rel, RelKind, Scan, ScanOutput, ScanStep, Series, SortKey, UnionLeg,
};

pub use visit::Renumber;

use quarry_schema::KqlType;

/// Identifies a column in a query: no two operators give out the same one.
pub type ColumnId = u32;

/// Identifies a subquery that runs before the query that refers to it.
pub type SubqueryId = u32;

/// A bound query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// In order: each refers only to earlier ones.
    pub subqueries: Vec<Subquery>,
    /// One per result: a query of several tabular statements (or `fork`, `facet`) has several.
    pub results: Vec<QueryResult>,
}

/// A result of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryResult {
    pub rel: Rel,
    /// What `render` asked for, as name and properties; it never changes the rows.
    pub render: Option<Render>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Render {
    pub visualization: String,
    pub properties: Vec<(String, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Subquery {
    pub id: SubqueryId,
    pub kind: SubqueryKind,
    pub rel: Rel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubqueryKind {
    /// `materialize(…)`: all rows, kept.
    Table,
    /// `toscalar(…)`: the first column of the first row; null (or an empty string) when there is none.
    Scalar(KqlType),
    /// The right side of `in`, `has_any`, `has_all`: the distinct values of the first column.
    Set(KqlType),
}
