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
    known: Arc<Mutex<VecDeque<Arc<Known>>>>,
}

struct Known {
    asked: Asked,
    query: RepeatedQuery,
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
        let files = files.clone();
        let known = self.known(session, Asked { text, options, files });
        match known.query.run(tables).await {
            Ok(outcome) => Ok(first_table(outcome)),
            Err(error) => Err(problem(&known.asked.text, error)),
        }
    }

    fn known(&self, session: &Session, asked: Asked) -> Arc<Known> {
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all.iter().find(|known| known.asked == asked) {
            return Arc::clone(known);
        }
        let query = RepeatedQuery::new(session, asked.text.as_str(), for_engine(&asked.options));
        let known = Arc::new(Known { asked, query });
        if all.len() == MOST {
            all.pop_front();
        }
        all.push_back(Arc::clone(&known));
        known
    }
}
