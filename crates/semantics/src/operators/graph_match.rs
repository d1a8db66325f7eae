//! `graph-match` and `graph-shortest-paths`: their patterns, conditions and result columns are checked; there is no plan for them yet.

use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use crate::binder::{Binder, rel};
use crate::diagnostics;
use crate::ir::{Column, Rel, RelKind};
use crate::naming::{Label, NameRule};
use crate::operators::extend::Item;
use crate::scope::{Context, Graph, Rows};

/// The parts of either operator.
pub(super) struct Match {
    pub operator: &'static str,
    pub patterns: Vec<ast::GraphPattern>,
    pub predicate: Option<ast::Expr>,
    pub project: Option<Vec<ast::NamedExpr>>,
}

impl Binder<'_> {
    pub(super) fn graph_match(&mut self, node: &Match, graph: Rel, span: Span, ctx: &Context) -> Rel {
        let Some(project) = &node.project else {
            self.report(diagnostics::general(format!("{}: a project clause is needed", node.operator), span));
            return self.not_yet(node.operator, Some(graph), span);
        };
        self.check_connected(&node.patterns, span);
        let rows = Rows {
            records: elements(&node.patterns, &graph),
            graph: Some(Graph {
                paths: paths(&node.patterns),
            }),
            ..Rows::default()
        };
        let inner = Context::new(&ctx.env, rows);
        if let Some(predicate) = &node.predicate {
            self.condition(Some(predicate.clone()), span, &inner);
            self.check_paths(node, predicate, &inner);
        }
        let mut items = Vec::new();
        for item in project {
            let place = self.span(item);
            let Some(expr) = item.expr() else { continue };
            let label = match item.name() {
                Some(name) => Label::Declared(name.value()),
                None => self.natural_name(&expr, &inner).map_or(Label::Numbered, Label::Derived),
            };
            let expr = self.expr(&expr, &inner);
            items.push(Item { label, expr, span: place });
        }
        let names = self.name_items(NameRule::Project, &items, &graph);
        let columns = items
            .iter()
            .zip(names)
            .map(|(item, name)| self.column(name, item.expr.ty))
            .collect();
        rel(
            RelKind::Unsupported {
                operator: node.operator,
                inputs: vec![graph],
            },
            columns,
            false,
            false,
            span,
        )
    }

    /// Every pattern but the first shares a node with those before it.
    fn check_connected(&mut self, patterns: &[ast::GraphPattern], span: Span) {
        let mut known: Vec<String> = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let nodes: Vec<String> = pattern.elements().filter_map(|element| node_name(&element)).collect();
            if at > 0 && !nodes.iter().any(|name| known.contains(name)) {
                self.report(diagnostics::graph("SEM1011", "the patterns are not connected", span));
            }
            known.extend(nodes);
        }
    }

    /// Properties of a path have no single value, and the ends of a shortest path are chosen one by one.
    fn check_paths(&mut self, node: &Match, predicate: &ast::Expr, ctx: &Context) {
        let paths = ctx
            .rows
            .iter()
            .filter_map(|rows| rows.graph.as_ref())
            .flat_map(|graph| graph.paths.clone());
        let paths: Vec<String> = paths.collect();
        for member in predicate.syntax().descendants().filter_map(ast::MemberExpr::cast) {
            if let Some(ast::Expr::Name(base)) = member.base()
                && paths.contains(&base.value())
                && !inside_call(&member)
            {
                let span = self.span(&member);
                self.report(diagnostics::graph(
                    "SEM1054",
                    "a property of a path can only be used inside all(), any() or map()",
                    span,
                ));
            }
        }
        if node.operator != "graph-shortest-paths" {
            return;
        }
        for binary in predicate.syntax().descendants().filter_map(ast::BinaryExpr::cast) {
            let owners: Vec<String> = binary
                .left()
                .into_iter()
                .chain(binary.right())
                .filter_map(|side| owner(&side))
                .collect();
            if let [left, right] = owners.as_slice()
                && left != right
            {
                let span = self.span(&binary);
                self.report(diagnostics::graph(
                    "CRT0001",
                    "two elements of the pattern cannot be compared here",
                    span,
                ));
            }
        }
    }
}

/// The element whose property an expression reads.
fn owner(node: &ast::Expr) -> Option<String> {
    match node {
        ast::Expr::Member(member) => match member.base()? {
            ast::Expr::Name(name) => Some(name.value()),
            _ => None,
        },
        _ => None,
    }
}

fn inside_call(member: &ast::MemberExpr) -> bool {
    member.syntax().ancestors().any(|node| ast::CallExpr::cast(node).is_some())
}

fn node_name(element: &ast::GraphElement) -> Option<String> {
    match element {
        ast::GraphElement::Node(node) => node.name().map(|name| name.value()),
        ast::GraphElement::Edge(_) => None,
    }
}

/// The named nodes and edges with their columns. A graph's own columns are those of its nodes, its first input holds the edges.
fn elements(patterns: &[ast::GraphPattern], graph: &Rel) -> Vec<(String, Vec<Column>)> {
    let edges = match graph.kind.as_ref() {
        RelKind::Unsupported { inputs, .. } => inputs.first().map(|edges| edges.columns.clone()).unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut records = Vec::new();
    for element in patterns.iter().flat_map(ast::GraphPattern::elements) {
        match element {
            ast::GraphElement::Node(node) => records.extend(node.name().map(|name| (name.value(), graph.columns.clone()))),
            ast::GraphElement::Edge(edge) => records.extend(edge.name().map(|name| (name.value(), edges.clone()))),
        }
    }
    records
}

/// The names of edges of variable length.
fn paths(patterns: &[ast::GraphPattern]) -> Vec<String> {
    let edges = patterns
        .iter()
        .flat_map(ast::GraphPattern::elements)
        .filter_map(|element| match element {
            ast::GraphElement::Edge(edge) if edge.range().is_some() => edge.name(),
            _ => None,
        });
    edges.map(|name| name.value()).collect()
}
