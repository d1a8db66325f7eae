//! What a bound query needs before it can be planned: the results of its subqueries.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use datafusion::arrow::compute::concat;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::execution::SessionState;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use quarry_functions::{Geography, UserAgents};
use quarry_planner::{PlanContext, Resolved, Tables, plan, schema_of, subqueries_of_groups};
use quarry_schema::KqlType;
use quarry_semantics::ir::{OutsideRead, Query, Rel, Subquery, SubqueryId, SubqueryKind};
use quarry_text::Diagnostic;
use quarry_value::arrow_type;

use crate::collect::Collected;
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

/// A query whose subqueries have run. The rows that they keep are paid for as long as this lives.
pub(crate) struct Prepared<'a> {
    tables: DatabaseTables<'a>,
    now: i64,
    resolved: HashMap<SubqueryId, Resolved>,
    kept: Vec<HeldMemory>,
    state: &'a SessionState,
}

impl Prepared<'_> {
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
    pub(crate) async fn prepare<'a>(&'a self, query: &Query, database: &'a dyn Database, now: i64) -> Result<Prepared<'a>, QueryError> {
        let mut prepared = Prepared {
            tables: DatabaseTables(database),
            now,
            resolved: HashMap::with_capacity(query.subqueries.len()),
            kept: Vec::new(),
            state: self.state(),
        };
        let of_groups = subqueries_of_groups(query);
        for subquery in &query.subqueries {
            let value = if of_groups.contains(&subquery.id) {
                Resolved::OfGroup(Arc::new(subquery.rel.clone()))
            } else {
                let (value, memory) = self.subquery(subquery, prepared.plan(&subquery.rel)?).await?;
                prepared.kept.push(memory);
                value
            };
            prepared.resolved.insert(subquery.id, value);
        }
        Ok(prepared)
    }

    async fn subquery(&self, subquery: &Subquery, plan: LogicalPlan) -> Result<(Resolved, HeldMemory), QueryError> {
        match subquery.kind {
            SubqueryKind::Table => {
                let Collected { batches, memory } = self.collect(&plan, None).await?;
                let table = Resolved::Table {
                    batches,
                    schema: schema_of(&subquery.rel),
                    columns: subquery.rel.columns.iter().map(|column| column.id).collect(),
                };
                Ok((table, memory))
            }
            SubqueryKind::Scalar(ty) => {
                let plan = LogicalPlanBuilder::from(plan).limit(0, Some(1))?.build()?;
                let Collected { batches, memory } = self.collect(&plan, None).await?;
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
                let first = first_column(&subquery.rel, plan)?;
                let Collected { batches, memory } = self.collect(&first, None).await?;
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
    let column = datafusion::logical_expr::Expr::Column(datafusion::common::Column::new_unqualified(field.name()));
    Ok(LogicalPlanBuilder::from(plan).project(vec![column])?.distinct()?.build()?)
}
