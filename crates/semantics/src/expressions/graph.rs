//! Elements of a graph pattern in expressions: their properties, the elements as a whole, and the functions on them.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::columns::{dynamic_call, pairs};
use crate::binder::{Binder, convert, poison, read, value};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Expr, FoldKind, Graph, GraphElement, GraphField, GraphPattern, Literal, NodeValue, PathFold};
use crate::scope::{Context, Rows};

/// The pattern whose condition and result are being bound, and what they read of it.
pub(crate) struct GraphScope {
    names: Vec<(String, GraphElement)>,
    /// Which edges have variable length.
    paths: Vec<bool>,
    /// What nodes and edges have.
    nodes: Vec<Column>,
    edges: Vec<Column>,
    id_type: KqlType,
    /// Nodes or edges may have more than is listed.
    open: bool,
    pub in_predicate: bool,
    pub fields: Vec<GraphField>,
    pub folds: Vec<PathFold>,
    /// The folds of whole edges of a path, or of one of their properties: what is read twice is computed once.
    plain: Vec<(usize, FoldKind, Option<ColumnId>, Column)>,
    /// Inside `all`, `any`, `map`: what is read of the edge or node at hand, and whether it is a node.
    element: Option<(Vec<(Column, NodeValue)>, bool)>,
}

impl GraphScope {
    pub(crate) fn new(graph: &Graph, pattern: &GraphPattern, names: Vec<(String, GraphElement)>) -> GraphScope {
        GraphScope {
            names,
            paths: pattern.edges.iter().map(|edge| edge.range.is_some()).collect(),
            nodes: graph.properties.iter().map(|property| property.column.clone()).collect(),
            edges: graph.edges.columns.clone(),
            id_type: graph.id_type,
            open: graph.edges.open || graph.tables.iter().any(|table| table.rows.open),
            in_predicate: false,
            fields: Vec::new(),
            folds: Vec::new(),
            plain: Vec::new(),
            element: None,
        }
    }

    fn properties(&self, node: bool) -> &[Column] {
        if node { &self.nodes } else { &self.edges }
    }
}

/// A variable of the pattern.
#[derive(Clone, Copy)]
pub(super) enum Variable {
    Node(usize),
    Edge(usize),
    Path(usize),
}

