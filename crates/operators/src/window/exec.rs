//! The physical node: reads its input whole, in one partition and in order, and appends the computed columns.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, OrderingRequirements, Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::kernels::compute;
use super::node::Window;
use crate::groups::Grouped;
use crate::held::Held;

/// A call with its arguments compiled.
#[derive(Clone, Debug)]
struct Call {
    function: &'static str,
    args: Vec<Arc<dyn PhysicalExpr>>,
}

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let window = node.as_any().downcast_ref::<Window>()?;
    let input = Arc::clone(inputs.first()?);
    Some(compile(window, input, planner, session, context))
}

fn compile(
    window: &Window,
    input: Arc<dyn ExecutionPlan>,
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    context: &PhysicalPlanningContext,
) -> Result<Arc<dyn ExecutionPlan>> {
    let schema = window.input.schema();
    let calls = window
        .calls
        .iter()
        .map(|call| {
            let args = call
                .args
                .iter()
                .map(|arg| planner.create_physical_expr(arg, schema, session, context))
                .collect::<Result<Vec<_>>>()?;
            Ok(Call {
                function: call.function,
                args,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let groups = window
        .groups
        .iter()
        .map(|key| planner.create_physical_expr(key, schema, session, context))
        .collect::<Result<Vec<_>>>()?;
    let output = Arc::new(window.schema.as_arrow().clone());
    let ordering = input.output_ordering().cloned();
    Ok(Arc::new(WindowExec::new(input, calls, groups, output, ordering)))
}

#[derive(Debug)]
struct WindowExec {
    input: Arc<dyn ExecutionPlan>,
    calls: Vec<Call>,
    groups: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    ordering: Option<LexOrdering>,
    properties: Arc<PlanProperties>,
}

impl WindowExec {
    fn new(
        input: Arc<dyn ExecutionPlan>,
        calls: Vec<Call>,
        groups: Vec<Arc<dyn PhysicalExpr>>,
        schema: SchemaRef,
        ordering: Option<LexOrdering>,
    ) -> Self {
        let equivalence = EquivalenceProperties::new(Arc::clone(&schema));
        let properties = PlanProperties::new(
            equivalence,
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            input,
            calls,
            groups,
            schema,
            ordering,
            properties: Arc::new(properties),
        }
    }

    fn with_input(&self, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match children.into_iter().next() {
            Some(input) => Ok(Arc::new(Self::new(
                input,
                self.calls.clone(),
                self.groups.clone(),
                Arc::clone(&self.schema),
                self.ordering.clone(),
            ))),
            None => plan_err!("KqlWindow needs an input"),
        }
    }
}

impl DisplayAs for WindowExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.calls.iter().map(|call| call.function).collect();
        write!(f, "KqlWindowExec: {}", names.join(", "))
    }
}

impl ExecutionPlan for WindowExec {
    fn name(&self) -> &str {
        "KqlWindowExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::SinglePartition]
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.ordering.clone().map(OrderingRequirements::from)]
    }

    /// A sort above must not move below: the numbers are those of the order that comes in.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(&self, f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        for arg in self.calls.iter().flat_map(|call| &call.args).chain(&self.groups) {
            if f(arg)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
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
        let held = Held::new("KqlWindow", context.memory_pool());
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let schema = Arc::clone(&self.schema);
        let (calls, groups) = (self.calls.clone(), self.groups.clone());
        let whole = async move {
            let (rows, reservation) = held.whole(input).await?;
            // As much again for what is computed, and once more where groups are put side by side.
            let copies = if groups.is_empty() { 1 } else { 2 };
            reservation.try_grow(reservation.size().saturating_mul(copies))?;
            let result = match groups.is_empty() {
                true => append(&rows, &calls, &schema),
                false => append_by_group(&rows, &calls, &groups, &schema),
            };
            drop(reservation);
            result
        };
        let stream = futures::stream::once(whole).boxed();
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}

/// The rows with a column for every call.
fn append(rows: &RecordBatch, calls: &[Call], schema: &SchemaRef) -> Result<RecordBatch> {
    let mut columns: Vec<ArrayRef> = rows.columns().to_vec();
    for (call, field) in calls.iter().zip(schema.fields().iter().skip(rows.num_columns())) {
        let args = evaluate(&call.args, rows)?;
        columns.push(compute(call.function, &args, rows.num_rows(), field.data_type())?);
    }
    RecordBatch::try_new(Arc::clone(schema), columns).map_err(DataFusionError::from)
}

/// The same, as if the rows of each group stood alone; rows of a group come out together.
fn append_by_group(rows: &RecordBatch, calls: &[Call], groups: &[Arc<dyn PhysicalExpr>], schema: &SchemaRef) -> Result<RecordBatch> {
    let grouped = Grouped::new(rows, &evaluate(groups, rows)?)?;
    let parts = grouped
        .groups()
        .map(|group| append(&group, calls, schema))
        .collect::<Result<Vec<_>>>()?;
    Ok(concat_batches(schema, &parts)?)
}

fn evaluate(exprs: &[Arc<dyn PhysicalExpr>], rows: &RecordBatch) -> Result<Vec<ArrayRef>> {
    exprs.iter().map(|expr| expr.evaluate(rows)?.into_array(rows.num_rows())).collect()
}
