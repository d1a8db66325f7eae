//! What a bound query needs before it can be planned: the results of its subqueries.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use datafusion::arrow::compute::concat;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{Column, DataFusionError, ScalarValue};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{Aggregate, Expr, LogicalPlan, LogicalPlanBuilder, Projection};
use quarry_functions::{Geography, UserAgents};
use quarry_planner::{PlanContext, Resolved, Tables, plan, schema_of, subqueries_of_groups};
use quarry_schema::KqlType;
use quarry_semantics::ir::{OutsideRead, Query, Rel, Subquery, SubqueryId, SubqueryKind};
use quarry_text::Diagnostic;
use quarry_value::arrow_type;

use crate::collect::Collected;
use crate::repeat::{Again, Repetition, Shape};
use crate::{Database, HeldMemory, QueryError, Session};

/// A database seen by the planner.
struct DatabaseTables<'a>(&'a dyn Database);

impl Tables for DatabaseTables<'_> {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        self.0.provider(name)
    }

    fn outside(&self, read: &OutsideRead) -> Result<RecordBatch, String> {
        match self.0.outside_data() {
            Some(data) => data.read(read),
            None => Err("no local file is registered".to_owned()),
        }
    }

    fn geography(&self) -> Option<Geography> {
        self.0.outside_data()?.geography()
    }

    fn user_agents(&self) -> Result<Option<UserAgents>, String> {
        self.0.outside_data().map_or(Ok(None), |data| data.user_agents())
    }
}

/// How a query runs.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// Once, over these tables.
    Once(&'a dyn Database),
    /// With the plans of earlier runs.
    Again(&'a Again<'a>),
}

/// What a plan is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Subquery(SubqueryId),
    Result(usize),
}

/// A query whose subqueries have run. The rows that they keep are paid for as long as this lives.
pub(crate) struct Prepared<'a> {
    session: &'a Session,
    tables: DatabaseTables<'a>,
    now: i64,
    resolved: HashMap<SubqueryId, Resolved>,
    kept: Vec<HeldMemory>,
    repetition: Option<Repetition<'a>>,
    state: &'a SessionState,
}

impl<'a> Prepared<'a> {
    fn new(session: &'a Session, way: Way<'a>, now: i64) -> Self {
        let (database, repetition) = match way {
            Way::Once(database) => (database, None),
            Way::Again(again) => (again.database(), Some(Repetition::new(again))),
        };
        Self {
            session,
            tables: DatabaseTables(database),
            now,
            resolved: HashMap::new(),
            kept: Vec::new(),
            repetition,
            state: session.state(),
        }
    }

    /// The rows of a plan: one that an earlier run has made, where there is one that fits.
    pub(crate) async fn rows(
        &self,
        place: Place,
        plan: impl FnOnce() -> Result<LogicalPlan, QueryError> + Send,
        max_rows: Option<usize>,
    ) -> Result<Collected, QueryError> {
        match &self.repetition {
            None => self.session.collect(plan()?, max_rows).await,
            Some(repetition) => repetition.collect(self.session, place, plan, max_rows).await,
        }
    }

    /// Keeps what a subquery came to.
    fn keep(&mut self, id: SubqueryId, value: Resolved, memory: Option<HeldMemory>) {
        if let Some(repetition) = &mut self.repetition {
            repetition.came_to(Shape::of(&value));
        }
        self.kept.extend(memory);
        self.resolved.insert(id, value);
    }

    /// The rows that a `materialize` keeps, as later plans read them.
    fn table(&mut self, id: SubqueryId, rel: &Rel, batches: Vec<RecordBatch>) -> Result<Resolved, QueryError> {
        let schema = schema_of(rel);
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let provider: Arc<dyn TableProvider> = match &mut self.repetition {
            None => Arc::new(MemTable::try_new(Arc::clone(&schema), vec![batches])?),
            Some(repetition) => repetition.keep_rows(id, Arc::clone(&schema), batches),
        };
        Ok(Resolved::Table {
            rows,
            provider,
            columns: rel.columns.iter().map(|column| column.id).collect(),
        })
    }

