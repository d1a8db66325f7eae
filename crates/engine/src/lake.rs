//! A lake as a database: its tables, with the columns that the catalogue gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use quarry_schema::{KqlType, catalogue};
use quarry_semantics::{Catalog, StoredFunction, TableSchema};
use quarry_storage::{AsOf, EXTRA, JOURNALS, Journal, Lake, LakeTable, StorageError};
use tokio::sync::OnceCell;

use crate::Database;

/// Records that an ingest set aside. Like every table of the lake's own it is there for who asks for it by name, and for no wildcard.
const QUARANTINE: &str = "_quarantine";

/// Transaction logs that are read at a time.
const AT_ONCE: usize = 16;

/// The tables of a lake. Each has the state in which it was first read: later commits are not seen, so that a hunt reads one state of a
/// table from end to end. A log is read when somebody asks for its table, since a lake has many and a query names few.
#[derive(Debug)]
pub struct LakeDatabase {
    /// Where the tables that are not here yet come from.
    lake: Option<Lake>,
    /// By name; `None` of what turned out to be no table.
    tables: BTreeMap<String, OnceCell<Option<Stored>>>,
}

/// A table that was read.
#[derive(Debug)]
struct Stored {
    schema: TableSchema,
    table: Arc<LakeTable>,
}

impl LakeDatabase {
    /// Looks which tables there are. Their logs are read later, when [`Database::fetch`] asks for them.
    ///
    /// # Errors
    /// When the lake cannot be listed.
    pub async fn open(lake: &Lake) -> Result<Self, StorageError> {
        let own = JOURNALS.iter().map(|journal| journal.name).chain([QUARANTINE]);
        let names = lake.tables().await?.into_iter().chain(own.map(str::to_owned));
        Ok(Self {
            lake: Some(lake.clone()),
            tables: names.map(|name| (name, OnceCell::new())).collect(),
        })
    }

    /// Some of the lake's own journals alone.
    ///
    /// # Errors
    /// When a transaction log cannot be read.
    pub async fn of_journals(lake: &Lake, journals: &[Journal]) -> Result<Self, StorageError> {
        let mut tables = Vec::with_capacity(journals.len());
        for journal in journals {
            tables.push(lake.journal(journal).await?);
        }
        Ok(Self::of(tables))
    }

    /// The tables as they were at a time, in ticks; those that came later are not there.
    ///
    /// # Errors
    /// When a log does not go back so far, or vacuum has removed files of that state.
    pub async fn open_at(lake: &Lake, ticks: i64) -> Result<Self, StorageError> {
        let names = lake.tables().await?.into_iter().chain([QUARANTINE.to_owned()]);
        let reading: Vec<_> = names
            .map(|name| {
                let (lake, table) = (lake.clone(), name.clone());
                on_its_own(name, async move { lake.lake_table_as_of(&table, AsOf::Time(ticks)).await })
            })
            .collect();
        let tables: Vec<Option<LakeTable>> = stream::iter(reading).buffered(AT_ONCE).try_collect().await?;
        Ok(Self::of(tables.into_iter().flatten().collect()))
    }

    /// One table alone, at a version of its log.
    ///
    /// # Errors
    /// As [`LakeDatabase::open_at`].
    pub async fn open_version(lake: &Lake, table: &str, version: u64) -> Result<Self, StorageError> {
        let table = lake.lake_table_as_of(table, AsOf::Version(version)).await?;
        Ok(Self::of(table.into_iter().collect()))
    }

    fn of(tables: Vec<LakeTable>) -> Self {
        let read = tables.into_iter().map(|table| {
            let name = table.layout().table.clone();
            (name, OnceCell::new_with(Some(Some(Stored::new(table)))))
        });
        Self {
            lake: None,
            tables: read.collect(),
        }
    }

    /// Each table that was read, with its state in storage.
    pub fn tables(&self) -> impl Iterator<Item = (&TableSchema, &LakeTable)> {
        let read = self.tables.values().filter_map(|cell| cell.get()?.as_ref());
        read.map(|stored| (&stored.schema, stored.table.as_ref()))
    }

    fn stored(&self, name: &str) -> Option<&Stored> {
        self.tables.get(name)?.get()?.as_ref()
    }

