//! `graph-to-table nodes`.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};

use super::build::{Graph, GraphSpec};
use crate::whole::{Budget, Computation};

/// The nodes of a graph as rows: its wanted properties in order.
#[derive(Debug)]
pub struct Nodes {
    pub graph: GraphSpec,
}

impl Computation for Nodes {
    fn name(&self) -> &'static str {
        "graph-to-table"
    }

    fn compute(&self, _inputs: &[RecordBatch], _schema: &SchemaRef) -> Result<RecordBatch> {
        exec_err!("a graph needs a budget")
    }

    fn compute_within(&self, inputs: &[RecordBatch], schema: &SchemaRef, budget: &Budget) -> Result<RecordBatch> {
        let graph = Graph::new(&self.graph, inputs, budget)?;
        Ok(RecordBatch::try_new(Arc::clone(schema), graph.properties)?)
    }
}
