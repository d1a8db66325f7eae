//! What queries run on.

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{DataFusionError, Result};
use futures::FutureExt;
use futures::future::BoxFuture;
use quarry_schema::KqlType;
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};
use quarry_storage::StorageError;
use quarry_value::arrow_type;

use crate::{HeldRows, HeldTables, OutsideData};

/// Tables with their data, and stored functions.
///
/// A database may have tables that nobody has read yet: it has their names, and [`Catalog::table`] and [`Database::provider`] tell nothing of
/// them before [`Database::fetch`]. [`Session`](crate::Session) fetches what a query asks for; who asks a database directly fetches first.
pub trait Database: Catalog + Send + Sync {
    /// The rows of a table that [`Catalog::table`] knows.
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>>;

    /// Reads what there is of the tables of these names. Names of no table are left alone; what was read stays as it is.
    ///
    /// # Errors
    /// When a table is there and cannot be read.
    fn fetch<'a>(&'a self, _names: &'a [String]) -> BoxFuture<'a, Result<(), StorageError>> {
        ready(Ok(())).boxed()
    }

    /// The same for all tables.
    ///
    /// # Errors
    /// As [`Database::fetch`].
    fn fetch_all(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        ready(Ok(())).boxed()
    }

    /// Whether what [`Catalog::table`] tells of a name is all there is to tell.
    fn is_fetched(&self, _name: &str) -> bool {
        true
    }

    /// The files that [`Catalog::outside`] knows.
    fn outside_data(&self) -> Option<&OutsideData> {
        None
    }
}

/// Tables held in memory: for tests, and for queries that bring their own data.
#[derive(Debug, Default)]
pub struct MemoryDatabase {
    tables: BTreeMap<String, MemoryTable>,
    outside: OutsideData,
}

#[derive(Debug)]
struct MemoryTable {
    described: TableSchema,
    rows: HeldRows,
}

impl MemoryDatabase {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives it local files for data outside.
    #[must_use]
    pub fn with_outside(mut self, outside: OutsideData) -> Self {
        self.outside = outside;
        self
    }

    /// Adds a table; the batches' columns are in the engine's representation, by position.
    ///
    /// # Errors
    /// When a batch does not have these columns.
    pub fn add(&mut self, name: &str, columns: Vec<(String, KqlType)>, batches: Vec<RecordBatch>) -> Result<()> {
        let fields: Vec<Field> = columns.iter().map(|(name, ty)| Field::new(name, arrow_type(*ty), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let batches = batches
            .into_iter()
            .map(|batch| RecordBatch::try_new(Arc::clone(&schema), batch.columns().to_vec()).map_err(DataFusionError::from))
            .collect::<Result<_>>()?;
        let described = TableSchema {
            name: name.to_owned(),
            columns,
            ..TableSchema::default()
        };
        let rows = HeldRows { schema, batches };
        self.tables.insert(name.to_owned(), MemoryTable { described, rows });
        Ok(())
    }
}

impl Catalog for MemoryDatabase {
    fn table(&self, name: &str) -> Option<TableSchema> {
        self.tables.get(name).map(|table| table.described.clone())
    }

    fn table_names(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    fn function(&self, _name: &str) -> Option<StoredFunction> {
        None
    }

    fn closest_table(&self, name: &str) -> Option<String> {
        quarry_text::suggest::closest(name, self.tables.keys().map(String::as_str)).map(str::to_owned)
    }

    fn database_name(&self) -> &str {
        "db"
    }

    fn outside(&self) -> Option<&dyn Outside> {
        Some(&self.outside)
    }
}

impl Database for MemoryDatabase {
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        let rows = self.rows(name)?;
        // The batches are of this schema.
        let table = MemTable::try_new(rows.schema, vec![rows.batches.to_vec()]).ok()?;
        Some(Arc::new(table))
    }

    fn outside_data(&self) -> Option<&OutsideData> {
        Some(&self.outside)
    }
}

impl HeldTables for MemoryDatabase {
    fn rows(&self, name: &str) -> Option<HeldRows> {
        self.tables.get(name).map(|table| table.rows.clone())
    }
}
