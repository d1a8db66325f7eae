//! The physical form of Quarry's own nodes: what DataFusion asks of every node, so that each of ours says only what sets it apart.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, PlanProperties};

/// The inputs of a node.
pub(crate) type Inputs = [Arc<dyn ExecutionPlan>];

/// What sets a node apart.
pub(crate) trait Node: fmt::Debug + Send + Sync + 'static {
    /// The name in printed plans.
    fn name(&self) -> &'static str;

    /// What a printed plan says behind the name.
    fn detail(&self) -> String;

    /// Schema, partitions and order of what comes out.
    ///
    /// # Errors
    /// When the inputs are not those that the node needs.
    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>>;

    /// Whether the rows of an input must come in one partition.
    fn wants_one_partition(&self, input: usize) -> bool;

    /// The order in which the rows of an input must come.
    fn order(&self, _input: usize) -> Option<LexOrdering> {
        None
    }

    /// Whether a `take` above may go below.
    fn supports_limit_pushdown(&self) -> bool {
        false
    }

    /// The same node for other inputs: without what it may have read of these.
    fn renewed(&self) -> Self
    where
        Self: Sized;

    /// The input of a node that has one.
    ///
    /// # Errors
    /// When there is none.
    fn only_input<'i>(&self, inputs: &'i Inputs) -> Result<&'i Arc<dyn ExecutionPlan>> {
        inputs.first().map_or_else(|| plan_err!("{} needs an input", self.name()), Ok)
    }

    /// The properties of a node that gives other columns in the partitions of its only input.
    ///
    /// # Errors
    /// When there is no input.
    fn with_columns(&self, schema: &SchemaRef, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        let input = self.only_input(inputs)?;
        Ok(Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(schema)),
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            input.pipeline_behavior(),
            input.boundedness(),
        )))
    }

    /// The properties of a node that gives its rows in one partition when it has read all inputs.
    fn at_the_end(&self, schema: SchemaRef) -> Arc<PlanProperties> {
        Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        ))
    }

    /// Runs one partition.
    ///
    /// # Errors
    /// When it cannot start.
    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream>;
}

/// A node with its inputs.
#[derive(Debug)]
pub(crate) struct NodeExec<N> {
    node: N,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
}

impl<N: Node> NodeExec<N> {
    pub(crate) fn plan(node: N, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let properties = node.properties(&inputs)?;
        Ok(Arc::new(Self { node, inputs, properties }))
    }

    fn each_input<T>(&self, answer: impl Fn(usize) -> T) -> Vec<T> {
        (0..self.inputs.len()).map(answer).collect()
    }
}

impl<N: Node> DisplayAs for NodeExec<N> {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.node.name(), self.node.detail())
    }
}

impl<N: Node> ExecutionPlan for NodeExec<N> {
    fn name(&self) -> &str {
        self.node.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        self.each_input(|input| match self.node.wants_one_partition(input) {
            true => Distribution::SinglePartition,
            false => Distribution::UnspecifiedDistribution,
        })
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        self.each_input(|input| self.node.order(input).map(OrderingRequirements::from))
    }

    /// Even where the order is kept: saying so would let the optimizer move a sort below.
    fn maintains_input_order(&self) -> Vec<bool> {
        self.each_input(|_| false)
    }

    /// Rows that are dealt out come in another order.
    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        self.each_input(|_| false)
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
        options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match options.children_properties {
            ChildrenPropertiesMode::Keep => Ok(Arc::new(Self {
                node: self.node.renewed(),
                inputs: children,
                properties: Arc::clone(&self.properties),
            })),
            ChildrenPropertiesMode::Recompute => Self::plan(self.node.renewed(), children),
        }
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Self::plan(self.node.renewed(), children)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.node.execute(&self.inputs, partition, context)
    }

    fn supports_limit_pushdown(&self) -> bool {
        self.node.supports_limit_pushdown()
    }
}
