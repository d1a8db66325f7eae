//! The physical node: collects its inputs, each in one partition and in order, then computes.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::{DataFusionError, Result};
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::LexOrdering;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::Computation;
use super::budget::Budget;
use super::node::Whole;
use crate::held::Held;
use crate::node::{Inputs, Node, NodeExec};

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    _planner: &dyn PhysicalPlanner,
    _session: &dyn Session,
    _context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let node = node.as_any().downcast_ref::<Whole>()?;
    let collected = Collected {
        computation: Arc::clone(&node.computation),
        schema: Arc::new(node.schema.as_arrow().clone()),
        orderings: inputs.iter().map(|input| input.output_ordering().cloned()).collect(),
    };
    Some(NodeExec::plan(collected, inputs.to_vec()))
}

#[derive(Clone, Debug)]
struct Collected {
    computation: Arc<dyn Computation>,
    schema: SchemaRef,
    /// The order of each input when the plan was made: it must stay.
    orderings: Vec<Option<LexOrdering>>,
}

impl Node for Collected {
    fn name(&self) -> &'static str {
        "WholeExec"
    }

    fn detail(&self) -> String {
        self.computation.name().to_owned()
    }

    fn properties(&self, _inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        Ok(self.at_the_end(Arc::clone(&self.schema)))
    }

    fn wants_one_partition(&self, _input: usize) -> bool {
        true
    }

    fn order(&self, input: usize) -> Option<LexOrdering> {
        self.orderings.get(input).cloned().flatten()
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let reservation = MemoryConsumer::new(format!("Whole: {}", self.computation.name())).register(context.memory_pool());
        let streams = inputs
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
