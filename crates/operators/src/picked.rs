//! One whole row of each group: `summarize arg_max(Timestamp, *)` over very many columns.
//!
//! As an aggregate it would have an argument and a field for every column, and optimizers look each of them up among all others in every rule. This
//! node knows its columns by their places alone.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{DFSchemaRef, Result, plan_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::{StreamExt, TryStreamExt};
use quarry_functions::aggregate::RowPicker;
use quarry_schema::KqlType;

use crate::groups::{Numbers, columns, comparable};
use crate::node::{Inputs, Node, NodeExec};

/// The logical node. Its columns are those of the input.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct PickedRows {
    input: LogicalPlan,
    picking: Arc<Picking>,
}

/// Which row is picked, and of which groups.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Picking {
    /// The aggregate.
    function: &'static str,
    /// The types of the columns. The first is the one compared, the last tell groups apart.
    types: Vec<KqlType>,
    keys: usize,
}

impl PickedRows {
    /// `None` when the aggregate does not pick rows. The columns of `input` are the aggregate's arguments, then the keys of the groups.
    #[must_use]
    pub fn new(input: LogicalPlan, function: &'static str, types: Vec<KqlType>, keys: usize) -> Option<Self> {
        RowPicker::new(function, &types)?;
        let picking = Arc::new(Picking { function, types, keys });
        Some(Self { input, picking })
    }
}

impl PartialOrd for PickedRows {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for PickedRows {
    fn name(&self) -> &str {
        "PickedRows"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.input.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PickedRows: {}", self.picking)
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        match inputs.into_iter().next() {
            Some(input) if input.schema().fields().len() == self.picking.types.len() => Ok(Self {
                input,
                picking: Arc::clone(&self.picking),
            }),
            _ => plan_err!("picking rows needs an input with the columns of its own"),
        }
    }
}

impl fmt::Display for Picking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {} columns, {} keys", self.function, self.types.len(), self.keys)
    }
}

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    _planner: &dyn PhysicalPlanner,
    _session: &dyn Session,
    _context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let node = node.as_any().downcast_ref::<PickedRows>()?;
    Some(NodeExec::plan(Picked(Arc::clone(&node.picking)), inputs.to_vec()))
}

#[derive(Clone, Debug)]
struct Picked(Arc<Picking>);

impl Node for Picked {
    fn name(&self) -> &'static str {
        "PickedRowsExec"
    }

    fn detail(&self) -> String {
        self.0.to_string()
    }

    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        Ok(self.at_the_end(self.only_input(inputs)?.schema()))
    }

    fn wants_one_partition(&self, _input: usize) -> bool {
        true
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.only_input(inputs)?;
        let schema = input.schema();
        let reservation = MemoryConsumer::new(format!("PickedRows: {}", self.0.function)).register(context.memory_pool());
        let rows = picked(
            Arc::clone(&self.0),
            input.execute(partition, context)?,
            Arc::clone(&schema),
            reservation,
        );
        let stream = futures::stream::once(rows).boxed();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, stream)))
    }
}

async fn picked(
    picking: Arc<Picking>,
    mut input: SendableRecordBatchStream,
    schema: SchemaRef,
    reservation: MemoryReservation,
) -> Result<RecordBatch> {
    let Some(mut picker) = RowPicker::new(picking.function, &picking.types) else {
        return plan_err!("{} picks no rows", picking.function);
    };
    let arguments = picking.types.len() - picking.keys;
    let keys: Vec<usize> = (arguments..picking.types.len()).collect();
    let mut numbers = Numbers::default();
    // Without keys there is a group even if there are no rows.
    if picking.keys == 0 {
        numbers.of(&[]);
    }
    while let Some(batch) = input.try_next().await? {
        let groups: Vec<usize> = match picking.keys {
            0 => vec![0; batch.num_rows()],
            _ => comparable(&columns(&batch, &keys)?)?
                .iter()
                .map(|key| numbers.of(key.data()))
                .collect(),
        };
        picker.update(batch.columns(), &groups, numbers.len())?;
        reservation.try_resize(picker.size() + numbers.size())?;
    }
    picker.grow(numbers.len());
    Ok(RecordBatch::try_new(schema, picker.finish()?)?)
}
