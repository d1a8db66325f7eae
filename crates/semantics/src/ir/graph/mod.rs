//! Graphs of the bound query: rows that are edges, what is known of the nodes at their ends, and the patterns that are looked for.

mod display;
mod visit;

use quarry_schema::KqlType;

use super::{Column, ColumnId, Expr, Rel};

/// A graph. It is no table: only the graph operators read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// Every row is an edge.
    pub edges: Rel,
    /// The columns of `edges` with the ids of the nodes at both ends; they are of one type.
    pub source: ColumnId,
    pub target: ColumnId,
    /// The type of node ids.
    pub id_type: KqlType,
    /// `partitioned-by`: edges and nodes that differ here are of different graphs.
    pub partition: Option<ColumnId>,
    pub tables: Vec<NodeTable>,
    /// What a node has, in order.
    pub properties: Vec<NodeProperty>,
    /// Names that the node tables give to columns of different types: no property can be read by them.
    pub conflicts: Vec<String>,
}

/// A table whose rows describe nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeTable {
    pub rows: Rel,
    pub key: ColumnId,
    pub partition: Option<ColumnId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NodeProperty {
    pub column: Column,
    pub value: NodeValue,
}

/// Where a value of a node comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeValue {
    /// What the edges call the node.
    Id,
    /// The partition that the node is in.
    Partition,
    /// A column of each node table that has it. A key is also known of nodes that no table describes.
    Tables {
        columns: Vec<Option<ColumnId>>,
        is_key: bool,
    },
    /// The number of the node's component.
    Component {
        strong: bool,
    },
    /// A property by the id of its column.
    Property(ColumnId),
    /// How many edges lead to the node, and from it.
    DegreeIn,
    DegreeOut,
}

/// `graph-match` and `graph-shortest-paths`.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphMatch {
    pub graph: Graph,
    pub pattern: GraphPattern,
    pub search: GraphSearch,
    /// What the expressions read of nodes and of edges of fixed length, under the columns that they call it.
    pub fields: Vec<GraphField>,
    /// What the expressions compute over edges of variable length.
    pub folds: Vec<PathFold>,
    pub predicate: Option<Expr>,
    pub items: Vec<(ColumnId, Expr)>,
}

/// The form of a match. Nodes are variables, numbered from 0; anonymous ones too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphPattern {
    pub nodes: usize,
    pub edges: Vec<PatternEdge>,
    /// Some chain of edges comes back to a node variable of its own.
    pub closed: bool,
}

/// An edge between two node variables, as the pattern is read from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternEdge {
    pub left: usize,
    pub right: usize,
    pub direction: GraphDirection,
    /// Fewest and most edges of one that has variable length.
    pub range: Option<(u32, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GraphDirection {
    /// From left to right.
    Forward,
    Backward,
    Either,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GraphSearch {
    /// Every match that repeats only what may be repeated.
    All(Cycles),
    /// Shortest paths between the first and the last node: all of them, or one for each pair.
    Shortest { all: bool },
}

/// What a match may meet again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cycles {
    /// Nodes and edges.
    All,
    /// Nothing.
    None,
    /// Nodes, but no edge.
    UniqueEdges,
}

/// A node variable or an edge of the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GraphElement {
    Node(usize),
    Edge(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct GraphField {
    pub column: Column,
    pub element: GraphElement,
    /// Of an edge only properties are read: columns of the graph's edges.
    pub value: NodeValue,
}

/// `all(path, …)`, `any(path, …)`, `map(path, …)`, `path[0].name`: an expression over the edges or inner nodes of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct PathFold {
    pub output: Column,
    /// The edge of variable length.
    pub edge: usize,
    pub inner_nodes: bool,
    pub kind: FoldKind,
    /// What the expression reads of the edge or node at hand; it may read the match's fields besides.
    pub fields: Vec<(Column, NodeValue)>,
    pub expr: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldKind {
    All,
    Any,
    Map,
    /// The value at one element alone, as a dynamic: null where the path is shorter, and for empty text. Negative counts from the end.
    At(i64),
    /// How many elements there are; the expression does not matter.
    Length,
}
