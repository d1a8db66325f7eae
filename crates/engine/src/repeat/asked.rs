//! What a database is asked while a query is bound.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::catalog::TableProvider;
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};

use super::HeldTables;
use super::slot::stored;
use crate::{Database, OutsideData};

/// Questions with their answers. A query that was bound with them is bound alike by whoever gives the same answers.
#[derive(Default)]
pub(super) struct Asked {
    tables: BTreeMap<String, Option<TableSchema>>,
    functions: BTreeMap<String, Option<StoredFunction>>,
    names: Option<Vec<String>>,
    databases: BTreeMap<String, bool>,
}

impl Asked {
    /// Whether this database gives the same answers.
    pub fn is_answered_by(&self, tables: &dyn HeldTables) -> bool {
        self.tables.iter().all(|(name, answer)| tables.table(name) == *answer)
            && self.functions.iter().all(|(name, answer)| tables.function(name) == *answer)
            && self.names.as_ref().is_none_or(|names| tables.table_names() == *names)
            && self.databases.iter().all(|(name, answer)| tables.answers_to(name) == *answer)
    }
}

/// A database that takes down what it is asked, and gives places for rows instead of rows.
pub(super) struct Watched<'a> {
    tables: &'a dyn HeldTables,
    asked: Mutex<Asked>,
}

impl<'a> Watched<'a> {
    pub fn new(tables: &'a dyn HeldTables) -> Self {
        Self {
            tables,
            asked: Mutex::default(),
        }
    }

    pub fn into_asked(self) -> Asked {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn take_down(&self, answered: impl FnOnce(&mut Asked)) {
        answered(&mut self.asked.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Names that are close to a misspelt one only stand in diagnostics of queries that do not run: nobody need know of them.
impl Catalog for Watched<'_> {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let answer = self.tables.table(name);
        self.take_down(|asked| {
            asked.tables.insert(name.to_owned(), answer.clone());
        });
        answer
    }

    fn table_names(&self) -> Vec<String> {
        let answer = self.tables.table_names();
        self.take_down(|asked| asked.names = Some(answer.clone()));
        answer
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        let answer = self.tables.function(name);
        self.take_down(|asked| {
            asked.functions.insert(name.to_owned(), answer.clone());
        });
        answer
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        self.tables.closest_table(name)
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.tables.closest_function(name)
    }

    fn database_name(&self) -> &str {
        self.tables.database_name()
    }

    fn answers_to(&self, name: &str) -> bool {
        let answer = self.tables.answers_to(name);
        self.take_down(|asked| {
            asked.databases.insert(name.to_owned(), answer);
        });
        answer
    }

    fn outside(&self) -> Option<&dyn Outside> {
        self.tables.outside()
    }
}

impl Database for Watched<'_> {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        Some(stored(name, self.tables.rows(name)?.schema))
    }

    fn outside_data(&self) -> Option<&OutsideData> {
        self.tables.outside_data()
    }
}