impl Binder<'_> {
    /// The element of the pattern that a name stands for.
    pub(super) fn variable(&self, name: &str, ctx: &Context) -> Option<Variable> {
        let rows = ctx.rows.as_ref().filter(|rows| rows.in_graph_pattern)?;
        if rows.column(name).is_some() {
            return None;
        }
        let scope = self.graph_scope.as_ref()?;
        match scope.names.iter().find(|(own, _)| own == name)?.1 {
            GraphElement::Node(at) => Some(Variable::Node(at)),
            GraphElement::Edge(at) if scope.paths.get(at).copied().unwrap_or_default() => Some(Variable::Path(at)),
            GraphElement::Edge(at) => Some(Variable::Edge(at)),
        }
    }

    /// `a.name`: of a path, the array of its edges' values.
    pub(super) fn element_property(&mut self, variable: Variable, key: &str, span: Span) -> Expr {
        let Some(scope) = &self.graph_scope else { return poison(span) };
        let node = matches!(variable, Variable::Node(_));
        let Some(column) = scope.properties(node).iter().find(|column| column.name == key).cloned() else {
            if !scope.open {
                let message = format!("no element of this kind has the property '{key}'");
                self.report(diagnostics::graph("SEM1040", &message, span));
            }
            return poison(span);
        };
        let value = NodeValue::Property(column.id);
        match variable {
            Variable::Node(at) => self.field(GraphElement::Node(at), value, &column.name, column.ty, span),
            Variable::Edge(at) => self.field(GraphElement::Edge(at), value, &column.name, column.ty, span),
            Variable::Path(_) if scope.in_predicate => {
                let message = "a property of a path can only be used inside all(), any() or map()";
                self.report(diagnostics::graph("SEM1054", message, span));
                poison(span)
            }
            Variable::Path(at) => self.path_property(at, FoldKind::Map, column, span),
        }
    }

    /// `path[place].name`; `None` where edges have no such property.
    pub(super) fn property_at(&mut self, path: usize, place: i64, key: &str, span: Span) -> Option<Expr> {
        let scope = self.graph_scope.as_ref()?;
        let column = scope.properties(false).iter().find(|column| column.name == key).cloned()?;
        Some(self.path_property(path, FoldKind::At(place), column, span))
    }

    fn path_property(&mut self, path: usize, kind: FoldKind, property: Column, span: Span) -> Expr {
        self.plain_fold(path, kind, Some(property.id), span, |binder| {
            let value = NodeValue::Property(property.id);
            let own = binder.column(property.name, property.ty);
            let expr = read(&own, span);
            (vec![(own, value)], expr)
        })
    }

    /// The edges of a path, each as a bag.
    pub(super) fn path_edges(&mut self, path: usize, kind: FoldKind, span: Span) -> Expr {
        self.plain_fold(path, kind, None, span, |binder| {
            let properties = binder.graph_scope.as_ref().map_or_else(Vec::new, |scope| scope.edges.clone());
            let mut own = Vec::with_capacity(properties.len());
            let mut values = Vec::with_capacity(properties.len());
            for property in properties {
                let column = binder.column(property.name.clone(), property.ty);
                values.push((property.name, read(&column, span)));
                own.push((column, NodeValue::Property(property.id)));
            }
            (own, bag(values, span))
        })
    }

    fn path_length(&mut self, path: usize, span: Span) -> Expr {
        self.plain_fold(path, FoldKind::Length, None, span, |_| (Vec::new(), value(Literal::Long(1), span)))
    }

    fn plain_fold(
        &mut self,
        path: usize,
        kind: FoldKind,
        property: Option<ColumnId>,
        span: Span,
        make: impl FnOnce(&mut Self) -> (Vec<(Column, NodeValue)>, Expr),
    ) -> Expr {
        let known = self.graph_scope.iter().flat_map(|scope| &scope.plain);
        let mut known = known.filter(|(at, of, what, _)| (*at, *of, *what) == (path, kind, property));
        if let Some((.., output)) = known.next() {
            return read(output, span);
        }
        let (fields, expr) = make(self);
        let output = self.add_fold(path, false, kind, fields, expr);
        let place = read(&output, span);
        if let Some(scope) = &mut self.graph_scope {
            scope.plain.push((path, kind, property, output));
        }
        place
    }

    /// A node or edge as a whole is a bag of the properties that it has a value of; a path is an array of them.
    pub(super) fn element_bag(&mut self, variable: Variable, span: Span) -> Expr {
        let Some(scope) = &self.graph_scope else { return poison(span) };
        if let Variable::Path(at) = variable {
            return self.path_edges(at, FoldKind::Map, span);
        }
        let properties = scope.properties(matches!(variable, Variable::Node(_))).to_vec();
        let mut values = Vec::with_capacity(properties.len());
        for property in properties {
            let from = NodeValue::Property(property.id);
            let element = match variable {
                Variable::Node(at) => GraphElement::Node(at),
                Variable::Edge(at) | Variable::Path(at) => GraphElement::Edge(at),
            };
            let expr = self.field(element, from, &property.name, property.ty, span);
            values.push((property.name, expr));
        }
        bag(values, span)
    }

    /// A call of a function that only graph patterns have; `None` when it is another one.
    pub(super) fn graph_call(&mut self, name: &str, node: &ast::CallExpr, span: Span, ctx: &Context) -> Option<Expr> {
        if !ctx.rows.as_ref().is_some_and(|rows| rows.in_graph_pattern) {
            return None;
        }
        Some(match name {
            "all" => self.fold_call(FoldKind::All, name, node, span, ctx),
            "any" => self.fold_call(FoldKind::Any, name, node, span, ctx),
            "map" => self.fold_call(FoldKind::Map, name, node, span, ctx),
            "inner_nodes" => {
                let message = "inner_nodes() can only be the first argument of all(), any() or map()";
                self.report(diagnostics::general(message, span));
                poison(span)
            }
            "labels" => {
                self.element_argument(name, node, span, ctx);
                // Only stored graph models have labels.
                value(Literal::Dynamic("[]".to_owned()), span)
            }
            "array_length" => {
                let mut args = node.arguments();
                let path = args.next().and_then(|arg| arg.expr()).filter(|_| args.next().is_none())?;
                match path {
                    ast::Expr::Name(path) => match self.variable(&path.value(), ctx)? {
                        Variable::Path(at) => self.path_length(at, span),
                        Variable::Node(_) | Variable::Edge(_) => return None,
                    },
                    _ => return None,
                }
            }
            "node_id" => {
                let id = self.node_value(name, NodeValue::Id, node, span, ctx);
                convert(id, KqlType::String)
            }
            "node_degree_in" => self.node_value(name, NodeValue::DegreeIn, node, span, ctx),
            "node_degree_out" => self.node_value(name, NodeValue::DegreeOut, node, span, ctx),
            _ => return None,
        })
    }

    /// `all(path, condition)`, `any(inner_nodes(path), condition)`, `map(path, value)`.
    fn fold_call(&mut self, kind: FoldKind, name: &str, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let args: Vec<ast::Expr> = node.arguments().filter_map(|arg| arg.expr()).collect();
        let [path, body] = args.as_slice() else {
            self.report(diagnostics::arity(name, "2", args.len(), span));
            return poison(span);
        };
        let Some((edge, inner_nodes)) = self.path_argument(path, ctx) else {
            let message = format!("{name}(): the first argument is an edge of variable length, or inner_nodes() of one");
            self.report(diagnostics::general(message, span));
            return poison(span);
        };
        let properties = match &self.graph_scope {
            Some(scope) if scope.element.is_none() => scope.properties(inner_nodes).to_vec(),
            _ => {
                self.report(diagnostics::unsupported(&format!("{name}() inside all(), any() or map()"), span));
                return poison(span);
            }
        };
        let mut fields = Vec::with_capacity(properties.len());
        for property in properties {
            fields.push((self.column(property.name, property.ty), NodeValue::Property(property.id)));
        }
        let rows = Rows {
            columns: fields.iter().map(|(column, _)| column.clone()).collect(),
            open: self.graph_scope.as_ref().is_some_and(|scope| scope.open),
            in_graph_pattern: true,
            ..Rows::default()
        };
        self.graph_scope
            .iter_mut()
            .for_each(|scope| scope.element = Some((Vec::new(), inner_nodes)));
        let expr = self.expr(body, &Context::new(&ctx.env, rows));
        let expr = if kind == FoldKind::Map { expr } else { self.as_condition(expr) };
        let more = self.graph_scope.as_mut().and_then(|scope| scope.element.take());
        fields.extend(more.into_iter().flat_map(|(fields, _)| fields));
        let span = expr.span;
        let output = self.add_fold(edge, inner_nodes, kind, fields, expr);
        read(&output, span)
    }

    fn path_argument(&self, node: &ast::Expr, ctx: &Context) -> Option<(usize, bool)> {
        let path = |node: &ast::Expr| match node {
            ast::Expr::Name(name) => match self.variable(&name.value(), ctx) {
                Some(Variable::Path(at)) => Some(at),
                _ => None,
            },
            _ => None,
        };
        match node {
            ast::Expr::Call(call) if call.function() == "inner_nodes" => {
                let mut args = call.arguments();
                let inner = args.next().and_then(|arg| arg.expr())?;
                args.next().is_none().then_some((path(&inner)?, true))
            }
            _ => Some((path(node)?, false)),
        }
    }

    /// What a fold gives, as a column.
    fn add_fold(&mut self, edge: usize, inner_nodes: bool, kind: FoldKind, mut fields: Vec<(Column, NodeValue)>, expr: Expr) -> Column {
        let used = expr.columns();
        fields.retain(|(column, _)| used.contains(&column.id));
        let ty = match kind {
            FoldKind::Map | FoldKind::At(_) => KqlType::Dynamic,
            FoldKind::All | FoldKind::Any => KqlType::Bool,
            FoldKind::Length => KqlType::Long,
        };
        let output = self.column("", ty);
        if let Some(scope) = &mut self.graph_scope {
            scope.folds.push(PathFold {
                output: output.clone(),
                edge,
                inner_nodes,
                kind,
                fields,
                expr,
            });
        }
        output
    }

    /// A value of the node that is the argument, or of the inner node at hand.
    fn node_value(&mut self, name: &str, what: NodeValue, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let id_type = self.graph_scope.as_ref().map_or(KqlType::Unknown, |scope| scope.id_type);
        let ty = if what == NodeValue::Id { id_type } else { KqlType::Long };
        match self.element_argument(name, node, span, ctx) {
            Some(Some(Variable::Node(at))) => self.field(GraphElement::Node(at), what, name, ty, span),
            Some(None) if self.at_inner_node() => {
                let column = self.column(name, ty);
                let place = read(&column, span);
                if let Some((fields, _)) = self.graph_scope.as_mut().and_then(|scope| scope.element.as_mut()) {
                    fields.push((column, what));
                }
                place
            }
            Some(_) => {
                let message =
                    format!("{name}(): the argument is a node; without one it stands inside all(), any() or map() of inner_nodes()");
                self.report(diagnostics::general(message, span));
                poison(span)
            }
            None => poison(span),
        }
    }

    fn at_inner_node(&self) -> bool {
        let element = self.graph_scope.as_ref().and_then(|scope| scope.element.as_ref());
        element.is_some_and(|(_, node)| *node)
    }

    /// The variable that is the only argument; `Some(None)` for none inside a fold, `None` when something is wrong and reported.
    fn element_argument(&mut self, name: &str, node: &ast::CallExpr, span: Span, ctx: &Context) -> Option<Option<Variable>> {
        let args: Vec<ast::Expr> = node.arguments().filter_map(|arg| arg.expr()).collect();
        let folding = self.graph_scope.as_ref().is_some_and(|scope| scope.element.is_some());
        let variable = match args.as_slice() {
            [] if folding => return Some(None),
            [ast::Expr::Name(only)] => self.variable(&only.value(), ctx),
            _ => None,
        };
        match variable {
            Some(Variable::Node(_) | Variable::Edge(_)) => Some(variable),
            _ => {
                let message = format!("{name}(): the argument is a node or an edge of the pattern");
                self.report(diagnostics::general(message, span));
                None
            }
        }
    }

    fn field(&mut self, element: GraphElement, value: NodeValue, name: &str, ty: KqlType, span: Span) -> Expr {
        let known = self.graph_scope.iter().flat_map(|scope| &scope.fields);
        let known = known.into_iter().find(|field| field.element == element && field.value == value);
        if let Some(field) = known {
            return read(&field.column, span);
        }
        let column = self.column(name, ty);
        let place = read(&column, span);
        if let Some(scope) = &mut self.graph_scope {
            scope.fields.push(GraphField { column, element, value });
        }
        place
    }
}

/// A bag of the values that are there.
fn bag(values: Vec<(String, Expr)>, span: Span) -> Expr {
    let mut args = vec![value(Literal::Bool(true), span)];
    args.extend(pairs(values, span));
    dynamic_call("pack_all", args, span)
}
