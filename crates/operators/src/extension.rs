//! Plans Quarry's own nodes. Each node brings its planner hook; this only asks them in turn.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::{Result, plan_err};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};

use crate::{groups, lookup, picked, serialize, whole, wide_project, wide_union};

/// Turns one kind of logical node into its physical form; `None` when the node is of another kind.
type Hook = fn(
    &dyn UserDefinedLogicalNode,
    &[Arc<dyn ExecutionPlan>],
    &dyn PhysicalPlanner,
    &dyn Session,
    &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>>;

const HOOKS: &[Hook] = &[
    groups::physical,
    lookup::physical,
    picked::physical,
    serialize::physical,
    whole::physical,
    wide_project::physical,
    wide_union::physical,
];

/// The query planner of a session that runs KQL.
#[derive(Debug, Default)]
pub struct KqlQueryPlanner;

#[async_trait]
impl QueryPlanner for KqlQueryPlanner {
    async fn create_physical_plan(&self, plan: &LogicalPlan, state: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(KqlNodes)])
            .create_physical_plan(plan, state)
            .await
    }
}

struct KqlNodes;

#[async_trait]
impl ExtensionPlanner for KqlNodes {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        _logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        match HOOKS.iter().find_map(|hook| hook(node, physical_inputs, planner, session, context)) {
            Some(planned) => planned.map(Some),
            None => plan_err!("no physical form for {}", node.name()),
        }
    }
}
