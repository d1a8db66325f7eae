//! What queries run on.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{DataFusionError, Result};
use quarry_schema::KqlType;
use quarry_semantics::{Catalog, Outside, StoredFunction, TableSchema};
use quarry_value::arrow_type;

use crate::{HeldRows, HeldTables, OutsideData};

/// Tables with their data, and stored functions.
pub trait Database: Catalog + Send + Sync {
    /// The rows of a table that [`Catalog::table`] knows.
    fn provider(&self, name: &str) -> Option<Arc<dyn TableProvider>>;

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
