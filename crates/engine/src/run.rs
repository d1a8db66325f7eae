//! From bound query to rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::array::{ArrayRef, RecordBatch, new_empty_array};
use datafusion::arrow::compute::concat;
use datafusion::catalog::TableProvider;
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::physical_plan::ExecutionPlan;
use quarry_functions::{Geography, UserAgents};
use quarry_planner::{PlanContext, Resolved, Tables, plan, schema_of, subqueries_of_groups};
use quarry_schema::KqlType;
use quarry_semantics::evidence;
use quarry_semantics::ir::{OutsideRead, Query, Rel, Subquery, SubqueryId, SubqueryKind};
use quarry_text::{Diagnostic, Span};
use quarry_value::{arrow_type, time};

use crate::bind::{Bound, bind};
use crate::collect::Collected;
use crate::{Database, HeldMemory, QueryError, QueryOptions, QueryOutcome, ResultColumn, ResultTable, Session};

/// A database seen by the planner.
pub(crate) struct DatabaseTables<'a>(pub(crate) &'a dyn Database);

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

impl Session {
    /// Answers a query.
    ///
    /// # Errors
    /// Diagnostics: what the text gets wrong, what is not supported, or what went wrong while it ran.
    pub async fn query(&self, text: &str, database: &dyn Database, options: &QueryOptions) -> Result<QueryOutcome, QueryError> {
        let started = Instant::now();
        let answer = self.answer(text, database, options);
        let (tables, diagnostics) = match options.timeout {
            None => answer.await?,
            Some(limit) => match tokio::time::timeout(limit, answer).await {
                Ok(answer) => answer?,
                Err(_) => {
                    let message = format!("the query ran longer than {} s", limit.as_secs_f32());
                    return Err(QueryError::one(Diagnostic::error("Q0006", message, Span::new(0, 0))));
                }
            },
        };
        Ok(QueryOutcome {
            tables,
            diagnostics,
            elapsed: started.elapsed(),
        })
    }

    async fn answer(
        &self,
        text: &str,
        database: &dyn Database,
        options: &QueryOptions,
    ) -> Result<(Vec<ResultTable>, Vec<Diagnostic>), QueryError> {
        let (query, now, diagnostics) = self.bound(text, database, options).await?;
        let Some(limit) = options.evidence else {
            return Ok((self.run(&query, database, now, options.max_rows).await?, diagnostics));
        };
        let traced = evidence::instrument(&query, limit);
        let mut tables = self.run(&traced, database, now, options.max_rows).await?;
        for (place, table) in tables.iter_mut().enumerate() {
            table.set_evidence_apart()?;
            table.identity = query.identity(place);
        }
        Ok((tables, diagnostics))
    }

    /// Binds a text, looking at the data as often as the binder asks; gives the query, its clock and the binder's warnings.
    pub(crate) async fn bound(
        &self,
        text: &str,
        database: &dyn Database,
        options: &QueryOptions,
    ) -> Result<(Query, i64, Vec<Diagnostic>), QueryError> {
        let now = options.now.unwrap_or_else(time::system_now);
        let mut facts = Vec::new();
        loop {
            match bind(text, database, options, now, &facts)? {
                Bound::Query { query, now, diagnostics } => return Ok((query, now, diagnostics)),
                Bound::Discover { discover, now } => facts.push(crate::discover::schema(self, &discover, database, now).await?),
            }
        }
    }

    /// Runs a bound query: subqueries first, in order.
    pub(crate) async fn run(
        &self,
        query: &Query,
        database: &dyn Database,
        now: i64,
        max_rows: Option<usize>,
    ) -> Result<Vec<ResultTable>, QueryError> {
        let tables = DatabaseTables(database);
        let (resolved, _kept) = self.resolve(query, &tables, now).await?;
        let context = PlanContext {
            tables: &tables,
            now,
            resolved: &resolved,
            state: self.state(),
        };
        let mut results = Vec::with_capacity(query.results.len());
        for (place, result) in query.results.iter().enumerate() {
            let collected = self.collect(&plan(&result.rel, &context)?, max_rows).await?;
            let columns = result
                .rel
                .columns
                .iter()
                .map(|column| ResultColumn {
                    name: column.name.clone(),
                    ty: column.ty,
                })
                .collect();
            results.push(ResultTable {
                columns,
                identity: query.identity(place),
                batches: collected.batches,
                memory: collected.memory,
                evidence: None,
                render: result.render.clone(),
            });
        }
        Ok(results)
    }

    /// Computes the subqueries of a query; with what the rows that they keep are paid with.
    pub(crate) async fn resolve(
        &self,
        query: &Query,
        tables: &dyn Tables,
        now: i64,
    ) -> Result<(HashMap<SubqueryId, Resolved>, Vec<HeldMemory>), QueryError> {
        let mut resolved = HashMap::with_capacity(query.subqueries.len());
        let mut kept = Vec::new();
        let of_groups = subqueries_of_groups(query);
        for subquery in &query.subqueries {
            if of_groups.contains(&subquery.id) {
                resolved.insert(subquery.id, Resolved::OfGroup(Arc::new(subquery.rel.clone())));
                continue;
            }
            let value = {
                let context = PlanContext {
                    tables,
                    now,
                    resolved: &resolved,
                    state: self.state(),
                };
                let plan = plan(&subquery.rel, &context)?;
                let (value, memory) = self.subquery(subquery, plan).await?;
                kept.push(memory);
                value
            };
            resolved.insert(subquery.id, value);
        }
        Ok((resolved, kept))
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

    pub(crate) async fn physical(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>, QueryError> {
        Ok(self.state().create_physical_plan(plan).await?)
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
