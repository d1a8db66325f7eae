//! The queries of a trial: ready to run on the events of one case after another.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use quarry_engine::{HeldTables, RepeatedQuery, Session};
use quarry_storage::outside::{DataEntry, DataFile};

use crate::engine::{first_table, for_engine, problem};
use crate::runner::{RunError, RunOptions};
use crate::table::ResultTable;

/// Queries that are kept: cases may have clocks and tunables of their own.
const MOST: usize = 32;

/// Queries that have run. A clone shares them.
#[derive(Clone, Default)]
pub struct Queries {
    ready: Arc<Mutex<VecDeque<(Asked, Arc<RepeatedQuery>)>>>,
}

impl fmt::Debug for Queries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queries").finish_non_exhaustive()
    }
}

/// Everything that cases with the same query share.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    text: String,
    options: RunOptions,
    files: LocalFiles,
}

/// The files that a case names for data outside.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LocalFiles(Vec<(DataEntry, PathBuf)>);

impl LocalFiles {
    pub(super) fn of(files: &[DataFile]) -> Self {
        let named = |file: &DataFile| {
            let entry = DataEntry {
                // Of every case another.
                added: 0,
                ..file.entry.clone()
            };
            (entry, file.path.clone())
        };
        Self(files.iter().map(named).collect())
    }
}

impl Queries {
    /// The rows that a query gives on the tables of a case.
    ///
    /// # Errors
    /// As [`QueryRunner::run`](crate::QueryRunner::run).
    pub(super) async fn run(
        &self,
        session: &Session,
        text: String,
        options: RunOptions,
        files: &LocalFiles,
        tables: Arc<dyn HeldTables>,
    ) -> Result<ResultTable, RunError> {
        let query = self.ready(
            session,
            Asked {
                text,
                options,
                files: files.clone(),
            },
        );
        match query.1.run(tables).await {
            Ok(outcome) => Ok(first_table(outcome)),
            Err(error) => Err(problem(&query.0, error)),
        }
    }

    /// The query and its text.
    fn ready(&self, session: &Session, asked: Asked) -> (String, Arc<RepeatedQuery>) {
        let text = asked.text.clone();
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, query)) = ready.iter().find(|(known, _)| *known == asked) {
            return (text, Arc::clone(query));
        }
        let query = Arc::new(RepeatedQuery::new(session, asked.text.as_str(), for_engine(&asked.options)));
        if ready.len() == MOST {
            ready.pop_front();
        }
        ready.push_back((asked, Arc::clone(&query)));
        (text, query)
    }
}
