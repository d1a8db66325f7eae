//! The rows of a plan, within the session's memory. A join that does not fit is tried once more in a form that spills.

use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::DataFusionError;
use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::TryStreamExt;
use quarry_operators::held::Held;
use quarry_text::{Diagnostic, Span};

use crate::memory::out_of_memory;
use crate::repeat::Run;
use crate::{HeldMemory, QueryError, Session};

/// Rows, and what they are paid with.
pub(crate) struct Collected {
    pub batches: Vec<RecordBatch>,
    pub memory: HeldMemory,
}

/// Why there are no rows.
enum Stopped {
    TooManyRows,
    Failed(DataFusionError),
}

/// A plan that is ready to run.
pub(crate) struct Ready {
    logical: LogicalPlan,
    physical: Arc<dyn ExecutionPlan>,
    joins_by_hash: bool,
}

impl Session {
    /// Optimizes a plan.
    pub(crate) async fn ready(&self, logical: LogicalPlan) -> Result<Ready, QueryError> {
        let physical = self.physical(&logical).await?;
        Ok(Ready {
            joins_by_hash: joins_by_hash(&physical),
            logical,
            physical,
        })
    }

    /// Optimizes and runs a plan. The batches come in the plan's order where it has one.
    pub(crate) async fn collect(&self, plan: LogicalPlan, max_rows: Option<usize>) -> Result<Collected, QueryError> {
        let ready = self.ready(plan).await?;
        self.record(&ready.physical);
        let context = |state: &SessionState| state.task_ctx();
        self.collect_ready(&ready, Arc::clone(&ready.physical), context, max_rows).await
    }

    /// Runs a plan that may have run before, on other rows.
    pub(crate) async fn collect_again(&self, ready: &Ready, run: &Arc<Run>, max_rows: Option<usize>) -> Result<Collected, QueryError> {
        // The plan itself never runs: each run has nodes of its own, which remember nothing of another.
        let physical = reset_plan_states(Arc::clone(&ready.physical))?;
        self.collect_ready(ready, physical, |state| run.context(state), max_rows).await
    }

    async fn collect_ready(
        &self,
        ready: &Ready,
        physical: Arc<dyn ExecutionPlan>,
        context: impl Fn(&SessionState) -> Arc<TaskContext>,
        max_rows: Option<usize>,
    ) -> Result<Collected, QueryError> {
        let error = match attempt(physical, context(self.state()), max_rows).await {
            Ok(collected) => return Ok(collected),
            Err(Stopped::Failed(error)) if is_out_of_memory(&error) && ready.joins_by_hash => error,
            Err(stopped) => return Err(self.refusal(stopped, max_rows)),
        };
        // Nothing of the first attempt has left this function. Keys that cannot be sorted stay with the first error.
        match self.spilling_state().create_physical_plan(&ready.logical).await {
            Ok(physical) => match attempt(physical, context(self.spilling_state()), max_rows).await {
                Err(Stopped::Failed(other)) if matches!(other.find_root(), DataFusionError::NotImplemented(_)) => {
                    Err(self.refusal(Stopped::Failed(error), max_rows))
                }
                Err(stopped) => Err(self.refusal(stopped, max_rows)),
                Ok(collected) => Ok(collected),
            },
            Err(_) => Err(self.refusal(Stopped::Failed(error), max_rows)),
        }
    }

    fn refusal(&self, stopped: Stopped, max_rows: Option<usize>) -> QueryError {
        match stopped {
            Stopped::TooManyRows => {
                let message = format!("the result has more than {} rows", max_rows.unwrap_or_default());
                let diagnostic = Diagnostic::error("E_QUERY_RESULT_SET_TOO_LARGE", message, Span::new(0, 0));
                QueryError::one(diagnostic.with_help("add a filter, `take` or `summarize`"))
            }
            Stopped::Failed(error) => match error.find_root() {
                DataFusionError::ResourcesExhausted(message) => QueryError::one(out_of_memory(message, Some(self.memory()))),
                _ => error.into(),
            },
        }
    }
}

async fn attempt(physical: Arc<dyn ExecutionPlan>, context: Arc<TaskContext>, max_rows: Option<usize>) -> Result<Collected, Stopped> {
    let mut held = Held::new("result", context.memory_pool());
    let mut stream = execute_stream(physical, Arc::clone(&context)).map_err(Stopped::Failed)?;
    let mut rows = 0;
    while let Some(batch) = stream.try_next().await.map_err(Stopped::Failed)? {
        rows += batch.num_rows();
        if max_rows.is_some_and(|most| rows > most) {
            return Err(Stopped::TooManyRows);
        }
        if batch.num_rows() > 0 {
            held.push(batch).map_err(Stopped::Failed)?;
        }
    }
    let (batches, reservation) = held.into_parts();
    Ok(Collected {
        batches,
        memory: reservation.into(),
    })
}

fn is_out_of_memory(error: &DataFusionError) -> bool {
    matches!(error.find_root(), DataFusionError::ResourcesExhausted(_))
}

fn joins_by_hash(plan: &Arc<dyn ExecutionPlan>) -> bool {
    plan.name() == "HashJoinExec" || plan.children().into_iter().any(joins_by_hash)
}
