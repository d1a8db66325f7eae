//! What lints look at.

use std::collections::HashMap;

use quarry_content::Hunt;
use quarry_semantics::ir::{Column, ColumnId, Expr, ExprKind, Query, Rel, RelKind};
use quarry_syntax::SyntaxNode;
use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

/// A hunt, its query as a tree, and the bound query when it has no errors.
pub(crate) struct Subject<'a> {
    pub hunt: &'a Hunt,
    pub tree: SyntaxNode,
    /// Every node of it, in its order.
    nodes: Vec<SyntaxNode>,
    pub query: Option<&'a Query>,
    /// The columns of the result, when they are known for certain.
    pub columns: Option<&'a [Column]>,
    /// Every operator of the bound query.
    pub rels: Vec<&'a Rel>,
    /// The stored column that a column is, under whatever name.
    sources: HashMap<ColumnId, (&'a str, &'a str)>,
    names: HashMap<ColumnId, &'a str>,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(hunt: &'a Hunt, tree: SyntaxNode, query: Option<&'a Query>, columns: Option<&'a [Column]>) -> Self {
        let mut subject = Subject {
            hunt,
            nodes: tree.descendants().collect(),
            tree,
            query,
            columns,
            rels: query.map(every_rel).unwrap_or_default(),
            sources: HashMap::new(),
            names: HashMap::new(),
        };
        subject.trace();
        subject
    }

    /// Operators come after what they read, so one pass from the last follows every column to its table.
    fn trace(&mut self) {
        for rel in self.rels.iter().rev() {
            for column in &rel.columns {
                self.names.entry(column.id).or_insert(&column.name);
            }
            match rel.kind.as_ref() {
                RelKind::Table { name, source } => {
                    for (id, stored) in source {
                        self.sources.insert(*id, (name, stored));
                    }
                }
                RelKind::Project { items, .. } | RelKind::Window { items, .. } | RelKind::Summarize { keys: items, .. } => {
                    for (id, expr) in items {
                        if let ExprKind::Column(from) = expr.kind
                            && let Some(source) = self.sources.get(&from).copied()
                        {
                            self.sources.insert(*id, source);
                        }
                    }
                }
                RelKind::Shared { source, .. } => {
                    for (id, from) in source {
                        if let Some(source) = self.sources.get(from).copied() {
                            self.sources.insert(*id, source);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The text of the query.
    pub(crate) fn text(&self) -> &'a str {
        &self.hunt.query.text
    }

    pub(crate) fn words(&self, span: Span) -> &'a str {
        span.text(self.text())
    }

    /// The table and its column that an expression reads unchanged.
    pub(crate) fn stored(&self, expr: &Expr) -> Option<(&'a str, &'a str)> {
        match expr.kind {
            ExprKind::Column(id) => self.sources.get(&id).copied(),
            _ => None,
        }
    }

    /// The name that the query gives to a column.
    pub(crate) fn name(&self, id: ColumnId) -> Option<&'a str> {
        self.names.get(&id).copied()
    }

    /// Every expression of the bound query, and the operator it belongs to.
    pub(crate) fn each_expr(&self, visit: &mut dyn FnMut(&'a Rel, &Expr)) {
        for rel in &self.rels {
            rel.each_expr(&mut |expr| expr.walk(&mut |part| visit(rel, part)));
        }
    }

    /// The view of the tree at exactly this place. Parts of stored functions have the place of their call, and so no view.
    pub(crate) fn node<N: AstNode>(&self, span: Span) -> Option<N> {
        let mut node = self.covering(span)?;
        loop {
            if ast::node_span(&node) == span
                && let Some(view) = N::cast(node.clone())
            {
                return Some(view);
            }
            node = node.parent()?;
            if ast::node_span(&node) != span && ast::node_span(&node).len() > span.len() {
                return None;
            }
        }
    }

    fn covering(&self, span: Span) -> Option<SyntaxNode> {
        let whole = ast::node_span(&self.tree);
        if !whole.contains(span) {
            return None;
        }
        let range = rowan::TextRange::new(span.start.into(), span.end.into());
        match self.tree.covering_element(range) {
            rowan::NodeOrToken::Node(node) => Some(node),
            rowan::NodeOrToken::Token(token) => token.parent(),
        }
    }

    /// Whether a place lies in a function with parameters: what holds for the arguments of one call need not hold for another.
    pub(crate) fn in_function(&self, span: Span) -> bool {
        self.covering(span).is_some_and(|node| {
            node.ancestors()
                .filter_map(ast::FunctionExpr::cast)
                .any(|function| function.parameters().next().is_some())
        })
    }

    /// Views of every node of a kind.
    pub(crate) fn views<N: AstNode>(&self) -> impl Iterator<Item = N> {
        let of_kind = self.nodes.iter().filter(|node| N::can_cast(node.kind()));
        of_kind.cloned().filter_map(N::cast)
    }
}

/// Every operator of a query, each before those it reads; subqueries, which may be read by results, come last to first behind them.
fn every_rel(query: &Query) -> Vec<&Rel> {
    let mut all = Vec::new();
    let results = query.results.iter().map(|result| &result.rel);
    for root in results.chain(query.subqueries.iter().rev().map(|subquery| &subquery.rel)) {
        let mut todo = vec![root];
        while let Some(rel) = todo.pop() {
            all.push(rel);
            todo.extend(rel.inputs());
        }
    }
    all
}
