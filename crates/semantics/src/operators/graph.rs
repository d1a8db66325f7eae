//! Graph operators: bound for their mistakes; there is no plan for them yet.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::graph_match::Match;
use crate::binder::{Binder, rel};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::{Context, find};

impl Binder<'_> {
    pub(super) fn graph(&mut self, node: &ast::Operator, input: Rel, span: Span, ctx: &Context) -> Rel {
        match node {
            ast::Operator::MakeGraph(node) => self.make_graph(node, input, span, ctx),
            _ if !is_graph(&input) && !input.open => {
                self.report(diagnostics::not_a_graph(span));
                self.not_yet("graph operators", Some(input), span)
            }
            ast::Operator::GraphMatch(node) => {
                let parts = Match {
                    operator: "graph-match",
                    patterns: node.patterns().collect(),
                    predicate: node.predicate(),
                    project: node.project(),
                };
                self.graph_match(&parts, input, span, ctx)
            }
            ast::Operator::GraphShortestPaths(node) => {
                let parts = Match {
                    operator: "graph-shortest-paths",
                    patterns: node.patterns().collect(),
                    predicate: node.predicate(),
                    project: node.project(),
                };
                self.graph_match(&parts, input, span, ctx)
            }
            ast::Operator::GraphToTable(_) => self.not_yet("graph-to-table", Some(input), span),
            ast::Operator::GraphMarkComponents(node) => {
                let name = node
                    .param("with_component_id")
                    .and_then(|param| param.word())
                    .unwrap_or_else(|| "ComponentId".to_owned());
                let mut graph = graph_of("graph-mark-components", input, span);
                graph.columns.push(self.column(name, KqlType::Long));
                graph
            }
            _ => graph_of("graph-where", input, span),
        }
    }

    fn make_graph(&mut self, node: &ast::MakeGraphOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        if !node.is_directed() {
            self.report(diagnostics::parse_flags("SEM0456", "make-graph needs directed edges: -->", span));
        }
        let mut id_type = None;
        for end in [node.source(), node.target()].into_iter().flatten() {
            let name = end.value();
            match find(&input.columns, &name) {
                Some(column) => id_type = id_type.or(Some(column.ty)),
                None if input.open => {}
                None => {
                    let span = self.span(&end);
                    self.report(diagnostics::unknown_column(&name, None, span));
                }
            }
        }
        let mut inputs = vec![input];
        let mut columns = Vec::new();
        for nodes in node.nodes() {
            let place = self.span(&nodes);
            let Some(table) = nodes.table() else { continue };
            let rows = self.rel(&table, &ctx.without_rows(), None);
            let name = nodes.on().map(|name| name.value()).unwrap_or_default();
            if let (Some(column), Some(id)) = (find(&rows.columns, &name), id_type)
                && column.ty != id
                && column.ty != KqlType::Unknown
            {
                let message = format!("make-graph: the node id is of type {}, the edges' ends of type {id}", column.ty);
                self.report(diagnostics::parse_flags("SEM1079", &message, place));
            }
            for column in &rows.columns {
                if find(&columns, &column.name).is_none() {
                    columns.push(column.clone());
                }
            }
            inputs.push(rows);
        }
        if let Some(name) = node.with_node_id().and_then(|param| param.word()) {
            let column = self.column(name, id_type.unwrap_or(KqlType::String));
            columns.push(column);
        }
        rel(
            RelKind::Unsupported {
                operator: "make-graph",
                inputs,
            },
            columns,
            false,
            true,
            span,
        )
    }

    /// Rows are expected: a graph is none.
    pub(super) fn refuse_graph(&mut self, input: &Rel, span: Span) {
        if is_graph(input) {
            self.report(diagnostics::graph_operator_expected(span));
        }
    }
}

fn graph_of(operator: &'static str, input: Rel, span: Span) -> Rel {
    let columns = input.columns.clone();
    rel(
        RelKind::Unsupported {
            operator,
            inputs: vec![input],
        },
        columns,
        false,
        true,
        span,
    )
}

/// Whether an expression is a graph rather than rows.
fn is_graph(rel: &Rel) -> bool {
    matches!(
        rel.kind.as_ref(),
        RelKind::Unsupported {
            operator: "make-graph" | "graph-mark-components" | "graph-where",
            ..
        }
    )
}
