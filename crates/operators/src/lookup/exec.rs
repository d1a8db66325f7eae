//! The physical node: reads the table once for all partitions, then passes the source by.

use std::fmt;
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{RecordBatch, RecordBatchOptions, UInt32Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::UserDefinedLogicalNode;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PlanProperties};
use datafusion::physical_planner::PhysicalPlanner;
use futures::future::{BoxFuture, Shared};
use futures::{FutureExt, StreamExt, TryStreamExt};

use super::node::Lookup;
use super::{Finder, Index, Probe, Side};
use crate::held::Held;
use crate::node::{Inputs, Node, NodeExec};

/// Rows of one batch of the result, about.
const BATCH_ROWS: usize = 16_384;

/// The planner hook.
pub(crate) fn physical(
    node: &dyn UserDefinedLogicalNode,
    inputs: &[Arc<dyn ExecutionPlan>],
    _planner: &dyn PhysicalPlanner,
    _session: &dyn Session,
    _context: &PhysicalPlanningContext,
) -> Option<Result<Arc<dyn ExecutionPlan>>> {
    let node = node.as_any().downcast_ref::<Lookup>()?;
    let join = Join {
        finder: Arc::clone(&node.finder),
        columns: node.columns.clone(),
        unmatched: node.unmatched,
        schema: Arc::new(node.schema.as_arrow().clone()),
    };
    Some(NodeExec::plan(LookupNode::new(Arc::new(join)), inputs.to_vec()))
}

/// What is done with every batch.
#[derive(Debug)]
struct Join {
    finder: Arc<dyn Finder>,
    columns: Vec<Side>,
    unmatched: bool,
    schema: SchemaRef,
}

/// The table and its index.
#[derive(Debug)]
struct Table {
    rows: RecordBatch,
    index: Arc<dyn Index>,
    _memory: MemoryReservation,
}

type Loading = Shared<BoxFuture<'static, Result<Arc<Table>, Arc<DataFusionError>>>>;

struct LookupNode {
    join: Arc<Join>,
    /// Started by the first partition that runs.
    loading: Mutex<Option<Loading>>,
}

impl fmt::Debug for LookupNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.detail())
    }
}

impl LookupNode {
    const fn new(join: Arc<Join>) -> Self {
        let loading = Mutex::new(None);
        Self { join, loading }
    }

    /// The table, read when it is first asked for.
    fn loading(&self, table: &Arc<dyn ExecutionPlan>, context: &Arc<TaskContext>) -> Result<Loading> {
        let Ok(mut loading) = self.loading.lock() else {
            return exec_err!("a lookup failed in another thread");
        };
        if let Some(loading) = loading.as_ref() {
            return Ok(loading.clone());
        }
        let stream = table.execute(0, Arc::clone(context))?;
        let held = Held::new(format!("Lookup: {}", self.join.finder.name()), context.memory_pool());
        let finder = Arc::clone(&self.join.finder);
        let started = async move { load(stream, held, finder.as_ref()).await.map(Arc::new).map_err(Arc::new) };
        let started = started.boxed().shared();
        *loading = Some(started.clone());
        Ok(started)
    }
}

async fn load(stream: SendableRecordBatchStream, held: Held, finder: &dyn Finder) -> Result<Table> {
    let (rows, memory) = held.whole(stream).await?;
    // The index lies beside the rows.
    memory.try_grow(memory.size())?;
    if u32::try_from(rows.num_rows()).is_err() {
        return exec_err!("{}: the lookup table has too many rows", finder.name());
    }
    let index = finder.index(&rows)?;
    Ok(Table {
        rows,
        index,
        _memory: memory,
    })
}

impl Node for LookupNode {
    fn name(&self) -> &'static str {
        "LookupExec"
    }

    fn detail(&self) -> String {
        self.join.finder.name().to_owned()
    }

    fn properties(&self, inputs: &Inputs) -> Result<Arc<PlanProperties>> {
        let [source, _] = inputs else {
            return plan_err!("a lookup has two inputs");
        };
        Ok(Arc::new(PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&self.join.schema)),
            Partitioning::UnknownPartitioning(source.output_partitioning().partition_count()),
            EmissionType::Incremental,
            Boundedness::Bounded,
        )))
    }

    /// The table is read once, by whichever partition of the source comes first.
    fn wants_one_partition(&self, input: usize) -> bool {
        input == 1
    }

    fn renewed(&self) -> Self {
        Self::new(Arc::clone(&self.join))
    }

    fn execute(&self, inputs: &Inputs, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let [source, table] = inputs else {
            return plan_err!("a lookup has two inputs");
        };
        let loading = self.loading(table, &context)?;
        let source = source.execute(partition, context)?;
        let join = Arc::clone(&self.join);
        let stream = source
            .and_then(move |batch| {
                let (loading, join) = (loading.clone(), Arc::clone(&join));
                async move {
                    let table = loading.await.map_err(DataFusionError::Shared)?;
                    let probe = Arc::clone(&table.index).probe(&batch)?;
                    Ok(futures::stream::iter(Matches {
                        batch,
                        table,
                        join,
                        probe,
                        row: 0,
                    }))
                }
            })
            .try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.join.schema),
            stream.boxed(),
        )))
    }
}

/// The results of one batch of the source, a piece at a time.
struct Matches {
    batch: RecordBatch,
    table: Arc<Table>,
    join: Arc<Join>,
    probe: Box<dyn Probe>,
    row: usize,
}

impl Iterator for Matches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut source, mut table): (Vec<u32>, Vec<Option<u32>>) = (Vec::new(), Vec::new());
        let mut found = Vec::new();
        while self.row < self.batch.num_rows() && source.len() < BATCH_ROWS {
            found.clear();
            self.probe.find(self.row, &mut found);
            let row = u32::try_from(self.row).ok()?;
            if found.is_empty() && self.join.unmatched {
                source.push(row);
                table.push(None);
            }
            source.resize(source.len() + found.len(), row);
            table.extend(found.iter().copied().map(Some));
            self.row += 1;
        }
        (!source.is_empty()).then(|| self.piece(source, table))
    }
}

impl Matches {
    fn piece(&self, source: Vec<u32>, table: Vec<Option<u32>>) -> Result<RecordBatch> {
        let rows = source.len();
        let (source, table) = (UInt32Array::from(source), UInt32Array::from(table));
        let columns = self
            .join
            .columns
            .iter()
            .map(|column| {
                let (batch, at, rows) = match column {
                    Side::Source(at) => (&self.batch, at, &source),
                    Side::Table(at) => (&self.table.rows, at, &table),
                };
                match batch.columns().get(*at) {
                    Some(values) => Ok(take(values, rows, None)?),
                    None => exec_err!("a lookup lacks column {at}"),
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.join.schema), columns, &options)?)
    }
}
