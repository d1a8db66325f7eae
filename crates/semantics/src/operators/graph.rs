//! What all graph operators share: which operator is meant, and where a graph may stand.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Graph, NodeValue, Rel, RelKind, SubqueryKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn graph_operator(&mut self, node: &ast::Operator, input: Rel, span: Span, ctx: &Context) -> Rel {
        if let ast::Operator::MakeGraph(node) = node {
            return self.make_graph(node, input, span, ctx);
        }
        let unknown = input.open;
        let graph = match *input.kind {
            RelKind::Graph(graph) => graph,
            // What is not known may be a graph: its refusal names it.
            kind if unknown => {
                return Rel {
                    kind: Box::new(kind),
                    ..input
                };
            }
            _ => {
                self.report(diagnostics::not_a_graph(span));
                return nothing(span);
            }
        };
        match node {
            ast::Operator::GraphMatch(node) => self.graph_match(node, graph, span, ctx),
            ast::Operator::GraphShortestPaths(node) => self.graph_shortest_paths(node, graph, span, ctx),
            ast::Operator::GraphToTable(node) => self.graph_to_table(node, graph, span),
            ast::Operator::GraphMarkComponents(node) => self.graph_mark_components(node, graph, span),
            ast::Operator::GraphWhereNodes(_) => self.not_yet("graph-where-nodes", None, span),
            _ => self.not_yet("graph-where-edges", None, span),
        }
    }

    /// Rows are expected, and a graph is none: whether that was so.
    pub(crate) fn refuse_graph(&mut self, input: &Rel, span: Span) -> bool {
        let refused = is_graph(input);
        if refused {
            self.report(diagnostics::graph_operator_expected(span));
        }
        refused
    }

    /// The same for all that an expression reads.
    pub(crate) fn refuse_graphs(&mut self, rel: &Rel) {
        let mut todo = vec![rel];
        while let Some(rel) = todo.pop() {
            if !self.refuse_graph(rel, rel.span) {
                todo.extend(rel.inputs());
            }
        }
    }

    /// The same graph over kept rows, so that several readers see the same edges and nodes.
    pub(crate) fn share_graph(&mut self, graph: Graph) -> Graph {
        let mut moved = Vec::new();
        let edges = self.share_rows(graph.edges, &mut moved);
        let mut tables = graph.tables;
        for table in &mut tables {
            let span = table.rows.span;
            let rows = std::mem::replace(&mut table.rows, nothing(span));
            table.rows = self.share_rows(rows, &mut moved);
        }
        let now = |id: ColumnId| moved.iter().find(|(from, _)| *from == id).map_or(id, |(_, to)| *to);
        for table in &mut tables {
            table.key = now(table.key);
            table.partition = table.partition.map(now);
        }
        let mut properties = graph.properties;
        for property in &mut properties {
            if let NodeValue::Tables { columns, .. } = &mut property.value {
                columns.iter_mut().flatten().for_each(|id| *id = now(*id));
            }
        }
        Graph {
            edges,
            source: now(graph.source),
            target: now(graph.target),
            partition: graph.partition.map(now),
            tables,
            properties,
            ..graph
        }
    }

    fn share_rows(&mut self, rows: Rel, moved: &mut Vec<(ColumnId, ColumnId)>) -> Rel {
        if rows.open {
            return rows;
        }
        let (columns, serialized, span): (Vec<Column>, bool, Span) = (rows.columns.clone(), rows.serialized, rows.span);
        let id = self.subquery(SubqueryKind::Table, rows);
        let shared = self.shared(id, &columns, serialized, span);
        moved.extend(columns.iter().zip(&shared.columns).map(|(from, to)| (from.id, to.id)));
        shared
    }
}

/// A graph as an expression.
pub(crate) fn graph_rel(graph: Graph, span: Span) -> Rel {
    let columns = graph.properties.iter().map(|property| property.column.clone()).collect();
    let open = graph.edges.open || graph.tables.iter().any(|table| table.rows.open);
    rel(RelKind::Graph(graph), columns, false, open, span)
}

pub(crate) fn is_graph(rel: &Rel) -> bool {
    matches!(rel.kind.as_ref(), RelKind::Graph(_))
}
