//! The patterns of `graph-match` and `graph-shortest-paths`: `(a)-[e]->(b)<-[*1..3]-(c), (b)--(d)`.

use quarry_syntax::ast::{self, EdgeDirection};
use quarry_text::Span;

use crate::binder::Binder;
use crate::constant::fold_integer;
use crate::diagnostics;
use crate::ir::{GraphDirection, GraphElement, GraphPattern, PatternEdge};
use crate::scope::Context;

/// A pattern and the names in it.
#[derive(Default)]
pub(crate) struct BoundPattern {
    pub pattern: GraphPattern,
    pub names: Vec<(String, GraphElement)>,
}

impl BoundPattern {
    fn named(&self, name: &str) -> Option<GraphElement> {
        self.names.iter().find(|(own, _)| own == name).map(|(_, element)| *element)
    }

    fn new_node(&mut self) -> usize {
        let at = self.pattern.nodes;
        self.pattern.nodes += 1;
        at
    }
}

impl Binder<'_> {
    pub(super) fn graph_pattern(&mut self, patterns: &[ast::GraphPattern], span: Span, ctx: &Context) -> BoundPattern {
        let mut bound = BoundPattern::default();
        for (at, pattern) in patterns.iter().enumerate() {
            let known = bound.pattern.nodes;
            let chain = self.chain(pattern, &mut bound, ctx);
            if at > 0 && chain.iter().all(|node| *node >= known) {
                self.report(diagnostics::graph("SEM1011", "the patterns are not connected", span));
            }
            let repeats = chain
                .iter()
                .enumerate()
                .any(|(at, node)| chain.iter().take(at).any(|before| before == node));
            bound.pattern.closed |= repeats;
        }
        bound
    }

    /// The nodes of one chain, in order; its edges are added to the pattern.
    fn chain(&mut self, pattern: &ast::GraphPattern, bound: &mut BoundPattern, ctx: &Context) -> Vec<usize> {
        let mut chain: Vec<usize> = Vec::new();
        let mut open: Option<ast::GraphEdge> = None;
        for element in pattern.elements() {
            match element {
                ast::GraphElement::Edge(edge) => open = Some(edge),
                ast::GraphElement::Node(node) => {
                    let right = self.node_variable(&node, bound);
                    if let (Some(edge), Some(left)) = (open.take(), chain.last()) {
                        self.pattern_edge(&edge, *left, right, bound, ctx);
                    }
                    chain.push(right);
                }
            }
        }
        chain
    }

    fn node_variable(&mut self, node: &ast::GraphNode, bound: &mut BoundPattern) -> usize {
        let Some(name) = node.name() else { return bound.new_node() };
        match bound.named(&name.value()) {
            Some(GraphElement::Node(at)) => at,
            Some(GraphElement::Edge(_)) => {
                self.report_taken(&name);
                bound.new_node()
            }
            None => {
                let at = bound.new_node();
                bound.names.push((name.value(), GraphElement::Node(at)));
                at
            }
        }
    }

    fn pattern_edge(&mut self, edge: &ast::GraphEdge, left: usize, right: usize, bound: &mut BoundPattern, ctx: &Context) {
        let range = edge.range().map(|range| self.edge_range(&range, ctx));
        if let Some(name) = edge.name() {
            if bound.named(&name.value()).is_some() {
                self.report_taken(&name);
            }
            bound.names.push((name.value(), GraphElement::Edge(bound.pattern.edges.len())));
        }
        bound.pattern.edges.push(PatternEdge {
            left,
            right,
            direction: match edge.direction() {
                EdgeDirection::Forward => GraphDirection::Forward,
                EdgeDirection::Backward => GraphDirection::Backward,
                EdgeDirection::Any => GraphDirection::Either,
            },
            range,
        });
    }

    fn report_taken(&mut self, name: &ast::Name) {
        let span = self.span(name);
        let message = format!("'{}' already stands for another part of the pattern", name.value());
        self.report(diagnostics::general(message, span));
    }

    /// Fewest and most edges: whole numbers that are known when the query is read.
    fn edge_range(&mut self, range: &ast::GraphEdgeRange, ctx: &Context) -> (u32, u32) {
        let span = self.span(range);
        let mut bound = |node: Option<ast::Expr>| {
            // A bound that is missing is reported by the parser.
            let expr = self.expr(&node?, &ctx.without_rows());
            let value = fold_integer(&expr, self.now).filter(|value| *value >= 0);
            if value.is_none() {
                let message = "the length of an edge is given by two whole numbers: *1..3";
                self.report(diagnostics::graph("SYN0002", message, span));
            }
            value.map(|value| u32::try_from(value).unwrap_or(u32::MAX))
        };
        let (Some(low), Some(high)) = (bound(range.low()), bound(range.high())) else {
            return (1, 1);
        };
        if low > high {
            let message = format!("an edge of at least {low} and at most {high} edges does not exist");
            self.report(diagnostics::graph("SEM1013", &message, span));
        }
        (low, high)
    }
}
