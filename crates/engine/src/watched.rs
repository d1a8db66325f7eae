//! A database as the binder sees it: what is asked for before it was read is taken down.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use quarry_schema::KqlType;
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};
use quarry_storage::EXTRA;

use crate::Database;

/// A database, and the names of tables that it could not tell of yet.
pub(crate) struct Watched<'a> {
    database: &'a dyn Database,
    unread: Mutex<BTreeSet<String>>,
    /// Whether the query names the column of fields that have no column. Only then a table shows it: it is no part of what others know of the table.
    names_extra: bool,
}

impl<'a> Watched<'a> {
    pub fn new(database: &'a dyn Database, query: &str) -> Self {
        Self {
            database,
            unread: Mutex::default(),
            names_extra: query.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == EXTRA),
        }
    }

    fn has_extra(&self, table: &str) -> bool {
        let provider = self.database.provider(table);
        provider.is_some_and(|provider| provider.schema().field_with_name(EXTRA).is_ok())
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
        let mut table = self.database.table(name)?;
        if self.names_extra && self.has_extra(name) && !table.columns.iter().any(|(column, _)| column == EXTRA) {
            table.columns.push((EXTRA.to_owned(), KqlType::Dynamic));
        }
        Some(table)
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
