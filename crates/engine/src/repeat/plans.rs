//! The plans of a query, and on what they depend.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::LogicalPlan;
use quarry_planner::Resolved;
use quarry_semantics::ir::SubqueryId;
use tokio::sync::Mutex;

use super::HeldTables;
use super::asked::Watched;
use super::slot::{HeldRows, Run, kept};
use crate::collect::{Collected, Ready};
use crate::prepare::Place;
use crate::{Database, QueryError, Session};

/// Plans of one query that are kept: those that differ in the values of subqueries may be as many as the runs.
const MOST_PLANS: usize = 32;

/// What a subquery came to, as far as later plans depend on it.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Scalar(ScalarValue),
    Set(ArrayRef),
    /// How many rows there are decides about the order in which they are joined.
    Rows(u64),
    OfGroup,
}

impl Shape {
    pub(crate) fn of(value: &Resolved) -> Self {
        match value {
            Resolved::Scalar(value) => Self::Scalar(value.clone()),
            Resolved::Set(values, _) => Self::Set(Arc::clone(values)),
            Resolved::Table { rows, .. } => Self::Rows(*rows),
            Resolved::OfGroup(_) => Self::OfGroup,
        }
    }
}

impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Scalar(own), Self::Scalar(other)) => own == other,
            (Self::Set(own), Self::Set(other)) => own.as_ref() == other.as_ref(),
            (Self::Rows(own), Self::Rows(other)) => own == other,
            (Self::OfGroup, Self::OfGroup) => true,
            _ => false,
        }
    }
}

/// Plans of a bound query.
#[derive(Default)]
pub(crate) struct Plans {
    ready: Mutex<VecDeque<Planned>>,
}

struct Planned {
    place: Place,
    shapes: Vec<Shape>,
    plan: Arc<Ready>,
}

impl Plans {
    /// The plan for a place where the subqueries came to these shapes; made where there is none.
    async fn get(
        &self,
        place: Place,
        shapes: &[Shape],
        make: impl Future<Output = Result<Ready, QueryError>>,
    ) -> Result<Arc<Ready>, QueryError> {
        // Held while a plan is made: whoever needs the same at the same time waits for it.
        let mut ready = self.ready.lock().await;
        if let Some(found) = ready.iter().find(|one| one.place == place && one.shapes == shapes) {
            return Ok(Arc::clone(&found.plan));
        }
        let plan = Arc::new(make.await?);
        if ready.len() == MOST_PLANS {
            ready.pop_front();
        }
        ready.push_back(Planned {
            place,
            shapes: shapes.to_vec(),
            plan: Arc::clone(&plan),
        });
        Ok(plan)
    }
}

/// One more run of a query.
pub(crate) struct Again<'a> {
    plans: &'a Plans,
    tables: &'a Arc<dyn HeldTables>,
    database: Watched<'a>,
}

impl<'a> Again<'a> {
    pub(super) fn new(plans: &'a Plans, tables: &'a Arc<dyn HeldTables>) -> Self {
        Self {
            plans,
            tables,
            database: Watched::new(tables.as_ref()),
        }
    }

    /// The tables as plans read them: without their rows.
    pub(crate) fn database(&self) -> &dyn Database {
        &self.database
    }
}

/// A run while it goes on: what its subqueries came to.
pub(crate) struct Repetition<'a> {
    again: &'a Again<'a>,
    shapes: Vec<Shape>,
    kept: HashMap<SubqueryId, HeldRows>,
}

impl<'a> Repetition<'a> {
    pub(crate) fn new(again: &'a Again<'a>) -> Self {
        Self {
            again,
            shapes: Vec::new(),
            kept: HashMap::new(),
        }
    }

    /// Plans that are asked for from now on depend on this, too.
    pub(crate) fn came_to(&mut self, shape: Shape) {
        self.shapes.push(shape);
    }

    /// Keeps the rows of a subquery for plans that read them.
    pub(crate) fn keep_rows(&mut self, id: SubqueryId, schema: SchemaRef, batches: Vec<RecordBatch>) -> Arc<dyn TableProvider> {
        let rows = HeldRows {
            schema: Arc::clone(&schema),
            batches: batches.into(),
        };
        self.kept.insert(id, rows);
        kept(id, schema)
    }

    /// The rows of a plan.
    pub(crate) async fn collect(
        &self,
        session: &Session,
        place: Place,
        plan: impl FnOnce() -> Result<LogicalPlan, QueryError> + Send,
        max_rows: Option<usize>,
    ) -> Result<Collected, QueryError> {
        let make = async { session.ready(plan()?).await };
        let ready = self.again.plans.get(place, &self.shapes, make).await?;
        let run = Run {
            tables: Arc::clone(self.again.tables),
            kept: self.kept.clone(),
        };
        session.collect_again(&ready, &Arc::new(run), max_rows).await
    }
}
