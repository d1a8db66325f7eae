//! The provider: one table at one version.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, DataFusionError, Result, ScalarValue, Statistics};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::TableType;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use object_store::{ObjectMeta, ObjectStore};
use quarry_functions::bounds::implied;
use quarry_schema::KqlType;

use super::adapter::FileAdapterFactory;
use super::hot::ScanPath;
use super::means::Pruning;
use super::report::Planned;
use super::terms::{self, Demand, Selected};
use super::{prune, readers};
use crate::lake::{DataFile, Lake};
use crate::layout::{INGESTION_TIME, Layout};

/// A table of the lake at one version of its log. Columns carry the engine's representation: ticks for times, text that is never null.
///
/// Besides the columns of the catalogue there are `_extra`, the fields without a column of their own as a JSON bag, and `_ingestion_time`.
#[derive(Clone, Debug)]
pub struct LakeTable {
    pub(super) layout: Arc<Layout>,
    pub(super) files: Arc<[DataFile]>,
    version: u64,
    pub(super) schema: SchemaRef,
    pub(super) file_schema: SchemaRef,
    /// The hot text columns that some file has.
    pub(super) kept: Arc<HashSet<String>>,
    /// Paths into documents that a query follows, as columns behind those of the table.
    pub(super) paths: Arc<[ScanPath]>,
    store: Arc<dyn ObjectStore>,
    store_url: ObjectStoreUrl,
}

impl LakeTable {
    pub(crate) fn new(lake: &Lake, layout: Layout, files: Vec<DataFile>, version: u64) -> LakeTable {
        let mut fields: Vec<Field> = layout.stored.iter().map(|column| engine_field(&column.name, column.ty)).collect();
        for (alias, at) in &layout.aliases {
            if let Some(target) = layout.stored.get(*at) {
                fields.push(engine_field(alias, target.ty));
            }
        }
        if layout.names_itself && layout.column("Type").is_none() {
            fields.push(engine_field("Type", KqlType::String));
        }
        let file_schema = Arc::new(Schema::new(fields));
        let schema = Arc::clone(table_schema(&file_schema).table_schema());
        LakeTable {
            layout: Arc::new(layout),
            kept: Arc::new(files.iter().flat_map(|file| file.hot.keys().cloned()).collect()),
            files: files.into(),
            version,
            schema,
            file_schema,
            paths: Arc::new([]),
            store: lake.store(),
            store_url: store_url(lake),
        }
    }

    /// The same table with some of its files.
    pub(crate) fn with_files(mut self, files: Vec<DataFile>) -> LakeTable {
        self.files = files.into();
        self
    }

