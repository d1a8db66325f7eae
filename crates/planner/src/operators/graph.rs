//! Graph operators: the rows of edges and nodes become the inputs of a search or a listing, and expressions its formulas.

use std::sync::Arc;

use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_operators::graph::{GraphSpec, NodeColumn, Nodes, TableSpec};
use quarry_semantics::ir::{ColumnId, Graph, NodeValue, Rel};

use super::group::refuse;
use super::whole::whole;
use super::{Group, plan_rel};
use crate::columns::{Columns, name, reference};
use crate::{PlanContext, PlanError};

/// `graph-to-table nodes`: the id of each node, then its properties.
pub(super) fn nodes(rel: &Rel, graph: &Graph, context: &PlanContext<'_>, group: Option<&Group>) -> Result<LogicalPlan, PlanError> {
    refuse(group, "graph-to-table", rel)?;
    let mut wanted = Wanted::new(graph);
    wanted.node(&NodeValue::Id)?;
    for property in &graph.properties {
        wanted.node(&NodeValue::Property(property.column.id))?;
    }
    let (inputs, spec) = wanted.plan(context)?;
    // Two properties may be one value under two names: then it comes out twice.
    let properties = std::iter::once(&NodeValue::Id)
        .chain(graph.properties.iter().map(|property| &property.value))
        .filter_map(|value| wanted.position(value))
        .filter_map(|at| spec.properties.get(at).cloned())
        .collect();
    whole(
        rel,
        inputs,
        Arc::new(Nodes {
            graph: GraphSpec { properties, ..spec },
        }),
    )
}

/// What an operator reads of a graph: only that is carried into it.
pub(super) struct Wanted<'a> {
    graph: &'a Graph,
    /// Columns of the edges: the ends first.
    edges: Vec<ColumnId>,
    /// Columns of each node table.
    tables: Vec<Vec<ColumnId>>,
    nodes: Vec<NodeValue>,
    properties: Vec<NodeColumn>,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let mut edges = Vec::new();
        push(&mut edges, graph.source);
        push(&mut edges, graph.target);
        edges.extend(graph.partition.filter(|partition| !edges.contains(partition)));
        let tables = graph.tables.iter().map(|table| {
            let mut columns = vec![table.key];
            columns.extend(table.partition.filter(|partition| *partition != table.key));
            columns
        });
        Self {
            graph,
            edges,
            tables: tables.collect(),
            nodes: Vec::new(),
            properties: Vec::new(),
        }
    }

    /// The position of a column of the edges.
    pub(super) fn edge(&mut self, column: ColumnId) -> usize {
        push(&mut self.edges, column)
    }

    /// The position of a value of the nodes.
    pub(super) fn node(&mut self, value: &NodeValue) -> Result<usize, PlanError> {
        let value = match value {
            NodeValue::Property(id) => {
                let property = self.graph.properties.iter().find(|property| property.column.id == *id);
                let missing = || PlanError::invalid(format!("column {id} is no property of the graph's nodes"), self.graph.edges.span);
                property.ok_or_else(missing)?.value.clone()
            }
            other => other.clone(),
        };
        if let Some(at) = self.position(&value) {
            return Ok(at);
        }
        let column = match &value {
            NodeValue::Id | NodeValue::Property(_) => NodeColumn::Id,
            NodeValue::Partition => NodeColumn::Partition,
            NodeValue::DegreeIn => NodeColumn::DegreeIn,
            NodeValue::DegreeOut => NodeColumn::DegreeOut,
            NodeValue::Component { strong } => NodeColumn::Component { strong: *strong },
            NodeValue::Tables { columns, is_key } => {
                let rows = self.graph.tables.iter().flat_map(|table| &table.rows.columns);
                let first = rows.into_iter().find(|column| columns.contains(&Some(column.id)));
                NodeColumn::Tables {
                    ty: first.map_or(quarry_schema::KqlType::Unknown, |column| column.ty),
                    is_key: *is_key,
                    columns: columns
                        .iter()
                        .zip(&mut self.tables)
                        .map(|(column, wanted)| column.map(|column| push(wanted, column)))
                        .collect(),
                }
            }
        };
        self.nodes.push(value);
        self.properties.push(column);
        Ok(self.nodes.len() - 1)
    }

    fn position(&self, value: &NodeValue) -> Option<usize> {
        self.nodes.iter().position(|known| known == value)
    }

    /// The inputs that hold just what is wanted, and where in them it is.
    pub(super) fn plan(&self, context: &PlanContext<'_>) -> Result<(Vec<LogicalPlan>, GraphSpec), PlanError> {
        let graph = self.graph;
        let mut inputs = vec![only(&graph.edges, &self.edges, context)?];
        let mut tables = Vec::with_capacity(graph.tables.len());
        for (table, wanted) in graph.tables.iter().zip(&self.tables) {
            inputs.push(only(&table.rows, wanted, context)?);
            tables.push(TableSpec {
                key: place(wanted, table.key),
                partition: table.partition.map(|partition| place(wanted, partition)),
            });
        }
        let spec = GraphSpec {
            source: place(&self.edges, graph.source),
            target: place(&self.edges, graph.target),
            partition: graph.partition.map(|partition| place(&self.edges, partition)),
            tables,
            properties: self.properties.clone(),
        };
        Ok((inputs, spec))
    }
}

/// The position of a column, which is added where it is not there.
fn push(columns: &mut Vec<ColumnId>, column: ColumnId) -> usize {
    columns.iter().position(|known| *known == column).unwrap_or_else(|| {
        columns.push(column);
        columns.len() - 1
    })
}

fn place(columns: &[ColumnId], column: ColumnId) -> usize {
    columns.iter().position(|known| *known == column).unwrap_or(usize::MAX)
}

fn only(rel: &Rel, columns: &[ColumnId], context: &PlanContext<'_>) -> Result<LogicalPlan, PlanError> {
    let known = Columns::of(rel);
    let items = columns
        .iter()
        .map(|id| match known.get(*id) {
            Some(column) => Ok(reference(name(column))),
            None => Err(PlanError::invalid(format!("column {id} is not part of the graph"), rel.span)),
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(LogicalPlanBuilder::from(plan_rel(rel, context, None)?).project(items)?.build()?)
}
