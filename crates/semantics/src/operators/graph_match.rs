//! `graph-match` and `graph-shortest-paths`: a row for every place of the graph where the pattern is found.

use std::collections::HashSet;

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use super::graph_pattern::BoundPattern;
use crate::binder::{Binder, rel, value};
use crate::diagnostics;
use crate::expressions::{GraphScope, dynamic_call};
use crate::ir::{
    Column, ColumnId, Cycles, Expr, ExprKind, Graph, GraphElement, GraphMatch, GraphSearch, Literal, PathSegment, Rel, RelKind,
};
use crate::naming::{Label, NameRule};
use crate::operators::extend::Item;
use crate::operators::graph::graph_rel;
use crate::scope::{Context, Rows};

/// The parts of either operator.
struct Match {
    operator: &'static str,
    search: GraphSearch,
    patterns: Vec<ast::GraphPattern>,
    predicate: Option<ast::Expr>,
    project: Option<Vec<ast::NamedExpr>>,
}

impl Binder<'_> {
    pub(super) fn graph_match(&mut self, node: &ast::GraphMatchOperator, graph: Graph, span: Span, ctx: &Context) -> Rel {
        let cycles = match node.param("cycles").and_then(|param| param.word()).as_deref() {
            None | Some("unique_edges") => Cycles::UniqueEdges,
            Some("all") => Cycles::All,
            Some("none") => Cycles::None,
            Some(other) => {
                let message = format!("graph-match: cycles is all, none or unique_edges, not '{other}'");
                self.report(diagnostics::general(message, span));
                Cycles::UniqueEdges
            }
        };
        let parts = Match {
            operator: "graph-match",
            search: GraphSearch::All(cycles),
            patterns: node.patterns().collect(),
            predicate: node.predicate(),
            project: node.project(),
        };
        self.pattern_match(&parts, graph, span, ctx)
    }

    pub(super) fn graph_shortest_paths(&mut self, node: &ast::GraphShortestPathsOperator, graph: Graph, span: Span, ctx: &Context) -> Rel {
        let all = match node.param("output").and_then(|param| param.word()).as_deref() {
            None | Some("any") => false,
            Some("all") => true,
            Some(other) => {
                let message = format!("graph-shortest-paths: output is any or all, not '{other}'");
                self.report(diagnostics::general(message, span));
                false
            }
        };
        let parts = Match {
            operator: "graph-shortest-paths",
            search: GraphSearch::Shortest { all },
            patterns: node.patterns().collect(),
            predicate: node.predicate(),
            project: node.project(),
        };
        if parts.patterns.len() > 1 {
            self.report(diagnostics::general("graph-shortest-paths takes one pattern", span));
        }
        self.pattern_match(&parts, graph, span, ctx)
    }

    fn pattern_match(&mut self, node: &Match, graph: Graph, span: Span, ctx: &Context) -> Rel {
        let Some(project) = &node.project else {
            self.report(diagnostics::general(format!("{}: a project clause is needed", node.operator), span));
            return self.not_yet(node.operator, None, span);
        };
        let BoundPattern { pattern, names } = self.graph_pattern(&node.patterns, span, ctx);
        let outer = self.graph_scope.replace(GraphScope::new(&graph, &pattern, names));
        let rows = Rows {
            in_graph_pattern: true,
            ..Rows::default()
        };
        let inner = Context::new(&ctx.env, rows);
        let predicate = node.predicate.as_ref().map(|predicate| {
            self.graph_scope.iter_mut().for_each(|scope| scope.in_predicate = true);
            let bound = self.condition(Some(predicate.clone()), span, &inner);
            self.graph_scope.iter_mut().for_each(|scope| scope.in_predicate = false);
            bound
        });
        let items = self.pattern_items(project, &inner);
        let scope = std::mem::replace(&mut self.graph_scope, outer);
        let (fields, folds) = scope.map(|scope| (scope.fields, scope.folds)).unwrap_or_default();
        if let (GraphSearch::Shortest { .. }, Some(predicate)) = (node.search, &predicate) {
            let element = |id: ColumnId| {
                let field = fields.iter().find(|field| field.column.id == id).map(|field| field.element);
                let fold = || folds.iter().find(|fold| fold.output.id == id);
                field.or_else(|| fold().map(|fold| GraphElement::Edge(fold.edge)))
            };
            self.check_ends(predicate, &element);
        }
        let open = graph.edges.open || graph.tables.iter().any(|table| table.rows.open);
        let names = self.name_items(NameRule::Project, &items, &graph_rel(graph.clone(), span));
        let mut columns: Vec<Column> = Vec::with_capacity(items.len());
        let mut values = Vec::with_capacity(items.len());
        for (item, name) in items.into_iter().zip(names) {
            let column = self.column(name, item.expr.ty);
            values.push((column.id, item.expr));
            columns.push(column);
        }
        let node = GraphMatch {
            graph,
            pattern,
            search: node.search,
            fields,
            folds,
            predicate,
            items: values,
        };
        rel(RelKind::GraphMatch(node), columns, false, open, span)
    }

    fn pattern_items(&mut self, project: &[ast::NamedExpr], ctx: &Context) -> Vec<Item> {
        let mut items = Vec::new();
        for item in project {
            let span = self.span(item);
            let Some(expr) = item.expr() else { continue };
            let label = match item.name() {
                Some(name) => Label::Declared(name.value()),
                None => self.natural_name(&expr, ctx).map_or(Label::Numbered, Label::Derived),
            };
            let expr = self.expr(&expr, ctx);
            let expr = self.dynamic_of_path(expr);
            items.push(Item { label, expr, span });
        }
        items
    }

    /// What is computed of a path comes out as a dynamic, whatever it is.
    fn dynamic_of_path(&mut self, expr: Expr) -> Expr {
        let read = expr.columns();
        let folds = self.graph_scope.iter().flat_map(|scope| &scope.folds);
        if matches!(expr.ty, KqlType::Dynamic | KqlType::Unknown) || !folds.into_iter().any(|fold| read.contains(&fold.output.id)) {
            return expr;
        }
        let span = expr.span;
        let is_empty = match (expr.ty, functions::scalar("isempty")) {
            (KqlType::String, Some(function)) => Some(self.apply(function, "isempty", vec![expr.clone()], span)),
            _ => None,
        };
        let packed = Expr {
            kind: ExprKind::Path {
                base: Box::new(dynamic_call("pack_array", vec![expr], span)),
                segments: vec![PathSegment::Index(0)],
            },
            ty: KqlType::Dynamic,
            span,
        };
        // Empty text is no value.
        match is_empty {
            Some(is_empty) => {
                let nothing = value(Literal::Null(KqlType::Dynamic), span);
                dynamic_call("iff", vec![is_empty, nothing, packed], span)
            }
            None => packed,
        }
    }

    /// The ends of a shortest path are chosen one by one: they cannot be compared.
    fn check_ends(&mut self, predicate: &Expr, element: &dyn Fn(ColumnId) -> Option<GraphElement>) {
        let mut compared = Vec::new();
        predicate.walk(&mut |expr| {
            if matches!(expr.kind, ExprKind::Binary { .. }) {
                let elements: HashSet<GraphElement> = expr.columns().into_iter().filter_map(element).collect();
                if elements.len() > 1 {
                    compared.push(expr.span);
                }
            }
        });
        for span in compared {
            let message = "two elements of the pattern cannot be compared here";
            self.report(diagnostics::graph("CRT0001", message, span));
        }
    }
}