    /// How the columns lie in the files.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The files of this version.
    #[must_use]
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// The version of the transaction log.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// How many rows there are, when every file tells.
    #[must_use]
    pub fn rows(&self) -> Option<u64> {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// The files that the filters leave by what the log says of each. A filter that cannot be judged here leaves all: it is applied to the rows in any
    /// case.
    fn by_statistics(&self, state: &dyn Session, filters: impl Iterator<Item = Expr>) -> Vec<DataFile> {
        match conjunction(filters).and_then(|filter| self.physical(state, filter)) {
            Some(predicate) => prune::surviving(&self.files, &self.layout, &self.paths, &self.schema, predicate),
            None => self.files.to_vec(),
        }
    }

    /// What the terms that the filters demand leave of each file.
    async fn by_terms(&self, state: &dyn Session, filters: &[Expr], files: &[DataFile]) -> Result<Vec<Selected>> {
        let Some(demand) = Demand::of(filters, &self.layout) else {
            return Ok(Vec::new());
        };
        let places = files.iter().map(object_meta).collect::<Result<Vec<_>>>()?;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        Ok(terms::select(places, &demand, &self.store, &cache).await)
    }

    fn physical(&self, state: &dyn Session, filter: Expr) -> Option<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(&self.schema)).ok()?;
        state.create_physical_expr(filter, &schema).ok()
    }

    fn statistics_of<'a>(&self, files: impl Iterator<Item = &'a DataFile> + Clone) -> Statistics {
        // Nothing is said of columns: a column that a file lacks would be taken for one that is all null.
        let mut statistics = Statistics::new_unknown(&self.schema);
        if let Some(rows) = files.clone().map(|file| file.rows).sum::<Option<u64>>() {
            statistics.num_rows = usize::try_from(rows).map_or(Precision::Absent, Precision::Exact);
        }
        let bytes: u64 = files.map(|file| file.bytes).sum();
        statistics.total_byte_size = usize::try_from(bytes).map_or(Precision::Absent, Precision::Inexact);
        statistics
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(self.statistics_of(self.files.iter()))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let runtime = state.runtime_env();
        runtime.register_object_store(self.store_url.as_ref(), Arc::clone(&self.store));
        let means = state
            .config()
            .get_extension::<Pruning>()
            .map_or_else(Pruning::default, |means| *means);
        let started = Instant::now();
        let implied = conjunction(filters.iter().cloned())
            .as_ref()
            .and_then(implied)
            .filter(|_| means.implied);
        let files = if means.statistics && state.config_options().execution.parquet.pruning {
            self.by_statistics(state, filters.iter().cloned().chain(implied.clone()))
        } else {
            self.files.to_vec()
        };
        let mut selected = if means.terms {
            self.by_terms(state, filters, &files).await?
        } else {
            Vec::new()
        };
        selected.resize_with(files.len(), Selected::default);
        let planned = Planned::new(&self.files, &files, &selected, started.elapsed());
        let left: Vec<(DataFile, Selected)> = files.into_iter().zip(selected).filter(|(_, selected)| !selected.nothing).collect();

        let mut statistics = self.statistics_of(left.iter().map(|(file, _)| file));
        if !filters.is_empty() {
            statistics = statistics.to_inexact();
        }
        let mut global = state.config_options().execution.parquet.clone();
        global.pruning &= means.statistics;
        global.bloom_filter_on_read &= means.bloom;
        global.enable_page_index &= means.pages;
        global.pushdown_filters |= means.early && self.is_worth_filtering_early(projection, filters);
        global.reorder_filters |= global.pushdown_filters;
        let readers = readers::with_page_index(
            CachedParquetFileReaderFactory::new(Arc::clone(&self.store), runtime.cache_manager.get_file_metadata_cache()),
            global.pushdown_filters,
        );
        let parquet = TableParquetOptions {
            global,
            ..TableParquetOptions::default()
        };
        let mut source = ParquetSource::new(table_schema(&self.file_schema))
            .with_table_parquet_options(parquet)
            .with_parquet_file_reader_factory(readers);
        if let Some(predicate) = implied.and_then(|implied| self.physical(state, implied)) {
            source = source.with_predicate(predicate);
        }
        planned.register(&self.layout.table, source.metrics());
        let files = left
            .into_iter()
            .map(|(file, selected)| {
                let file = partitioned(&file)?;
                Ok(match selected.access {
                    Some(access) => file.with_extension(access),
                    None => file,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let partitions = state.config().target_partitions().max(1);
        let config = FileScanConfigBuilder::new(self.store_url.clone(), Arc::new(source))
            .with_file_groups(balanced(files, partitions))
            .with_statistics(statistics)
            .with_limit(limit)
            .with_expr_adapter(Some(Arc::new(FileAdapterFactory {
                layout: Arc::clone(&self.layout),
                paths: Arc::clone(&self.paths),
            })))
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

/// The stored columns, and the time of ingestion, which is the same in all rows of a file unless they tell it themselves.
pub(super) fn table_schema(file_schema: &SchemaRef) -> TableSchema {
    let ingested = Arc::new(Field::new(INGESTION_TIME, DataType::Int64, true));
    TableSchema::builder(Arc::clone(file_schema))
        .with_table_partition_cols(vec![ingested])
        .build()
}

pub(super) fn engine_field(name: &str, ty: KqlType) -> Field {
    Field::new(name, quarry_value::arrow_type(ty), ty != KqlType::String)
}

fn object_meta(file: &DataFile) -> Result<ObjectMeta> {
    let since = file.committed.saturating_sub(quarry_value::time::UNIX_EPOCH) / quarry_value::time::MILLISECOND;
    let last_modified = chrono::DateTime::from_timestamp_millis(since)
        .ok_or_else(|| DataFusionError::Execution(format!("the commit time of {} is out of range", file.path)))?;
    Ok(ObjectMeta {
        location: file.path.clone(),
        last_modified,
        size: file.bytes,
        e_tag: None,
        version: None,
    })
}

fn partitioned(file: &DataFile) -> Result<PartitionedFile> {
    // Without the value the column is looked for in the file: see the adapter.
    let constant = file.ingested.is_none().then_some(ScalarValue::Int64(Some(file.committed)));
    Ok(PartitionedFile::new_from_meta(object_meta(file)?).with_partition_values(constant.into_iter().collect()))
}

/// Files in groups of about the same size: largest first, each to the group that has least.
fn balanced(mut files: Vec<PartitionedFile>, partitions: usize) -> Vec<FileGroup> {
    files.sort_by_key(|file| std::cmp::Reverse(file.object_meta.size));
    let mut groups: Vec<(u64, Vec<PartitionedFile>)> = (0..partitions.min(files.len()).max(1)).map(|_| (0, Vec::new())).collect();
    for file in files {
        if let Some((bytes, group)) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
            *bytes += file.object_meta.size;
            group.push(file);
        }
    }
    groups.into_iter().map(|(_, group)| FileGroup::new(group)).collect()
}

/// A name for the lake's store in the registry of the running engine, the same for every table of the lake.
fn store_url(lake: &Lake) -> ObjectStoreUrl {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    lake.url().hash(&mut hasher);
    ObjectStoreUrl::parse(format!("quarry-lake://{:016x}", hasher.finish())).unwrap_or_else(|_| ObjectStoreUrl::local_filesystem())
}
