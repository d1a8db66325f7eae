//! Operators on graphs.

use super::{AstNode as _, ast_enum, ast_node, child, with_params};
use crate::SyntaxKind;
use crate::ast::{
    AsClause, Expr, Name, NamedExpr, NamedParameter, OnClause, ProjectClause, Subquery, WhereClause, WithClause, children, has_keyword,
    token, tokens,
};

ast_node! {
    /// `make-graph source --> target [with nodes on id, …] [partitioned-by …]`.
    MakeGraphOperator
}
ast_node! {
    /// `nodes on id`.
    GraphNodesTable
}
ast_node! {
    /// `partitioned-by column ( subquery )`.
    PartitionedByClause
}
ast_node! {
    /// `graph-match [cycles=…] patterns [where …] [project …]`.
    GraphMatchOperator
}
ast_node! {
    /// `graph-shortest-paths [output=…] pattern [where …] [project …]`.
    GraphShortestPathsOperator
}
ast_node! {
    /// `(a)-[e]->(b)…`: nodes and edges in turn.
    GraphPattern
}
ast_node! {
    /// `(name)`.
    GraphNode
}
ast_node! {
    /// `-->`, `<--`, `--`, `-[name*1..3]->` and their relatives.
    GraphEdge
}
ast_node! {
    /// `*low..high`.
    GraphEdgeRange
}
ast_node! {
    /// `graph-to-table nodes …, edges …`.
    GraphToTableOperator
}
ast_node! {
    /// `nodes [as name] [with_node_id=…]` or `edges …`.
    GraphOutput
}
ast_node! {
    /// `graph-mark-components [kind=…] [with_component_id=…]`.
    GraphMarkComponentsOperator
}
ast_node! {
    /// `graph-where-nodes predicate`.
    GraphWhereNodesOperator
}
ast_node! {
    /// `graph-where-edges predicate`.
    GraphWhereEdgesOperator
}

with_params!(MakeGraphOperator GraphMatchOperator GraphShortestPathsOperator GraphOutput GraphMarkComponentsOperator);

impl MakeGraphOperator {
    /// The column with the edge's source.
    #[must_use]
    pub fn source(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// The column with the edge's target.
    #[must_use]
    pub fn target(&self) -> Option<Name> {
        children(self.syntax()).nth(1)
    }

    /// Whether edges have a direction: `-->`, not `--`.
    #[must_use]
    pub fn is_directed(&self) -> bool {
        token(self.syntax(), SyntaxKind::Greater).is_some()
    }

    /// The tables of nodes.
    pub fn nodes(&self) -> impl Iterator<Item = GraphNodesTable> + use<> {
        child::<WithClause>(self.syntax())
            .into_iter()
            .flat_map(|with| children(with.syntax()))
    }

    /// The name of the id of nodes that no table describes (`with_node_id=…`).
    #[must_use]
    pub fn with_node_id(&self) -> Option<NamedParameter> {
        self.param("with_node_id")
    }

    /// The partitioning.
    #[must_use]
    pub fn partitioned_by(&self) -> Option<PartitionedByClause> {
        child(self.syntax())
    }
}

impl GraphNodesTable {
    /// The table.
    #[must_use]
    pub fn table(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The column that identifies a node.
    #[must_use]
    pub fn on(&self) -> Option<Name> {
        child::<OnClause>(self.syntax()).and_then(|on| on.name())
    }
}

impl PartitionedByClause {
    /// The column.
    #[must_use]
    pub fn column(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// What is applied to each graph.
    #[must_use]
    pub fn subquery(&self) -> Option<Subquery> {
        child(self.syntax())
    }
}

macro_rules! match_accessors {
    ($($name:ident)*) => {$(
        impl $name {
            /// The patterns.
            pub fn patterns(&self) -> impl Iterator<Item = GraphPattern> + use<> {
                children(self.syntax())
            }

            /// The condition.
            #[must_use]
            pub fn predicate(&self) -> Option<Expr> {
                child::<WhereClause>(self.syntax()).and_then(|clause| clause.expr())
            }

            /// The columns of the result; `None` without a `project`.
            #[must_use]
            pub fn project(&self) -> Option<Vec<NamedExpr>> {
                child::<ProjectClause>(self.syntax()).map(|clause| clause.items().collect())
            }
        }
    )*};
}

match_accessors!(GraphMatchOperator GraphShortestPathsOperator);

ast_enum! {
    /// A node or an edge.
    GraphElement {
        Node(GraphNode),
        Edge(GraphEdge),
    }
}

impl GraphPattern {
    /// Nodes and edges in turn; a node at both ends.
    pub fn elements(&self) -> impl Iterator<Item = GraphElement> + use<> {
        children(self.syntax())
    }
}

impl GraphNode {
    /// The variable, where the node has one.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }
}

/// Where an edge of a pattern points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EdgeDirection {
    /// `-->`: from the node before to the node after.
    Forward,
    /// `<--`.
    Backward,
    /// `--`: either way.
    Any,
}

impl GraphEdge {
    /// The variable, where the edge has one.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child(self.syntax())
    }

    /// Where it points.
    #[must_use]
    pub fn direction(&self) -> EdgeDirection {
        let first = tokens(self.syntax()).next().map(|token| token.kind());
        let last = tokens(self.syntax()).last().map(|token| token.kind());
        match (first, last) {
            (Some(SyntaxKind::Less), _) => EdgeDirection::Backward,
            (_, Some(SyntaxKind::Greater)) => EdgeDirection::Forward,
            _ => EdgeDirection::Any,
        }
    }

    /// The bounds of an edge of variable length.
    #[must_use]
    pub fn range(&self) -> Option<GraphEdgeRange> {
        child(self.syntax())
    }
}

impl GraphEdgeRange {
    /// The least number of edges.
    #[must_use]
    pub fn low(&self) -> Option<Expr> {
        child(self.syntax())
    }

    /// The greatest number of edges.
    #[must_use]
    pub fn high(&self) -> Option<Expr> {
        children(self.syntax()).nth(1)
    }
}

impl GraphToTableOperator {
    /// The tables that are made.
    pub fn outputs(&self) -> impl Iterator<Item = GraphOutput> + use<> {
        children(self.syntax())
    }
}

impl GraphOutput {
    /// Whether it is `nodes`; otherwise `edges`.
    #[must_use]
    pub fn is_nodes(&self) -> bool {
        has_keyword(self.syntax(), "nodes")
    }

    /// The name of the table.
    #[must_use]
    pub fn name(&self) -> Option<Name> {
        child::<AsClause>(self.syntax()).and_then(|clause| clause.name())
    }
}

impl GraphWhereNodesOperator {
    /// The predicate.
    #[must_use]
    pub fn predicate(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl GraphWhereEdgesOperator {
    /// The predicate.
    #[must_use]
    pub fn predicate(&self) -> Option<Expr> {
        child(self.syntax())
    }
}
