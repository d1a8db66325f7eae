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
use datafusion::common::{DFSchemaRef, Result, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, LogicalPlan, UserDefinedLogicalNode, UserDefinedLogicalNodeCore};
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering};
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;

use crate::node::{Inputs, Node, NodeExec};

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
    let side = node.as_any().downcast_ref::<Serialize>()?.side;
    let ordering = match side {
        Side::Above => inputs.first()?.output_ordering().cloned(),
        Side::Below => None,
    };
    Some(NodeExec::plan(Pinned { side, ordering }, inputs.to_vec()))
}

/// The physical node: passes batches through; above a sort it pins the order of its input, below one it tells nothing of it.
#[derive(Clone, Debug)]
struct Pinned {
    side: Side,
    ordering: Option<LexOrdering>,
}

impl Node for Pinned {
    fn name(&self) -> &'static str {
        "SerializeExec"
    }

    fn detail(&self) -> String {
        format!("{:?}", self.side)
    }

    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        let input = self.only_input(inputs)?;
        Ok(match self.side {
            Side::Above => Arc::clone(input.properties()),
            Side::Below => Arc::new(PlanProperties::new(
                EquivalenceProperties::new(input.schema()),
                input.output_partitioning().clone(),
                input.pipeline_behavior(),
                input.boundedness(),
            )),
        })
    }

    fn wants_one_partition(&self, _input: usize) -> bool {
        self.side == Side::Above
    }

    fn order(&self, _input: usize) -> Option<LexOrdering> {
        self.ordering.clone()
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn renewed(&self) -> Self {
        self.clone()
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.only_input(inputs)?.execute(partition, context)
    }
}
