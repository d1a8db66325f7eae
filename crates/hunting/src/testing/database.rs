//! The tables of a case: those it gives, and every other table of the catalogue, empty.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::catalog::TableProvider;
use quarry_engine::{Database, HeldRows, HeldTables, MemoryDatabase, OutsideData};
use quarry_schema::catalogue;
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};
use quarry_storage::rows_in_memory;

use crate::database::{Beside, other_names};

/// Tables without rows, made when somebody asks for them.
#[derive(Debug, Default)]
pub(crate) struct EmptyTables {
    made: Mutex<HashMap<String, Arc<MemoryDatabase>>>,
}

impl EmptyTables {
    fn get(&self, name: &str) -> Option<Arc<MemoryDatabase>> {
        let table = catalogue::table(name)?;
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = made.get(table.name) {
            return Some(Arc::clone(found));
        }
        let rows = rows_in_memory(table.name, &[]).ok()?;
        let mut database = MemoryDatabase::new();
        database.add(table.name, rows.columns, vec![rows.batch]).ok()?;
        let database = Arc::new(database);
        made.insert(table.name.to_owned(), Arc::clone(&database));
        Some(database)
    }
}

/// What a case's query runs on.
pub(crate) struct CaseDatabase {
    pub given: MemoryDatabase,
    pub beside: Beside,
    pub empty: Arc<EmptyTables>,
}

impl CaseDatabase {
    /// Some tables, and all others empty.
    pub fn of(given: MemoryDatabase, beside: Beside) -> Self {
        Self {
            given,
            beside,
            empty: Arc::default(),
        }
    }

    /// The database that holds a table, and the name it has there.
    fn holder(&self, name: &str) -> Option<(&MemoryDatabase, String)> {
        let holds = |name: &str| self.given.table(name).is_some();
        let other = || other_names(name).find(|other| holds(other)).map(str::to_owned);
        let held = if holds(name) { Some(name.to_owned()) } else { other() };
        held.map(|name| (&self.given, name))
    }
}

impl Catalog for CaseDatabase {
    fn table(&self, name: &str) -> Option<TableSchema> {
        match self.holder(name) {
            Some((database, name)) => database.table(&name),
            None => self.empty.get(name)?.table(name),
        }
    }

    fn table_names(&self) -> Vec<String> {
        self.given.table_names()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.beside.functions.get(name)
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        self.given
            .closest_table(name)
            .or_else(|| catalogue::closest(name).map(str::to_owned))
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.beside.functions.closest(name)
    }

    fn database_name(&self) -> &str {
        "test"
    }

    fn answers_to(&self, name: &str) -> bool {
        name == self.database_name() || name == "*" || self.beside.workspaces.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn outside(&self) -> Option<&dyn Outside> {
        Some(&self.beside.data)
    }
}

impl Database for CaseDatabase {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        match self.holder(name) {
            Some((database, name)) => database.provider(&name),
            None => self.empty.get(name)?.provider(name),
        }
    }

    fn outside_data(&self) -> Option<&OutsideData> {
        Some(&self.beside.data)
    }
}

impl HeldTables for CaseDatabase {
    fn rows(&self, name: &str) -> Option<HeldRows> {
        match self.holder(name) {
            Some((database, name)) => database.rows(&name),
            None => self.empty.get(name)?.rows(name),
        }
    }
}
