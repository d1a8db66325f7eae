//! `make-graph`: edges and nodes become a graph.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::graph::graph_rel;
use crate::binder::{Binder, read, rel};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Graph, GraphElement, GraphField, NodeProperty, NodeTable, NodeValue, Rel, RelKind};
use crate::scope::{Context, find};

impl Binder<'_> {
    pub(super) fn make_graph(&mut self, node: &ast::MakeGraphOperator, edges: Rel, span: Span, ctx: &Context) -> Rel {
        if !node.is_directed() {
            self.report(diagnostics::graph("SEM0456", "make-graph needs directed edges: -->", span));
        }
        let source = self.graph_column(node.source(), &edges, span);
        let target = self.graph_column(node.target(), &edges, span);
        self.check_id_types(&source, &target, "SEM1019", span);
        let partition = node.partitioned_by();
        let partition_name = partition.as_ref().and_then(ast::PartitionedByClause::column);
        let partition_column = partition_name.clone().map(|name| self.graph_column(Some(name), &edges, span));

        let mut tables = Vec::new();
        for nodes in node.nodes() {
            let place = self.span(&nodes);
            let Some(table) = nodes.table() else { continue };
            let rows = self.rel(&table, &ctx.without_rows(), None);
            let key = self.graph_column(nodes.on(), &rows, place);
            self.check_id_types(&source, &key, "SEM1079", place);
            let own_partition = partition_column.as_ref().map(|wanted| {
                let own = self.graph_column(partition_name.clone(), &rows, place);
                self.check_id_types(wanted, &own, "SEM1079", place);
                own.id
            });
            tables.push(NodeTable {
                rows,
                key: key.id,
                partition: own_partition,
            });
        }
        let (mut properties, conflicts) = self.properties_of(&tables);
        if let Some(name) = node.with_node_id().and_then(|param| param.word()) {
            properties.push(NodeProperty {
                column: self.column(name, source.ty),
                value: NodeValue::Id,
            });
        }
        let graph = graph_rel(
            Graph {
                edges,
                source: source.id,
                target: target.id,
                id_type: source.ty,
                partition: partition_column.map(|column| column.id),
                tables,
                properties,
                conflicts,
            },
            span,
        );
        match partition
            .and_then(|partition| partition.subquery())
            .and_then(|subquery| subquery.pipeline())
        {
            Some(pipeline) => self.partitioned(graph, &pipeline, span, ctx),
            None => graph,
        }
    }

    /// What is applied to each partition: nodes of different partitions are different nodes, so that one search serves them all. What
    /// follows the graph operator works on the rows of each partition by themselves.
    fn partitioned(&mut self, graph: Rel, pipeline: &ast::Pipeline, span: Span, ctx: &Context) -> Rel {
        let ctx = ctx.without_rows();
        let mut operators = pipeline.operators();
        let Some(first) = operators.next() else { return graph };
        let place = self.span(&first);
        let mut found = self.operator(&first, Some(graph), place, &ctx);
        let mut rest = operators.peekable();
        if rest.peek().is_none() || found.open {
            return found;
        }
        let columns = found.columns.clone();
        let RelKind::GraphMatch(node) = found.kind.as_mut() else {
            self.report(diagnostics::unsupported(
                "partitioned-by with operators behind graph-to-table",
                place,
            ));
            return found;
        };
        let ty = find_column(&node.graph.edges, node.graph.partition).map_or(KqlType::Unknown, |column| column.ty);
        let own = self.column("", ty);
        let key = self.column("", ty);
        node.items.push((key.id, read(&own, place)));
        node.fields.push(GraphField {
            column: own,
            element: GraphElement::Node(0),
            value: NodeValue::Partition,
        });
        let key_id = key.id;
        found.columns.push(key);
        let mut body = self.group_input(&columns, false, span);
        for operator in rest {
            let place = self.span(&operator);
            if !self.count_operators(1, place) {
                break;
            }
            body = self.operator(&operator, Some(body), place, &ctx);
        }
        let (columns, open) = (body.columns.clone(), body.open);
        let kind = RelKind::Partition {
            input: found,
            key: key_id,
            body,
        };
        rel(kind, columns, false, open, span)
    }

    /// A column that says which node or partition a row is about. One that is not there is reported, and stands as a column of unknown
    /// type.
    fn graph_column(&mut self, name: Option<ast::Name>, rows: &Rel, span: Span) -> Column {
        let text = name.as_ref().map(ast::Name::value).unwrap_or_default();
        let place = name.map_or(span, |name| self.span(&name));
        match find(&rows.columns, &text) {
            Some(column) if column.ty == KqlType::Dynamic => {
                let message = format!("make-graph: '{text}' is dynamic: the ids of nodes need a type; convert it first");
                self.report(diagnostics::graph("SEM1006", &message, place));
                Column {
                    ty: KqlType::Unknown,
                    ..column.clone()
                }
            }
            Some(column) => column.clone(),
            None => {
                if !rows.open {
                    self.report(diagnostics::unknown_column(&text, None, place));
                }
                self.column(text, KqlType::Unknown)
            }
        }
    }

    fn check_id_types(&mut self, one: &Column, other: &Column, code: &'static str, span: Span) {
        if one.ty != other.ty && one.ty != KqlType::Unknown && other.ty != KqlType::Unknown {
            let message = format!(
                "make-graph: '{}' is of type {}, '{}' of type {}: they must be the same",
                one.name, one.ty, other.name, other.ty
            );
            self.report(diagnostics::graph(code, &message, span));
        }
    }

    /// The union of the tables' columns by name. Columns that share a name but not a type are no property.
    fn properties_of(&mut self, tables: &[NodeTable]) -> (Vec<NodeProperty>, Vec<String>) {
        let mut properties: Vec<NodeProperty> = Vec::new();
        let mut conflicts: Vec<String> = Vec::new();
        for (at, table) in tables.iter().enumerate() {
            for column in &table.rows.columns {
                let own_key = column.id == table.key;
                match properties.iter_mut().find(|property| property.column.name == column.name) {
                    None => {
                        let mut columns = vec![None; tables.len()];
                        columns.iter_mut().skip(at).take(1).for_each(|place| *place = Some(column.id));
                        properties.push(NodeProperty {
                            column: self.column(column.name.clone(), column.ty),
                            value: NodeValue::Tables { columns, is_key: own_key },
                        });
                    }
                    Some(property) if property.column.ty != column.ty => conflicts.push(column.name.clone()),
                    Some(property) => {
                        if let NodeValue::Tables { columns, is_key } = &mut property.value {
                            columns
                                .iter_mut()
                                .skip(at)
                                .take(1)
                                .for_each(|place| *place = place.or(Some(column.id)));
                            *is_key |= own_key;
                        }
                    }
                }
            }
        }
        properties.retain(|property| !conflicts.contains(&property.column.name));
        (properties, conflicts)
    }
}

fn find_column(rows: &Rel, id: Option<ColumnId>) -> Option<&Column> {
    rows.columns.iter().find(|column| Some(column.id) == id)
}
