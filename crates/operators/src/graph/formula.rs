//! Expressions over the elements of a match.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::{Result, exec_err};
use datafusion::physical_plan::PhysicalExpr;
use quarry_schema::KqlType;
use quarry_semantics::ir::FoldKind;

/// Where a column of an expression comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A property of a node variable, by position in the graph's properties.
    Node {
        variable: usize,
        property: usize,
    },
    /// A column of an edge that has fixed length.
    Edge {
        edge: usize,
        column: usize,
    },
    Fold(usize),
    /// Inside a fold: a property of the inner node at hand, or a column of the edge at hand.
    Element(usize),
}

/// An expression and what it reads, in the order of its schema.
#[derive(Clone, Debug)]
pub struct Formula {
    expr: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    reads: Vec<Source>,
}

/// An expression over every edge or inner node of a path.
#[derive(Clone, Debug)]
pub struct Fold {
    pub edge: usize,
    pub inner_nodes: bool,
    pub kind: FoldKind,
    /// The KQL type of the expression.
    pub ty: KqlType,
    pub formula: Formula,
}

impl Formula {
    #[must_use]
    pub fn new(expr: Arc<dyn PhysicalExpr>, schema: SchemaRef, reads: Vec<Source>) -> Self {
        Self { expr, schema, reads }
    }

    pub(super) fn reads(&self) -> &[Source] {
        &self.reads
    }

    /// The values for a number of rows; `read` gives the columns.
    pub(super) fn values(&self, rows: usize, read: &mut dyn FnMut(Source) -> Result<ArrayRef>) -> Result<ArrayRef> {
        let columns = self.reads.iter().map(|source| read(*source)).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?;
        self.expr.evaluate(&batch)?.into_array(rows)
    }

    /// Where the expression is true; null is not.
    pub(super) fn truths(&self, rows: usize, read: &mut dyn FnMut(Source) -> Result<ArrayRef>) -> Result<Vec<bool>> {
        let values = self.values(rows, read)?;
        match values.as_boolean_opt() {
            Some(values) => Ok(truths(values).collect()),
            None => exec_err!("a condition on a graph that is no truth value"),
        }
    }
}

pub(super) fn truths(values: &BooleanArray) -> impl Iterator<Item = bool> + '_ {
    values.iter().map(|value| value == Some(true))
}
