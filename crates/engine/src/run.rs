//! From bound query to rows.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use quarry_semantics::evidence;
use quarry_semantics::ir::Query;
use quarry_text::{Diagnostic, Span};
use quarry_value::time;

use crate::bind::{Bound, bind};
use crate::prepare::{Place, Way};
use crate::{Database, QueryError, QueryOptions, QueryOutcome, ResultColumn, ResultTable, Session};

impl Session {
    /// Answers a query.
    ///
    /// # Errors
    /// Diagnostics: what the text gets wrong, what is not supported, or what went wrong while it ran.
    pub async fn query(&self, text: &str, database: &dyn Database, options: &QueryOptions) -> Result<QueryOutcome, QueryError> {
        outcome(options.timeout, self.answer(text, database, options)).await
    }

    async fn answer(
        &self,
        text: &str,
        database: &dyn Database,
        options: &QueryOptions,
    ) -> Result<(Vec<ResultTable>, Vec<Diagnostic>), QueryError> {
        let (query, now, diagnostics) = self.bound(text, database, options).await?;
        let Some(limit) = options.evidence else {
            return Ok((self.run(&query, Way::Once(database), now, options.max_rows).await?, diagnostics));
        };
        let traced = evidence::instrument(&query, limit);
        let mut tables = self.run(&traced, Way::Once(database), now, options.max_rows).await?;
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
        // Most queries name their tables, so that one look at the words spares binding twice. A word may stand for something else than the
        // table of that name: a table that cannot be read is refused when the binder asks for it.
        let _ = database.fetch(&words(text)).await;
        loop {
            match bind(text, database, options, now, &facts).await? {
                Bound::Query { query, now, diagnostics } => return Ok((query, now, diagnostics)),
                Bound::Discover { discover, now } => facts.push(crate::discover::schema(self, &discover, Way::Once(database), now).await?),
            }
        }
    }

    /// Runs a bound query: subqueries first, in order.
    pub(crate) async fn run(&self, query: &Query, way: Way<'_>, now: i64, max_rows: Option<usize>) -> Result<Vec<ResultTable>, QueryError> {
        let prepared = self.prepare(query, way, now).await?;
        let mut results = Vec::with_capacity(query.results.len());
        for (place, result) in query.results.iter().enumerate() {
            let plan = || prepared.plan(&result.rel);
            let collected = prepared.rows(Place::Result(place), plan, max_rows).await?;
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

    pub(crate) async fn physical(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>, QueryError> {
        Ok(self.state().create_physical_plan(plan).await?)
    }
}

/// Waits for an answer, no longer than `limit`.
pub(crate) async fn outcome(
    limit: Option<Duration>,
    answer: impl Future<Output = Result<(Vec<ResultTable>, Vec<Diagnostic>), QueryError>>,
) -> Result<QueryOutcome, QueryError> {
    let started = Instant::now();
    let (tables, diagnostics) = match limit {
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

/// The words of a text, each once.
fn words(text: &str) -> Vec<String> {
    let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    words.into_iter().map(str::to_owned).collect()
}
