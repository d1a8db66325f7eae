//! A database as the binder sees it: what is asked for before it was read is taken down.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};

use crate::Database;

/// A database, and the names of tables that it could not tell of yet.
pub(crate) struct Watched<'a> {
    database: &'a dyn Database,
    unread: Mutex<BTreeSet<String>>,
}

impl<'a> Watched<'a> {
    pub fn new(database: &'a dyn Database) -> Self {
        Self {
            database,
            unread: Mutex::default(),
        }
    }

    /// The names that have to be fetched before an answer of the binder means anything.
    pub fn unread(self) -> Vec<String> {
        let names = self.unread.into_inner().unwrap_or_else(PoisonError::into_inner);
        names.into_iter().collect()
    }
}

impl Catalog for Watched<'_> {
    fn table(&self, name: &str) -> Option<TableSchema> {
        if !self.database.is_fetched(name) {
            let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
            unread.insert(name.to_owned());
        }
        self.database.table(name)
    }

    fn table_names(&self) -> Vec<String> {
        self.database.table_names()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.database.function(name)
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        self.database.closest_table(name)
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.database.closest_function(name)
    }

    fn database_name(&self) -> &str {
        self.database.database_name()
    }

    fn answers_to(&self, name: &str) -> bool {
        self.database.answers_to(name)
    }

    fn outside(&self) -> Option<&dyn Outside> {
        self.database.outside()
    }
}
