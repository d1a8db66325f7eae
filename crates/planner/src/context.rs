//! What a plan is made in: tables, the clock, and the results of subqueries that ran before.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::execution::SessionState;
use quarry_functions::{Geography, UserAgents};
use quarry_schema::KqlType;
use quarry_semantics::ir::{ColumnId, OutsideRead, Rel, SubqueryId};

/// Where stored tables come from. Columns are in the engine's representation of KQL values, under their stored names.
pub trait Tables: Send + Sync {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>>;

    /// The rows of local files that stand for data outside: one text column for each that is wanted.
    ///
    /// # Errors
    /// Says what is wrong with a file.
    fn outside(&self, read: &OutsideRead) -> Result<RecordBatch, String> {
        Err(format!("nothing is registered as {}", read.files.join(", ")))
    }

    /// Where addresses are, when that is known.
    fn geography(&self) -> Option<Geography> {
        None
    }

    /// What user agent strings tell, when that is known.
    ///
    /// # Errors
    /// Says what is wrong with the catalogue.
    fn user_agents(&self) -> Result<Option<UserAgents>, String> {
        Ok(None)
    }
}

/// The result of a subquery.
#[derive(Clone, Debug)]
pub enum Resolved {
    /// The rows of a `materialize(…)`, how many they are, and which column of the query each of theirs is. A plan depends on nothing else of them.
    Table {
        rows: u64,
        provider: Arc<dyn TableProvider>,
        columns: Vec<ColumnId>,
    },
    /// The value of a `toscalar(…)`.
    Scalar(ScalarValue),
    /// The distinct values of the right side of an `in`.
    Set(ArrayRef, KqlType),
    /// A subquery of a body: it has a value in each group and is planned where it is read.
    OfGroup(Arc<Rel>),
}

/// What a plan is made in.
pub struct PlanContext<'a> {
    pub tables: &'a dyn Tables,
    /// The clock of the query, in ticks: `now()` and everything that follows from it.
    pub now: i64,
    pub resolved: &'a HashMap<SubqueryId, Resolved>,
    pub state: &'a SessionState,
}
