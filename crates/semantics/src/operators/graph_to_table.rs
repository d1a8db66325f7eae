//! `graph-to-table`: the nodes of a graph as rows, its edges as rows, or both.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use crate::binder::{Binder, nothing, read, rel};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Expr, Graph, Rel, RelKind, SubqueryKind};

impl Binder<'_> {
    pub(super) fn graph_to_table(&mut self, node: &ast::GraphToTableOperator, graph: Graph, span: Span) -> Rel {
        let outputs: Vec<ast::GraphOutput> = node.outputs().collect();
        match outputs.as_slice() {
            [] => nothing(span),
            [only] => {
                let rows = self.graph_output(only, graph, span);
                match self.name_read_later(only, node) {
                    Some(name) => {
                        let (id, columns) = self.keep_named(name, rows);
                        self.shared(id, &columns, false, span)
                    }
                    None => rows,
                }
            }
            several => self.graph_tables(several, node, graph, span),
        }
    }

    /// Several tables: the query's next statements read them by name; where none does, they are its results.
    fn graph_tables(&mut self, outputs: &[ast::GraphOutput], node: &ast::GraphToTableOperator, graph: Graph, span: Span) -> Rel {
        if outputs.iter().any(|output| output.name().is_none()) {
            self.report(diagnostics::general(
                "graph-to-table: each of several tables needs a name: `as`",
                span,
            ));
        }
        if node.syntax().next_sibling().is_some() {
            self.report(diagnostics::general(
                "graph-to-table: several tables end the statement; the next one reads them by name",
                span,
            ));
        }
        let graph = self.share_graph(graph);
        let mut rows = Vec::with_capacity(outputs.len());
        for output in outputs {
            let table = self.graph_output(output, graph.clone(), span);
            let (id, columns) = match output.name() {
                Some(name) => self.keep_named(name.value(), table),
                None => self.keep_named(String::new(), table),
            };
            rows.push(self.shared(id, &columns, false, span));
        }
        if outputs.iter().any(|output| self.name_read_later(output, node).is_some()) {
            self.only_names = true;
        }
        let mut rows = rows.into_iter();
        let first = rows.next().unwrap_or_else(|| nothing(span));
        self.extra_results.extend(rows);
        first
    }

    fn graph_output(&mut self, output: &ast::GraphOutput, graph: Graph, span: Span) -> Rel {
        let word = |name: &str| output.param(name).and_then(|param| param.word());
        let mut items = Vec::new();
        let input = if output.is_nodes() {
            if let Some(name) = graph.conflicts.first() {
                let construct = format!("graph-to-table of nodes whose tables give '{name}' different types");
                self.report(diagnostics::unsupported(&construct, span));
            }
            let id = self.column("", graph.id_type);
            let properties: Vec<Column> = graph.properties.iter().map(|property| property.column.clone()).collect();
            items.extend(word("with_node_id").map(|name| self.hashed(name, id.id, graph.id_type, span)));
            items.extend(Self::keep(&properties, span));
            let open = graph.tables.iter().any(|table| table.rows.open);
            let columns = std::iter::once(id.clone()).chain(properties).collect();
            rel(RelKind::GraphNodes { graph, id: id.id }, columns, false, open, span)
        } else {
            let ends = [("with_source_id", graph.source), ("with_target_id", graph.target)];
            for (parameter, end) in ends {
                items.extend(word(parameter).map(|name| self.hashed(name, end, graph.id_type, span)));
            }
            items.extend(Self::keep(&graph.edges.columns, span));
            graph.edges
        };
        let open = input.open;
        self.project(input, items, open, span)
    }

    /// The hash of a node's id.
    fn hashed(&mut self, name: String, id: ColumnId, ty: KqlType, span: Span) -> (Column, Expr) {
        let column = Column {
            id,
            name: String::new(),
            ty,
        };
        let id = read(&column, span);
        let expr = match functions::scalar("hash") {
            Some(function) => self.apply(function, "hash", vec![id], span),
            None => id,
        };
        (self.column(name, KqlType::Long), expr)
    }

    /// The name of a table, where the query reads it.
    fn name_read_later(&self, output: &ast::GraphOutput, node: &ast::GraphToTableOperator) -> Option<String> {
        let name = output.name()?.value();
        let root = node.syntax().ancestors().last()?;
        root.descendants()
            .filter_map(ast::NameExpr::cast)
            .any(|reference| reference.value() == name)
            .then_some(name)
    }

    fn keep_named(&mut self, name: String, rows: Rel) -> (crate::ir::SubqueryId, Vec<Column>) {
        let columns = rows.columns.clone();
        let id = self.subquery(SubqueryKind::Table, rows);
        self.named.push((name, id, columns.clone()));
        (id, columns)
    }
}
