//! Queries that run again and again, each time over other rows: bound and planned once.
//!
//! Whatever else a plan is made of is kept beside it: what the database answered while the query was bound, the columns that `bag_unpack` and the like
//! found in the data, and what the subqueries came to. A run in which any of it is different gets a plan of its own. Rows of tables, and those that
//! `materialize` keeps, are looked up when the plan runs ([`slot`]).

mod asked;
mod plans;
mod slot;

use std::collections::VecDeque;
use std::sync::Arc;

use quarry_schema::KqlType;
use quarry_text::Diagnostic;
use quarry_value::time;
use tokio::sync::Mutex;

use self::asked::{Asked, Watched};
use self::plans::Plans;
use crate::bind::{Bound, bind};
use crate::discover;
use crate::prepare::Way;
use crate::run::outcome;
use crate::{QueryError, QueryOptions, QueryOutcome, ResultTable, Session};

pub(crate) use plans::{Again, Repetition, Shape};
pub(crate) use slot::Run;
pub use slot::{HeldRows, HeldTables};

/// Forms of a query that are kept: more differ in their tables or in what data tell of columns than is worth keeping.
const MOST_FORMS: usize = 16;

/// A query that runs over one database after another, each with all its tables in memory.
///
/// Stored functions and what lies outside the databases ([`Database::outside_data`](crate::Database::outside_data)) must be the same in all of them: files are
/// read when a plan is made. The clock stands still from the first run on. Evidence is not gathered.
pub struct RepeatedQuery {
    session: Session,
    text: String,
    options: QueryOptions,
    now: i64,
    forms: Mutex<VecDeque<Arc<Form>>>,
}

/// The query bound for databases that give the same answers.
struct Form {
    asked: Asked,
    /// What the data told of columns so far.
    facts: Vec<Vec<(String, KqlType)>>,
    bound: Bound,
    plans: Plans,
}

impl RepeatedQuery {
    /// Nothing is done before the first run.
    #[must_use]
    pub fn new(session: &Session, text: impl Into<String>, options: QueryOptions) -> Self {
        Self {
            session: session.repeating(),
            text: text.into(),
            now: options.now.unwrap_or_else(time::system_now),
            options,
            forms: Mutex::default(),
        }
    }

    /// Answers the query over these tables.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn run(&self, tables: Arc<dyn HeldTables>) -> Result<QueryOutcome, QueryError> {
        outcome(self.options.timeout, self.answer(&tables)).await
    }

    async fn answer(&self, tables: &Arc<dyn HeldTables>) -> Result<(Vec<ResultTable>, Vec<Diagnostic>), QueryError> {
        let mut facts = Vec::new();
        loop {
            let form = self.form(tables, &facts).await?;
            let again = Again::new(&form.plans, tables);
            let way = Way::Again(&again);
            match &form.bound {
                Bound::Query { query, now, diagnostics } => {
                    let results = self.session.run(query, way, *now, self.options.max_rows).await?;
                    return Ok((results, diagnostics.clone()));
                }
                Bound::Discover { discover, now } => facts.push(discover::schema(&self.session, discover, way, *now).await?),
            }
        }
    }

    /// The query as these tables and facts have it bound.
    async fn form(&self, tables: &Arc<dyn HeldTables>, facts: &[Vec<(String, KqlType)>]) -> Result<Arc<Form>, QueryError> {
        let mut forms = self.forms.lock().await;
        let fits = |form: &&Arc<Form>| form.facts == facts && form.asked.is_answered_by(tables.as_ref());
        if let Some(form) = forms.iter().find(fits) {
            return Ok(Arc::clone(form));
        }
        let watched = Watched::new(tables.as_ref());
        let bound = bind(&self.text, &watched, &self.options, self.now, facts).await?;
        let form = Arc::new(Form {
            asked: watched.into_asked(),
            facts: facts.to_vec(),
            bound,
            plans: Plans::default(),
        });
        if forms.len() == MOST_FORMS {
            forms.pop_front();
        }
        forms.push_back(Arc::clone(&form));
        Ok(form)
    }
}
