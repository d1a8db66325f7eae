//! The physical node: collects its inputs, each in one partition and in order, then computes.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::Computation;
use super::budget::Budget;
use super::node::Whole;
use crate::held::Held;

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    _planner: &dyn PhysicalPlanner,
    _session: &dyn Session,
    _context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let node = node.as_any().downcast_ref::<Whole>()?;
    let schema = Arc::new(node.schema.as_arrow().clone());
    let orderings = inputs.iter().map(|input| input.output_ordering().cloned()).collect();
    let exec = WholeExec::new(inputs.to_vec(), Arc::clone(&node.computation), schema, orderings);
    Some(Ok(Arc::new(exec)))
}

#[derive(Debug)]
struct WholeExec {
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    computation: Arc<dyn Computation>,
    schema: SchemaRef,
    /// The order of each input when the plan was made: it must stay.
    orderings: Vec<Option<LexOrdering>>,
    properties: Arc<PlanProperties>,
}

impl WholeExec {
    fn new(
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        computation: Arc<dyn Computation>,
        schema: SchemaRef,
        orderings: Vec<Option<LexOrdering>>,
    ) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            inputs,
            computation,
            schema,
            orderings,
            properties: Arc::new(properties),
        }
    }

    fn with_inputs(&self, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Arc<dyn ExecutionPlan> {
        let (computation, schema) = (Arc::clone(&self.computation), Arc::clone(&self.schema));
        Arc::new(Self::new(inputs, computation, schema, self.orderings.clone()))
    }
}

impl DisplayAs for WholeExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WholeExec: {}", self.computation.name())
    }
}

impl ExecutionPlan for WholeExec {
    fn name(&self) -> &str {
        "WholeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition; self.inputs.len()]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.orderings
            .iter()
            .map(|ordering| ordering.clone().map(OrderingRequirements::from))
            .collect()
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn apply_expressions(&self, _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.with_inputs(children))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self.with_inputs(children))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let reservation = MemoryConsumer::new(format!("Whole: {}", self.computation.name())).register(context.memory_pool());
        let streams = self
            .inputs
            .iter()
            .map(|input| input.execute(partition, Arc::clone(&context)))
            .collect::<Result<Vec<_>>>()?;
        let computation = Arc::clone(&self.computation);
        let schema = Arc::clone(&self.schema);
        let result = async move {
            let mut inputs = Vec::with_capacity(streams.len());
            for stream in streams {
                let (rows, paid) = Held::paid_by(reservation.new_empty()).whole(stream).await?;
                reservation.try_grow(paid.free())?;
                inputs.push(rows);
            }
            // Away from the threads that serve others: a long computation must not hold up a timeout.
            let budget = Budget::new(reservation);
            let _stop = budget.stop_on_drop();
            SpawnedTask::spawn_blocking(move || computation.compute_within(&inputs, &schema, &budget))
                .join()
                .await
                .map_err(|error| DataFusionError::External(Box::new(error)))?
        };
        let stream = futures::stream::once(result).boxed();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}
