//! What queries can name: the tables of a lake, or every table that is known.

use std::future::ready;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use futures::FutureExt;
use futures::future::BoxFuture;
use quarry_engine::{Database, LakeDatabase, OutsideData};
use quarry_schema::catalogue;
use quarry_semantics::{Catalog, Outside, SchemaCatalog, StoredFunction, TableSchema};
use quarry_storage::{Lake, Result};

use crate::functions::Functions;

/// The name of a lake as a database.
const NAME: &str = "lake";

/// What queries may use besides tables.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    pub functions: Functions,
    /// Local files that stand for data outside.
    pub data: OutsideData,
    /// Workspaces, databases and clusters whose tables are here, as `workspace("…")` names them.
    pub workspaces: Vec<String>,
}

impl From<Functions> for Beside {
    fn from(functions: Functions) -> Self {
        Beside {
            functions,
            ..Beside::default()
        }
    }
}

/// The tables of a lake at one moment under their old and new names, and what queries may use besides.
#[derive(Default)]
pub struct HuntDatabase {
    tables: Option<Arc<dyn Database>>,
    beside: Beside,
}

impl HuntDatabase {
    /// No tables: for queries that bring their own data.
    #[must_use]
    pub fn without_lake(beside: impl Into<Beside>) -> Self {
        Self {
            tables: None,
            beside: beside.into(),
        }
    }

    /// What queries may use besides tables.
    #[must_use]
    pub const fn beside(&self) -> &Beside {
        &self.beside
    }

    /// Tables from anywhere.
    #[must_use]
    pub fn over(tables: Arc<dyn Database>, beside: impl Into<Beside>) -> Self {
        Self {
            tables: Some(tables),
            beside: beside.into(),
        }
    }

    /// The newest state of every table. A table's transaction log is read when somebody asks for it.
    ///
    /// # Errors
    /// When the lake cannot be listed.
    pub async fn open(lake: &Lake, beside: impl Into<Beside>) -> Result<Self> {
        Ok(Self::over(Arc::new(LakeDatabase::open(lake).await?), beside))
    }

    /// Reads the state that every table had at a time, in ticks.
    ///
    /// # Errors
    /// When a log does not go back so far, or vacuum has removed files of that state.
    pub async fn open_at(lake: &Lake, beside: impl Into<Beside>, ticks: i64) -> Result<Self> {
        Ok(Self::over(Arc::new(LakeDatabase::open_at(lake, ticks).await?), beside))
    }

    /// Reads one table alone, at a version of its log.
    ///
    /// # Errors
    /// As [`HuntDatabase::open_at`].
    pub async fn open_version(lake: &Lake, beside: impl Into<Beside>, table: &str, version: u64) -> Result<Self> {
        Ok(Self::over(
            Arc::new(LakeDatabase::open_version(lake, table, version).await?),
            beside,
        ))
    }

    /// Whether there is no table.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tables.as_ref().is_none_or(|tables| tables.table_names().is_empty())
    }

    /// Whether there is nothing that a query could read: no table, and no file that stands for data from outside.
    #[must_use]
    pub fn has_no_data(&self) -> bool {
        self.is_empty() && self.beside.data.register.files().is_empty()
    }
}

/// Other names of a table: logs exported before or after it was renamed answer to both.
pub(crate) fn other_names(name: &str) -> impl Iterator<Item = &'static str> {
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
        let tables = self.tables.as_ref()?;
        tables
            .table(name)
            .or_else(|| other_names(name).find_map(|other| tables.table(other)))
    }

    fn table_names(&self) -> Vec<String> {
        self.tables.as_ref().map(|tables| tables.table_names()).unwrap_or_default()
    }

    fn function(&self, name: &str) -> Option<StoredFunction> {
        let own = self.beside.functions.get(name);
        own.or_else(|| self.tables.as_ref()?.function(name))
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        match &self.tables {
            Some(tables) => tables.closest_table(name),
            None => catalogue::closest(name).map(str::to_owned),
        }
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.beside.functions.closest(name)
    }

    fn database_name(&self) -> &str {
        self.tables.as_ref().map_or(NAME, |tables| tables.database_name())
    }

    fn answers_to(&self, name: &str) -> bool {
        name == self.database_name() || name == "*" || self.beside.workspaces.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn outside(&self) -> Option<&dyn Outside> {
        Some(&self.beside.data)
    }
}

impl Database for HuntDatabase {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        let tables = self.tables.as_ref()?;
        tables
            .provider(name)
            .or_else(|| other_names(name).find_map(|other| tables.provider(other)))
    }

    fn fetch<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<()>> {
        let Some(tables) = &self.tables else { return ready(Ok(())).boxed() };
        let others = names.iter().flat_map(|name| other_names(name)).map(str::to_owned);
        let all: Vec<String> = names.iter().cloned().chain(others).collect();
        async move { tables.fetch(&all).await }.boxed()
    }

    fn fetch_all(&self) -> BoxFuture<'_, Result<()>> {
        match &self.tables {
            Some(tables) => tables.fetch_all(),
            None => ready(Ok(())).boxed(),
        }
    }

    fn is_fetched(&self, name: &str) -> bool {
        let fetched = |tables: &Arc<dyn Database>| tables.is_fetched(name) && other_names(name).all(|other| tables.is_fetched(other));
        self.tables.as_ref().is_none_or(fetched)
    }

    fn outside_data(&self) -> Option<&OutsideData> {
        Some(&self.beside.data)
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

    /// The columns of watchlists are not known here: calls of `_GetWatchlist` stay open.
    fn function(&self, name: &str) -> Option<StoredFunction> {
        self.functions.get(name)
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        SchemaCatalog.closest_table(name)
    }

    fn closest_function(&self, name: &str) -> Option<String> {
        self.functions.closest(name)
    }

    fn database_name(&self) -> &str {
        SchemaCatalog.database_name()
    }
}
