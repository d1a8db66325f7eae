//! The provider: one table at one version.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, DataFusionError, Result, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use object_store::{ObjectMeta, ObjectStore};
use quarry_functions::bounds::implied;
use quarry_schema::KqlType;

use super::footers::Footers;
use super::hot::ScanPath;
use super::means::Pruning;
use super::prune;
use super::report::Planned;
use super::source::Source;
use super::terms::{self, Demand, Found, Selected};
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
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) store_url: ObjectStoreUrl,
    /// Shared by all queries of the table.
    pub(super) footers: Arc<Footers>,
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
            footers: Arc::default(),
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

    /// What the terms of each file say of the filters, and of the alternatives in one of them.
    async fn by_terms(
        &self,
        state: &dyn Session,
        filters: &[Expr],
        alternatives: &[Demand],
        files: &[DataFile],
    ) -> Result<Vec<Option<Found>>> {
        let demand = Demand::of(filters, self);
        if demand.is_none() && alternatives.is_empty() {
            return Ok(Vec::new());
        }
        let places = files.iter().map(object_meta).collect::<Result<Vec<_>>>()?;
        let cache = state.runtime_env().cache_manager.get_file_metadata_cache();
        let demand = demand.unwrap_or(Demand::NOTHING);
        Ok(terms::look_up(places, &demand, alternatives, &self.store, &cache).await)
    }

    /// The columns that a projection and some filters need.
    fn read<'a>(&'a self, projection: Option<&Vec<usize>>, filters: impl Iterator<Item = &'a Expr>) -> HashSet<&'a str> {
        let fields = self.schema.fields();
        let projected = match projection {
            Some(places) => places.iter().filter_map(|at| fields.get(*at)).collect(),
            None => fields.iter().collect::<Vec<_>>(),
        };
        let projected = projected.into_iter().map(|field| field.name().as_str());
        let filtered = filters.flat_map(Expr::column_refs).map(|column| column.name.as_str());
        projected.chain(filtered).collect()
    }

    pub(super) fn physical(&self, state: &dyn Session, filter: Expr) -> Option<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(&self.schema)).ok()?;
        state.create_physical_expr(filter, &schema).ok()
    }

    pub(super) fn statistics_of<'a>(&self, files: impl Iterator<Item = &'a DataFile> + Clone) -> Statistics {
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
        let support = |filter: &&Expr| match self.tests(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Inexact,
        };
        Ok(filters.iter().map(support).collect())
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
        let (tested, others): (Vec<Expr>, Vec<Expr>) = filters.iter().cloned().partition(|filter| self.tests(filter));
        let alternatives = self.alternatives(&tested).filter(|_| means.terms);
        let mut found = if means.terms {
            let demands = alternatives.as_ref().map(|alternatives| alternatives.demands.as_slice());
            self.by_terms(state, filters, demands.unwrap_or_default(), &files).await?
        } else {
            Vec::new()
        };
        found.resize_with(files.len(), || None);
        let selected: Vec<Selected> = found
            .iter()
            .map(|found| found.as_ref().map_or_else(Selected::default, Found::selected))
            .collect();
        let rare = alternatives.as_ref().and_then(|alternatives| {
            let besides = tested.iter().enumerate().filter(|(place, _)| *place != alternatives.place);
            let read = self.read(projection, besides.map(|(_, filter)| filter));
            Some((alternatives, alternatives.rare(&found, &read)?))
        });
        let planned = Planned::new(&self.files, &files, &selected, started.elapsed());
        let source = Source {
            table: self,
            state,
            means,
            projection,
            implied,
            others,
            limit,
        };
        let Some((alternatives, rare)) = rare else {
            return source.plan(files.into_iter().zip(selected).collect(), &tested, &planned);
        };
        let (mut without, mut with) = (Vec::new(), Vec::new());
        let mut twice = 0;
        for (file, found) in files.into_iter().zip(&found) {
            match found {
                Some(found) => {
                    let (rest, part) = found.parted(&rare);
                    twice += found.row_groups_parted(&rare);
                    without.push((file.clone(), rest));
                    with.push((file, part));
                }
                None => with.push((file, Selected::default())),
            }
        }
        let mut shorter = tested.clone();
        if let Some(filter) = shorter.get_mut(alternatives.place) {
            *filter = alternatives.shorter(&rare);
        }
        let plan = source.plan(without, &shorter, &planned)?;
        if with.iter().all(|(_, selected)| selected.nothing) {
            return Ok(plan);
        }
        UnionExec::try_new(vec![plan, source.plan(with, &tested, &Planned::again(twice))?])
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

pub(super) fn object_meta(file: &DataFile) -> Result<ObjectMeta> {
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

/// A name for the lake's store in the registry of the running engine, the same for every table of the lake.
fn store_url(lake: &Lake) -> ObjectStoreUrl {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    lake.url().hash(&mut hasher);
    ObjectStoreUrl::parse(format!("quarry-lake://{:016x}", hasher.finish())).unwrap_or_else(|_| ObjectStoreUrl::local_filesystem())
}