    /// Reads the logs of tables that were not read yet, several at a time.
    async fn read<'n>(&self, names: impl Iterator<Item = &'n str>) -> Result<(), StorageError> {
        let Some(lake) = &self.lake else { return Ok(()) };
        let unread = names.filter_map(|name| {
            let cell = self.tables.get(name)?;
            (!cell.initialized()).then(|| fill(cell, lake.clone(), name.to_owned()))
        });
        let unread: Vec<_> = unread.collect();
        stream::iter(unread).buffer_unordered(AT_ONCE).try_collect().await
    }
}

/// Reads a table into its place, unless somebody has. Who comes while another reads it waits for that.
async fn fill(cell: &OnceCell<Option<Stored>>, lake: Lake, name: String) -> Result<(), StorageError> {
    cell.get_or_try_init(|| on_its_own(name.clone(), newest(lake, name)))
        .await
        .map(|_| ())
}

impl Stored {
    fn new(table: LakeTable) -> Self {
        let name = &table.layout().table;
        let schema = TableSchema {
            name: name.clone(),
            columns: columns(name, &table),
            ..TableSchema::default()
        };
        Self {
            schema,
            table: Arc::new(table),
        }
    }
}

/// The newest state of a table. Those of the lake's own are there before anything was written to them.
async fn newest(lake: Lake, name: String) -> Result<Option<Stored>, StorageError> {
    let table = if name == QUARANTINE {
        Some(lake.quarantine().await?)
    } else if let Some(journal) = JOURNALS.iter().find(|journal| journal.name == name) {
        Some(lake.journal(journal).await?)
    } else {
        lake.lake_table(&name).await?
    };
    Ok(table.map(Stored::new))
}

/// Reads a table on a task of its own, so that the processors share the work.
async fn on_its_own<T: Send + 'static>(
    table: String,
    work: impl Future<Output = Result<T, StorageError>> + Send + 'static,
) -> Result<T, StorageError> {
    let done = tokio::spawn(work).await;
    done.unwrap_or_else(|stopped| {
        Err(StorageError::Table {
            table,
            reason: stopped.to_string(),
        })
    })
}

/// The catalogue's columns in its order, then what the lake has besides.
fn columns(name: &str, table: &LakeTable) -> Vec<(String, KqlType)> {
    let mut columns: Vec<(String, KqlType)> = catalogue::table(name)
        .map(|known| known.columns.iter().map(|column| (column.name.to_string(), column.ty)).collect())
        .unwrap_or_default();
    let layout = table.layout();
    let stored = layout.stored.iter().map(|column| (column.name.as_str(), column.ty));
    let aliases = layout
        .aliases
        .iter()
        .filter_map(|(alias, at)| Some((alias.as_str(), layout.stored.get(*at)?.ty)));
    let own_name = layout.names_itself.then_some(("Type", KqlType::String));
    for (column, ty) in stored.chain(aliases).chain(own_name) {
        if column != EXTRA && !columns.iter().any(|(known, _)| known == column) {
            columns.push((column.to_owned(), ty));
        }
    }
    columns
}

impl Catalog for LakeDatabase {
    fn table(&self, name: &str) -> Option<TableSchema> {
        Some(self.stored(name)?.schema.clone())
    }

    fn table_names(&self) -> Vec<String> {
        let there = self.tables.iter().filter(|(_, cell)| cell.get().is_none_or(Option::is_some));
        let names = there.map(|(name, _)| name).filter(|name| !name.starts_with('_'));
        names.cloned().collect()
    }

    fn function(&self, _name: &str) -> Option<StoredFunction> {
        None
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        quarry_text::suggest::closest(name, self.tables.keys().map(String::as_str))
            .map(str::to_owned)
            .or_else(|| catalogue::closest(name).map(str::to_owned))
    }

    fn database_name(&self) -> &str {
        "lake"
    }
}

impl Database for LakeDatabase {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        Some(Arc::clone(&self.stored(name)?.table) as Arc<dyn TableProvider>)
    }

    fn fetch<'a>(&'a self, names: &'a [String]) -> BoxFuture<'a, Result<(), StorageError>> {
        self.read(names.iter().map(String::as_str)).boxed()
    }

    fn fetch_all(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        self.read(self.tables.keys().map(String::as_str)).boxed()
    }

    fn is_fetched(&self, name: &str) -> bool {
        self.tables.get(name).is_none_or(OnceCell::initialized)
    }
}
