//! A lake as a database: its tables at one moment, with the columns that the catalogue gives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use quarry_schema::{KqlType, catalogue};
use quarry_semantics::{Catalog, StoredFunction, TableSchema};
use quarry_storage::{AsOf, EXTRA, JOURNALS, Journal, Lake, LakeTable, StorageError};

use crate::Database;

/// Records that an ingest set aside. Like every table of the lake's own it is there for who asks for it by name, and for no wildcard.
const QUARANTINE: &str = "_quarantine";

/// The tables of a lake as they were when it was opened. Later commits are not seen: a hunt reads one state from end to end.
#[derive(Debug)]
pub struct LakeDatabase {
    tables: BTreeMap<String, (TableSchema, Arc<LakeTable>)>,
}

impl LakeDatabase {
    /// Reads the state of every table.
    ///
    /// # Errors
    /// When a transaction log cannot be read.
    pub async fn open(lake: &Lake) -> Result<Self, StorageError> {
        let mut tables = Vec::new();
        for name in lake.tables().await? {
            tables.extend(lake.lake_table(&name).await?);
        }
        tables.push(lake.quarantine().await?);
        for journal in JOURNALS {
            tables.push(lake.journal(journal).await?);
        }
        Ok(Self::of(tables))
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
        let mut tables = Vec::new();
        let names = lake.tables().await?.into_iter().chain([QUARANTINE.to_owned()]);
        for name in names {
            tables.extend(lake.lake_table_as_of(&name, AsOf::Time(ticks)).await?);
        }
        Ok(Self::of(tables))
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
        let described = tables.into_iter().map(|table| {
            let name = table.layout().table.clone();
            let schema = TableSchema {
                name: name.clone(),
                columns: columns(&name, &table),
                ..TableSchema::default()
            };
            (name, (schema, Arc::new(table)))
        });
        Self {
            tables: described.collect(),
        }
    }

    /// Each table with its state in storage.
    pub fn tables(&self) -> impl Iterator<Item = (&TableSchema, &LakeTable)> {
        self.tables.values().map(|(schema, table)| (schema, table.as_ref()))
    }
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
        self.tables.get(name).map(|(schema, _)| schema.clone())
    }

    fn table_names(&self) -> Vec<String> {
        self.tables.keys().filter(|name| !name.starts_with('_')).cloned().collect()
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
        let (_, table) = self.tables.get(name)?;
        Some(Arc::clone(table) as Arc<dyn TableProvider>)
    }
}
