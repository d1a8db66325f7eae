//! The physical form: DataFusion's union of inputs to whose batches the absent columns are added.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{Result, ScalarValue, exec_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::WideUnion;
use crate::node::{Inputs, Node, NodeExec};

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    _planner: &dyn PhysicalPlanner,
    _session: &dyn Session,
    _context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let union = node.as_any().downcast_ref::<WideUnion>()?;
    let schema: SchemaRef = Arc::new(node.schema().as_arrow().clone());
    let widened = inputs.iter().map(|input| {
        let widen = Widen {
            schema: Arc::clone(&schema),
            absent: Arc::clone(union.absent()),
        };
        NodeExec::plan(widen, vec![Arc::clone(input)])
    });
    Some(widened.collect::<Result<Vec<_>>>().and_then(UnionExec::try_new))
}

/// Adds the columns that its input lacks.
#[derive(Clone, Debug)]
struct Widen {
    schema: SchemaRef,
    absent: Arc<[ScalarValue]>,
}

impl Node for Widen {
    fn name(&self) -> &'static str {
        "WidenExec"
    }

    fn detail(&self) -> String {
        format!("{} columns", self.schema.fields().len())
    }

    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        self.with_columns(&self.schema, inputs)
    }

    fn wants_one_partition(&self, _input: usize) -> bool {
        false
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.only_input(inputs)?.execute(partition, context)?;
        let mut padding = Padding::new(&self.schema, &self.absent, &input.schema());
        let stream = input.map(move |batch| padding.widened(&batch?));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}

/// Where a column of the result comes from.
#[derive(Clone, Copy, Debug)]
enum Source {
    Input(usize),
    /// A value that stands in all rows.
    Value(usize),
}

/// What is added to the batches of one stream.
struct Padding {
    schema: SchemaRef,
    columns: Vec<Source>,
    /// The different values of absent columns.
    values: Vec<ScalarValue>,
    /// Columns of them, kept for batches of one length.
    arrays: Vec<ArrayRef>,
    rows: usize,
}

impl Padding {
    fn new(schema: &SchemaRef, absent: &[ScalarValue], input: &SchemaRef) -> Self {
        let mut values: Vec<ScalarValue> = Vec::new();
        let own: HashMap<&str, usize> = input
            .fields()
            .iter()
            .enumerate()
            .map(|(at, field)| (field.name().as_str(), at))
            .collect();
        let columns = schema
            .fields()
            .iter()
            .zip(absent)
            .map(|(field, absent)| match own.get(field.name().as_str()) {
                Some(at) => Source::Input(*at),
                None => Source::Value(values.iter().position(|value| value == absent).unwrap_or_else(|| {
                    values.push(absent.clone());
                    values.len() - 1
                })),
            });
        let columns = columns.collect();
        Self {
            schema: Arc::clone(schema),
            columns,
            values,
            arrays: Vec::new(),
            rows: 0,
        }
    }

    fn widened(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        if self.arrays.len() != self.values.len() || self.rows != rows {
            self.arrays = self
                .values
                .iter()
                .map(|value| value.to_array_of_size(rows))
                .collect::<Result<_>>()?;
            self.rows = rows;
        }
        let column = |from: &Source| match *from {
            Source::Input(at) => batch.columns().get(at),
            Source::Value(at) => self.arrays.get(at),
        };
        let columns: Option<Vec<ArrayRef>> = self.columns.iter().map(|from| column(from).map(Arc::clone)).collect();
        let Some(columns) = columns else {
            return exec_err!("a leg of a union has other columns than its plan");
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use datafusion::arrow::array::{AsArray, Int64Array};
    use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema};

    use super::*;

    #[test]
    fn absent_columns_hold_their_values() {
        let field = |name: &str, ty: DataType| Field::new(name, ty, true);
        let schema = Arc::new(Schema::new(vec![
            field("text", DataType::Utf8View),
            field("n", DataType::Int64),
            field("m", DataType::Int64),
        ]));
        let input = Arc::new(Schema::new(vec![field("n", DataType::Int64)]));
        let absent = [
            ScalarValue::Utf8View(Some(String::new())),
            ScalarValue::Int64(None),
            ScalarValue::Int64(None),
        ];
        let mut padding = Padding::new(&schema, &absent, &input);
        for rows in [2_i64, 2, 0, 3] {
            let numbers: ArrayRef = Arc::new((0..rows).collect::<Int64Array>());
            let batch = RecordBatch::try_new(Arc::clone(&input), vec![numbers]).unwrap();
            let widened = padding.widened(&batch).unwrap();
            assert_eq!(widened.num_rows(), batch.num_rows());
            assert!(widened.column(0).as_string_view().iter().all(|text| text == Some("")));
            assert_eq!(widened.column(1), batch.column(0));
            assert_eq!(widened.column(2).as_primitive::<Int64Type>().iter().flatten().count(), 0);
        }
    }
}
