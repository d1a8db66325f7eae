//! What queries can name: the tables of a lake, or every table that is known.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use quarry_engine::{Database, LakeDatabase};
use quarry_schema::catalogue;
use quarry_semantics::{Catalog, SchemaCatalog, StoredFunction, TableSchema};
use quarry_storage::{Lake, Result};

use crate::functions::Functions;

/// The tables of a lake at one moment under their old and new names, and stored functions.
#[derive(Debug, Default)]
pub struct HuntDatabase {
    lake: Option<LakeDatabase>,
    functions: Functions,
}

impl HuntDatabase {
    /// No tables: for queries that bring their own data.
    #[must_use]
    pub fn without_lake(functions: Functions) -> Self {
        Self { lake: None, functions }
    }

    /// Reads the newest state of every table's transaction log.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub async fn open(lake: &Lake, functions: Functions) -> Result<Self> {
        Ok(Self {
            lake: Some(LakeDatabase::open(lake).await?),
            functions,
        })
    }

    /// Whether there is no table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lake.as_ref().is_none_or(|lake| lake.table_names().is_empty())
    }
}

/// Other names of a table: logs exported before or after it was renamed answer to both.
fn other_names(name: &str) -> impl Iterator<Item = &'static str> {
    let newer = catalogue::renamed(name).filter(|rename| rename.compatible);
    let newer = newer.into_iter().flat_map(|rename| rename.new.iter().copied());
    newer.chain(
        catalogue::predecessors(name)
            .filter(|rename| rename.compatible)
            .map(|rename| rename.old),
    )
}

impl Catalog for HuntDatabase {
    fn table(&self, name: &str) -> Option<TableSchema> {
        let lake = self.lake.as_ref()?;
        lake.table(name).or_else(|| other_names(name).find_map(|other| lake.table(other)))
    }

    fn table_names(&self) -> Vec<String> {
        self.lake.as_ref().map(Catalog::table_names).unwrap_or_default()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.functions.get(name)
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        match &self.lake {
            Some(lake) => lake.closest_table(name),
            None => catalogue::closest(name).map(str::to_owned),
        }
    }

    fn database_name(&self) -> &str {
        "lake"
    }
}

impl Database for HuntDatabase {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        let lake = self.lake.as_ref()?;
        lake.provider(name)
            .or_else(|| other_names(name).find_map(|other| lake.provider(other)))
    }
}

/// Every table that the catalogue knows, whether there is data or not: for checking and describing queries, not for running them.
#[derive(Debug, Default)]
pub struct KnownTables {
    functions: Functions,
}

impl KnownTables {
    /// The catalogue with stored functions beside it.
    #[must_use]
    pub fn new(functions: Functions) -> Self {
        Self { functions }
    }
}

impl Catalog for KnownTables {
    fn table(&self, name: &str) -> Option<TableSchema> {
        SchemaCatalog.table(name)
    }

    fn table_names(&self) -> Vec<String> {
        SchemaCatalog.table_names()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.functions.get(name).or_else(|| SchemaCatalog.function(name))
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        SchemaCatalog.closest_table(name)
    }

    fn database_name(&self) -> &str {
        SchemaCatalog.database_name()
    }
}
