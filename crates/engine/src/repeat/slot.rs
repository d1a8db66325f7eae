//! Places in a plan for rows that are known when it runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, exec_err};
use datafusion::datasource::TableType;
use datafusion::execution::{SendableRecordBatchStream, SessionState, TaskContext};
use datafusion::logical_expr::Expr;
use datafusion::physical_expr::{EquivalenceProperties, Partitioning, PhysicalExpr};
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions, SchedulingType};
use datafusion::physical_plan::memory::MemoryStream;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use quarry_semantics::ir::SubqueryId;

use crate::Database;

/// Rows in memory.
#[derive(Clone, Debug)]
pub struct HeldRows {
    pub schema: SchemaRef,
    /// Of this schema.
    pub batches: Arc<[RecordBatch]>,
}

/// A database whose tables are all in memory.
pub trait HeldTables: Database {
    /// The rows of a table that [`Catalog::table`](quarry_semantics::Catalog::table) knows.
    fn rows(&self, name: &str) -> Option<HeldRows>;
}

/// Whose rows come to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Slot {
    Stored(String),
    Kept(SubqueryId),
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(table) => f.write_str(table),
            Self::Kept(subquery) => write!(f, "rows of subquery {subquery}"),
        }
    }
}

/// A place for the rows of a stored table.
pub(super) fn stored(table: &str, schema: SchemaRef) -> Arc<dyn TableProvider> {
    Arc::new(SlotTable {
        slot: Slot::Stored(table.to_owned()),
        schema,
    })
}

/// A place for the rows of a subquery.
pub(super) fn kept(subquery: SubqueryId, schema: SchemaRef) -> Arc<dyn TableProvider> {
    Arc::new(SlotTable {
        slot: Slot::Kept(subquery),
        schema,
    })
}

/// The rows of one run.
pub(crate) struct Run {
    pub(super) tables: Arc<dyn HeldTables>,
    pub(super) kept: HashMap<SubqueryId, HeldRows>,
}

impl Run {
    /// What plans run in that find these rows.
    pub(crate) fn context(self: &Arc<Self>, state: &SessionState) -> Arc<TaskContext> {
        // Functions are looked up by name only where plans are read from somewhere.
        Arc::new(TaskContext::new(
            None,
            state.session_id().to_owned(),
            state.config().clone().with_extension(Arc::clone(self)),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            HashMap::new(),
            Arc::clone(state.runtime_env()),
        ))
    }

    fn rows(&self, slot: &Slot) -> Option<HeldRows> {
        match slot {
            Slot::Stored(table) => self.tables.rows(table),
            Slot::Kept(subquery) => self.kept.get(subquery).cloned(),
        }
    }
}

/// A table that knows its columns and has no rows of its own.
#[derive(Debug)]
struct SlotTable {
    slot: Slot,
    schema: SchemaRef,
}

#[async_trait]
impl TableProvider for SlotTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let shown = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let properties = PlanProperties::new(
            EquivalenceProperties::new(shown),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        Ok(Arc::new(SlotExec {
            slot: self.slot.clone(),
            schema: Arc::clone(&self.schema),
            projection: projection.cloned(),
            properties: Arc::new(properties.with_scheduling_type(SchedulingType::Cooperative)),
        }))
    }
}

/// Gives the rows of the run. It says nothing of how many they are: a plan must suit any.
#[derive(Debug)]
struct SlotExec {
    slot: Slot,
    /// Of the rows, before the projection.
    schema: SchemaRef,
    projection: Option<Vec<usize>>,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for SlotExec {
    fn fmt_as(&self, _t: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.slot)
    }
}

impl ExecutionPlan for SlotExec {
    fn name(&self) -> &'static str {
        "HeldRowsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(&self, _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, _partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let run = context.session_config().get_extension::<Run>();
        let Some(rows) = run.and_then(|run| run.rows(&self.slot)) else {
            return exec_err!("this run has no rows of {}", self.slot);
        };
        if rows.schema != self.schema {
            return exec_err!("the rows of {} have other columns than those that were planned with", self.slot);
        }
        let stream = MemoryStream::try_new(rows.batches.to_vec(), self.schema(), self.projection.clone())?;
        Ok(Box::pin(cooperative(stream)))
    }
}
