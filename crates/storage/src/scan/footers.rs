//! What the footers of files say of their columns, worked out once for all queries of a table. Spelling the schema of a file of a hundred columns out of
//! its footer takes longer than many a query reads.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::datasource::physical_plan::parquet::{CachedParquetMetaData, apply_file_schema_type_coercions};
use datafusion::execution::cache::cache_manager::FileMetadataCache;
use object_store::ObjectMeta;
use object_store::path::Path;
use parquet::arrow::{ARROW_SCHEMA_META_KEY, parquet_to_arrow_schema};
use parquet::file::metadata::{FileMetaData, ParquetMetaData};
use parquet::schema::types::SchemaDescPtr;

use crate::hot::{FOOTER_KEY, HotColumn, read_footer};

/// Footers of the files of a table.
#[derive(Debug, Default)]
pub(super) struct Footers {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    files: HashMap<Path, SchemaRef>,
    /// Most files have the same columns as others.
    schemas: Vec<Spelled>,
    hot: Vec<(String, Arc<[HotColumn]>)>,
}

/// How a schema is spelled in a footer, and what it is.
#[derive(Debug)]
struct Spelled {
    columns: SchemaDescPtr,
    arrow: Option<String>,
    hot: Option<String>,
    schema: SchemaRef,
}

impl Footers {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The columns of a file as a scan of `table` reads them, with what the footer tells of hot columns; nothing while its footer is not in the cache.
    pub fn schema(&self, file: &ObjectMeta, table: &Schema, cache: &FileMetadataCache) -> Option<SchemaRef> {
        if let Some(schema) = self.known().files.get(&file.location) {
            return Some(Arc::clone(schema));
        }
        let footer = cached(file, cache)?;
        let mut known = self.known();
        let schema = known.schema(footer.file_metadata(), table)?;
        known.files.insert(file.location.clone(), Arc::clone(&schema));
        Some(schema)
    }

    /// The hot columns that a footer lists.
    pub fn hot(&self, entry: &str) -> Arc<[HotColumn]> {
        let mut known = self.known();
        if let Some((_, columns)) = known.hot.iter().find(|(spelled, _)| spelled == entry) {
            return Arc::clone(columns);
        }
        let columns: Arc<[HotColumn]> = read_footer(entry).into();
        known.hot.push((entry.to_owned(), Arc::clone(&columns)));
        columns
    }
}

/// The footer of a file, if it has been read.
pub(super) fn cached(file: &ObjectMeta, cache: &FileMetadataCache) -> Option<Arc<ParquetMetaData>> {
    let cached = cache.get(&file.location).filter(|cached| cached.is_valid_for(file))?;
    let cached = cached.file_metadata.as_any().downcast_ref::<CachedParquetMetaData>()?;
    Some(Arc::clone(cached.parquet_metadata()))
}

impl Known {
    fn schema(&mut self, footer: &FileMetaData, table: &Schema) -> Option<SchemaRef> {
        let entry = |key: &str| {
            let entries = footer.key_value_metadata()?.iter();
            entries.filter(|entry| entry.key == key).find_map(|entry| entry.value.as_deref())
        };
        let (arrow, hot) = (entry(ARROW_SCHEMA_META_KEY), entry(FOOTER_KEY));
        let columns = footer.schema_descr_ptr();
        let same = |known: &&Spelled| known.arrow.as_deref() == arrow && known.hot.as_deref() == hot && known.columns == columns;
        if let Some(known) = self.schemas.iter().find(same) {
            return Some(Arc::clone(&known.schema));
        }
        let read = parquet_to_arrow_schema(&columns, footer.key_value_metadata()).ok()?;
        let read = apply_file_schema_type_coercions(table, &read).unwrap_or(read);
        let kept = hot.map(|hot| (FOOTER_KEY.to_owned(), hot.to_owned()));
        let schema = Arc::new(Schema::new_with_metadata(read.fields, kept.into_iter().collect()));
        self.schemas.push(Spelled {
            columns,
            arrow: arrow.map(str::to_owned),
            hot: hot.map(str::to_owned),
            schema: Arc::clone(&schema),
        });
        Some(schema)
    }
}
