//! Holds rows in the order of a `sort`.
//!
//! A relational optimizer drops a sort whose order no operator asks for. KQL's order matters further up: `make_list` collects in it,
//! `row_number` counts in it, `take` cuts in it. The node above a sort asks for exactly the order that the sort gives, in one partition.
//!
//! It also drops a sort by a column that is constant within each leg of a union, taking rows of one value per partition for rows in
//! order. The node below a sort hides what is known of the columns.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchemaRef, Result, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::execution_plan::ReplaceChildrenOptions;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;

/// On which side of a sort the node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Side {
    Above,
    Below,
}

/// The logical node.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Serialize {
    input: LogicalPlan,
    side: Side,
}

impl Serialize {
    /// Pins the order of a sort.
    #[must_use]
    pub fn above(sort: LogicalPlan) -> Self {
        Self {
            input: sort,
            side: Side::Above,
        }
    }

    /// Hides from a sort what is known of its input.
    #[must_use]
    pub fn below(input: LogicalPlan) -> Self {
        Self { input, side: Side::Below }
    }
}

impl PartialOrd for Serialize {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.input.partial_cmp(&other.input)
    }
}

impl UserDefinedLogicalNodeCore for Serialize {
    fn name(&self) -> &str {
        "Serialize"
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

    /// Rows pass unchanged, so any filter may go below.
    fn prevent_predicate_push_down_columns(&self) -> std::collections::HashSet<String> {
        std::collections::HashSet::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Serialize: {:?}", self.side)
    }

    fn with_exprs_and_inputs(&self, _exprs: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        match inputs.into_iter().next() {
            Some(input) => Ok(Self { input, side: self.side }),
            None => plan_err!("Serialize needs an input"),
        }
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        Some(vec![output_columns.to_vec()])
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
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
    let node = node.as_any().downcast_ref::<Serialize>()?;
    let input = inputs.first()?;
    let ordering = match node.side {
        Side::Above => input.output_ordering().cloned(),
        Side::Below => None,
    };
    Some(Ok(Arc::new(SerializeExec::new(Arc::clone(input), node.side, ordering))))
}

/// The physical node: passes batches through; above a sort it pins the order of its input, below one it tells nothing of it.
#[derive(Debug)]
pub struct SerializeExec {
    input: Arc<dyn ExecutionPlan>,
    side: Side,
    ordering: Option<LexOrdering>,
    properties: Arc<PlanProperties>,
}

impl SerializeExec {
    fn new(input: Arc<dyn ExecutionPlan>, side: Side, ordering: Option<LexOrdering>) -> Self {
        let properties = match side {
            Side::Above => Arc::clone(input.properties()),
            Side::Below => Arc::new(PlanProperties::new(
                EquivalenceProperties::new(input.schema()),
                input.output_partitioning().clone(),
                input.pipeline_behavior(),
                input.boundedness(),
            )),
        };
        Self {
            input,
            side,
            ordering,
            properties,
        }
    }

    fn with_input(&self, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match children.into_iter().next() {
            Some(input) => Ok(Arc::new(Self::new(input, self.side, self.ordering.clone()))),
            None => plan_err!("SerializeExec needs an input"),
        }
    }
}

impl DisplayAs for SerializeExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerializeExec: {:?}", self.side)
    }
}

impl ExecutionPlan for SerializeExec {
    fn name(&self) -> &str {
        "SerializeExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![match self.side {
            Side::Above => Distribution::SinglePartition,
            Side::Below => Distribution::UnspecifiedDistribution,
        }]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.ordering.clone().map(OrderingRequirements::from)]
    }

    /// The order is kept, but saying so would let the optimizer move another sort below this one.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(&self, _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.with_input(children)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        self.with_input(children)
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.input.execute(partition, context)
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }
}
