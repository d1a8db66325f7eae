//! The physical form.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::StreamExt;

use super::WideProject;
use super::node::Source;
use crate::node::{Inputs, Node, NodeExec};

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let project = node.as_any().downcast_ref::<WideProject>()?;
    Some(chosen(project, planner, session, context).and_then(|choose| NodeExec::plan(choose, inputs.to_vec())))
}

fn chosen(
    project: &WideProject,
    planner: &dyn PhysicalPlanner,
    session: &dyn Session,
    context: &PhysicalPlanningContext,
) -> Result<Choose> {
    let input = project.input().schema();
    let own: HashMap<&str, usize> = input
        .fields()
        .iter()
        .enumerate()
        .map(|(at, field)| (field.name().as_str(), at))
        .collect();
    let place = |source: &Source| match source {
        Source::Computed(at) => Ok(Place::Computed(*at)),
        Source::Input(name) => match own.get(name.as_str()) {
            Some(at) => Ok(Place::Input(*at)),
            None => plan_err!("a projection reads the column {name}, which is not there"),
        },
    };
    let computed = project
        .computed()
        .iter()
        .map(|expr| planner.create_physical_expr(expr, input, session, context));
    Ok(Choose {
        schema: Arc::new(UserDefinedLogicalNode::schema(project).as_arrow().clone()),
        columns: project.sources().iter().map(place).collect::<Result<_>>()?,
        computed: computed.collect::<Result<_>>()?,
    })
}

/// Where a column comes from, by its position.
#[derive(Clone, Copy, Debug)]
enum Place {
    Input(usize),
    Computed(usize),
}

#[derive(Clone, Debug)]
struct Choose {
    schema: SchemaRef,
    columns: Arc<[Place]>,
    computed: Vec<Arc<dyn PhysicalExpr>>,
}

impl Node for Choose {
    fn name(&self) -> &'static str {
        "WideProjectExec"
    }

    fn detail(&self) -> String {
        let computed: Vec<String> = self.computed.iter().map(ToString::to_string).collect();
        format!("{} columns, [{}]", self.columns.len(), computed.join(", "))
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
        let own = self.clone();
        let stream = input.map(move |batch| own.projected(&batch?));
        Ok(Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream)))
    }
}

impl Choose {
    fn projected(&self, batch: &RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let computed = self.computed.iter().map(|expr| expr.evaluate(batch)?.into_array(rows));
        let computed = computed.collect::<Result<Vec<_>>>()?;
        let column = |place: &Place| match *place {
            Place::Input(at) => batch.columns().get(at),
            Place::Computed(at) => computed.get(at),
        };
        let columns: Option<Vec<ArrayRef>> = self.columns.iter().map(|place| column(place).map(Arc::clone)).collect();
        let Some(columns) = columns else {
            return exec_err!("the input of a projection has other columns than its plan");
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?)
    }
}
