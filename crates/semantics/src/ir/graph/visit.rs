//! Copies of graphs with column ids of their own.

use super::{Graph, GraphMatch, NodeValue};
use crate::ir::Renumber;

impl Renumber<'_> {
    pub(in crate::ir) fn graph(&mut self, graph: &mut Graph) {
        self.rel(&mut graph.edges);
        self.id(&mut graph.source);
        self.id(&mut graph.target);
        graph.partition.iter_mut().for_each(|id| self.id(id));
        for table in &mut graph.tables {
            self.rel(&mut table.rows);
            self.id(&mut table.key);
            table.partition.iter_mut().for_each(|id| self.id(id));
        }
        for property in &mut graph.properties {
            self.id(&mut property.column.id);
            self.node_value(&mut property.value);
        }
    }

    fn node_value(&mut self, value: &mut NodeValue) {
        match value {
            NodeValue::Tables { columns, .. } => columns.iter_mut().flatten().for_each(|id| self.id(id)),
            NodeValue::Property(id) => self.id(id),
            NodeValue::Id | NodeValue::Partition | NodeValue::Component { .. } | NodeValue::DegreeIn | NodeValue::DegreeOut => {}
        }
    }

    pub(in crate::ir) fn graph_match(&mut self, node: &mut GraphMatch) {
        self.graph(&mut node.graph);
        for field in &mut node.fields {
            self.id(&mut field.column.id);
            self.node_value(&mut field.value);
        }
        for fold in &mut node.folds {
            self.id(&mut fold.output.id);
            for (column, value) in &mut fold.fields {
                self.id(&mut column.id);
                self.node_value(value);
            }
            self.expr(&mut fold.expr);
        }
        self.optional(&mut node.predicate);
        self.items(&mut node.items);
    }
}
