//! The plan that reads files of a table, or parts of them.

use std::sync::Arc;

use datafusion::catalog::Session;
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::config::TableParquetOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::Expr;
use datafusion::logical_expr::utils::conjunction;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExecBuilder;

use super::LakeTable;
use super::adapter::FileAdapterFactory;
use super::footers::cached;
use super::means::Pruning;
use super::pieces::dealt;
use super::provider::{object_meta, table_schema};
use super::readers::LakeReaders;
use super::report::Planned;
use super::terms::Selected;
use crate::lake::DataFile;

/// A scan of a table, without what is to be read.
pub(super) struct Source<'s> {
    pub table: &'s LakeTable,
    pub state: &'s dyn Session,
    pub means: Pruning,
    pub projection: Option<&'s Vec<usize>>,
    /// What the filters imply of columns that they do not compare themselves.
    pub implied: Option<Expr>,
    /// Filters that are tested again above the scan.
    pub others: Vec<Expr>,
    pub limit: Option<usize>,
}

impl Source<'_> {
    /// Reads what is selected of files, and tests rows by the filters that are tested nowhere else.
    pub fn plan(&self, files: Vec<(DataFile, Selected)>, tested: &[Expr], planned: &Planned) -> Result<Arc<dyn ExecutionPlan>> {
        let wide = self.wide(tested)?;
        let read = self.files(files, wide.as_ref().or(self.projection), tested, planned)?;
        let Some(test) = conjunction(tested.iter().cloned()) else {
            return Ok(read);
        };
        let test = self.state.create_physical_expr(test, &DFSchema::try_from(read.schema())?)?;
        // The columns that are wanted come first.
        let wanted = self.projection.map(|places| (0..places.len()).collect::<Vec<_>>());
        let wanted = wanted.filter(|wanted| wanted.len() < read.schema().fields().len());
        let filter = FilterExecBuilder::new(test, read)
            .apply_projection(wanted)?
            .with_batch_size(self.state.config().batch_size())
            .build()?;
        Ok(Arc::new(filter))
    }

    /// The projection with the columns that filters look at behind it.
    fn wide(&self, tested: &[Expr]) -> Result<Option<Vec<usize>>> {
        let Some(projection) = self.projection else { return Ok(None) };
        let mut wide = projection.clone();
        for column in tested.iter().flat_map(Expr::column_refs) {
            let at = self.table.schema.index_of(&column.name)?;
            if !wide.contains(&at) {
                wide.push(at);
            }
        }
        Ok(Some(wide))
    }

    fn files(
        &self,
        files: Vec<(DataFile, Selected)>,
        projection: Option<&Vec<usize>>,
        tested: &[Expr],
        planned: &Planned,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (table, state, means) = (self.table, self.state, self.means);
        let left: Vec<(DataFile, Selected)> = files.into_iter().filter(|(_, selected)| !selected.nothing).collect();
        let filters: Vec<Expr> = self.others.iter().chain(tested).cloned().collect();
        let mut statistics = table.statistics_of(left.iter().map(|(file, _)| file));
        if !filters.is_empty() {
            statistics = statistics.to_inexact();
        }
        let mut global = state.config_options().execution.parquet.clone();
        global.pruning &= means.statistics;
        global.bloom_filter_on_read &= means.bloom;
        global.enable_page_index &= means.pages;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let few = |column: &str| table.has_few_values(column, left.iter().map(|(file, _)| file), cache.as_ref());
        global.pushdown_filters |= means.early && table.is_worth_filtering_early(projection, &filters, few);
        global.reorder_filters |= global.pushdown_filters;
        let readers = LakeReaders {
            inner: CachedParquetFileReaderFactory::new(Arc::clone(&table.store), Arc::clone(&cache)),
            pages: global.pushdown_filters,
        };
        let parquet = TableParquetOptions {
            global,
            ..TableParquetOptions::default()
        };
        let mut source = ParquetSource::new(table_schema(&table.file_schema))
            .with_table_parquet_options(parquet)
            .with_parquet_file_reader_factory(Arc::new(readers));
        if let Some(predicate) = self.implied.clone().and_then(|implied| table.physical(state, implied)) {
            source = source.with_predicate(predicate);
        }
        planned.register(&table.layout.table, source.metrics());
        let files = left
            .into_iter()
            .map(|(file, selected)| {
                let mut file = partitioned(&file)?;
                file.arrow_schema = table.footers.schema(&file.object_meta, &table.file_schema, cache.as_ref());
                Ok(match selected.access {
                    Some(access) => file.with_extension(access),
                    None => file,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let partitions = state.config().target_partitions().max(1);
        let config = FileScanConfigBuilder::new(table.store_url.clone(), Arc::new(source))
            .with_file_groups(dealt(files, partitions, |file| cached(file, cache.as_ref())))
            .with_statistics(statistics)
            .with_limit(self.limit.filter(|_| tested.is_empty()))
            .with_expr_adapter(Some(Arc::new(FileAdapterFactory {
                layout: Arc::clone(&table.layout),
                paths: Arc::clone(&table.paths),
                footers: Arc::clone(&table.footers),
            })))
            .with_projection_indices(projection.cloned())?
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}

fn partitioned(file: &DataFile) -> Result<PartitionedFile> {
    // Without the value the column is looked for in the file: see the adapter.
    let constant = file.ingested.is_none().then_some(ScalarValue::Int64(Some(file.committed)));
    Ok(PartitionedFile::new_from_meta(object_meta(file)?).with_partition_values(constant.into_iter().collect()))
}