    /// Plans a part of the query.
    pub(crate) fn plan(&self, rel: &Rel) -> Result<LogicalPlan, QueryError> {
        let context = PlanContext {
            tables: &self.tables,
            now: self.now,
            resolved: &self.resolved,
            state: self.state,
        };
        Ok(plan(rel, &context)?)
    }
}

impl Session {
    /// Runs the subqueries of a query, in order: each may read those before it.
    pub(crate) async fn prepare<'a>(&'a self, query: &Query, way: Way<'a>, now: i64) -> Result<Prepared<'a>, QueryError> {
        let mut prepared = Prepared::new(self, way, now);
        let of_groups = subqueries_of_groups(query);
        for subquery in &query.subqueries {
            if of_groups.contains(&subquery.id) {
                prepared.keep(subquery.id, Resolved::OfGroup(Arc::new(subquery.rel.clone())), None);
            } else {
                let (value, memory) = prepared.subquery(subquery).await?;
                prepared.keep(subquery.id, value, Some(memory));
            }
        }
        Ok(prepared)
    }
}

impl Prepared<'_> {
    async fn subquery(&mut self, subquery: &Subquery) -> Result<(Resolved, HeldMemory), QueryError> {
        let place = Place::Subquery(subquery.id);
        match subquery.kind {
            SubqueryKind::Table => {
                let plan = || self.plan(&subquery.rel);
                let Collected { batches, memory } = self.rows(place, plan, None).await?;
                Ok((self.table(subquery.id, &subquery.rel, batches)?, memory))
            }
            SubqueryKind::Scalar(ty) => {
                let plan = || Ok(LogicalPlanBuilder::from(self.plan(&subquery.rel)?).limit(0, Some(1))?.build()?);
                let Collected { batches, memory } = self.rows(place, plan, None).await?;
                let first = batches
                    .iter()
                    .find(|batch| batch.num_rows() > 0)
                    .and_then(|batch| batch.columns().first());
                let value = match first {
                    Some(column) => ScalarValue::try_from_array(column, 0)?,
                    None if ty == KqlType::String => ScalarValue::Utf8View(Some(String::new())),
                    None => ScalarValue::try_new_null(&arrow_type(ty))?,
                };
                Ok((Resolved::Scalar(value), memory))
            }
            SubqueryKind::Set(ty) => {
                let plan = || first_column(&subquery.rel, self.plan(&subquery.rel)?);
                let Collected { batches, memory } = self.rows(place, plan, None).await?;
                let columns: Vec<&ArrayRef> = batches.iter().filter_map(|batch| batch.columns().first()).collect();
                let values = match columns.as_slice() {
                    [] => new_empty_array(&arrow_type(ty)),
                    columns => concat(&columns.iter().map(|column| column.as_ref()).collect::<Vec<_>>()).map_err(DataFusionError::from)?,
                };
                Ok((Resolved::Set(values, ty), memory))
            }
        }
    }
}

/// The distinct values of the first column.
fn first_column(rel: &Rel, plan: LogicalPlan) -> Result<LogicalPlan, QueryError> {
    let schema = schema_of(rel);
    let Some(field) = schema.fields().first() else {
        return Err(QueryError::one(Diagnostic::error(
            "SEM0001",
            "this table has no column to look in",
            rel.span,
        )));
    };
    let column = Expr::Column(Column::new_unqualified(field.name()));
    let values = LogicalPlanBuilder::from(plan).project(vec![column])?;
    if are_distinct(values.plan()) {
        return Ok(values.build()?);
    }
    Ok(values.distinct()?.build()?)
}

/// Whether the one column of a plan is known to have no value twice, as behind `distinct`.
fn are_distinct(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Projection(Projection { expr, input, .. }) => matches!(expr.as_slice(), [Expr::Column(_)]) && are_distinct(input),
        LogicalPlan::Aggregate(Aggregate { group_expr, aggr_expr, .. }) => group_expr.len() == 1 && aggr_expr.is_empty(),
        _ => false,
    }
}
