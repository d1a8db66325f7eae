//! Rows of some files into new files: read as a query reads them, sorted by time within bounds of memory, written as an ingest writes them.

use std::collections::HashSet;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewBuilder};
use arrow::compute::{CastOptions, cast_with_options, concat};
use arrow::datatypes::DataType;
use datafusion::common::Column;
use datafusion::common::config::SpillCompression;
use datafusion::datasource::physical_plan::parquet::metadata::DFParquetMetadata;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::functions::expr_fn::coalesce;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::{SessionConfig, SessionContext};
use deltalake_core::kernel::Add;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectMeta;
use quarry_schema::KqlType;
use tokio::runtime::Handle;

use super::{DataFile, Lake};
use crate::error::{Result, StorageError};
use crate::layout::{INGESTION_TIME, Layout};
use crate::scan::LakeTable;
use crate::write::{PartWriter, Taken};

/// Rows of a row group.
const GROUP_ROWS: usize = 256 << 10;
const GROUP_BYTES: usize = 96 << 20;
/// Footers that are read at a time.
const FOOTERS: usize = 16;
/// Sorting needs some memory whatever it is allowed.
const LEAST_MEMORY: usize = 64 << 20;

pub(super) struct Rewrite<'a> {
    pub lake: &'a Lake,
    /// The table at the version that the files are of.
    pub table: LakeTable,
    pub files: Vec<DataFile>,
    /// Rows whose event is older than this, in ticks, are left out.
    pub keep_from: Option<i64>,
    pub outputs: u64,
    /// Bytes that may be in use.
    pub memory: usize,
    pub workers: usize,
}

/// Files that were written and are not committed.
pub(super) struct Written {
    pub layout: Arc<Layout>,
    pub added: Vec<Add>,
    pub rows: u64,
}

impl Rewrite<'_> {
    /// Writes the files; `on_rows` hears how many rows more are in them.
    pub async fn run(self, on_rows: impl Fn(u64) + Send + 'static) -> Result<Written> {
        let layout = Arc::new(self.table.layout().with_ingestion_time());
        let columns = self.columns(&layout).await?;
        let rows: u64 = self.files.iter().map(|file| file.rows.unwrap_or_default()).sum();
        let share = usize::try_from(rows.div_ceil(self.outputs.max(1))).unwrap_or(usize::MAX).max(1);
        let memory = self.memory.max(LEAST_MEMORY);
        let (lake, keep) = (self.lake.clone(), columns.clone());
        let stream = self.sorted(&layout, &columns, memory / 2).await?;
        let runtime = Handle::current();
        let target = Target {
            parts: Parts::new(runtime.clone(), &lake, Arc::clone(&layout), share),
            group_bytes: GROUP_BYTES.min(memory / 8),
            layout,
            columns: keep,
        };
        let work = move || {
            let layout = Arc::clone(&target.layout);
            target
                .fill(&runtime, stream, &on_rows)
                .map(|(added, rows)| Written { layout, added, rows })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| StorageError::Worker(error.to_string()))?
    }

    /// The places of the columns that at least one of the files has; the last is the time of ingestion.
    async fn columns(&self, layout: &Layout) -> Result<Vec<usize>> {
        let store = self.lake.store();
        // Made before any is waited for: a future that holds a closure over references could not go to another thread.
        let reads = self.files.iter().map(|file| {
            let store = Arc::clone(&store);
            let meta = ObjectMeta {
                location: file.path.clone(),
                last_modified: chrono::DateTime::UNIX_EPOCH,
                size: file.bytes,
                e_tag: None,
                version: None,
            };
            async move { DFParquetMetadata::new(store.as_ref(), &meta).fetch_schema().await }
        });
        let reads: Vec<_> = reads.collect();
        let footers: Vec<_> = futures::stream::iter(reads)
            .buffer_unordered(FOOTERS)
            .try_collect()
            .await
            .map_err(|error| self.broken(&error))?;
        let names: HashSet<&str> = footers
            .iter()
            .flat_map(|schema| schema.fields())
            .map(|field| field.name().as_str())
            .collect();
        let last = layout.stored.len().saturating_sub(1);
        let present = layout.stored.iter().enumerate();
        let present = present.filter(|(at, column)| *at == last || Some(*at) == layout.time || names.contains(column.physical.as_str()));
        Ok(present.map(|(at, _)| at).collect())
    }

    /// The rows in order of their time.
    async fn sorted(self, layout: &Layout, columns: &[usize], memory: usize) -> Result<SendableRecordBatchStream> {
        let name = layout.table.clone();
        let broken = |error: DataFusionError| read_error(&name, &error);
        let runtime = RuntimeEnvBuilder::new().with_memory_pool(Arc::new(FairSpillPool::new(memory)));
        // Batches are cut to what a part of the memory holds, however long the rows are: a sort needs several at a time.
        let config = SessionConfig::new()
            .with_target_partitions(self.workers.max(1))
            .with_batch_size(batch_rows(&self.files, memory))
            .with_spill_compression(SpillCompression::Lz4Frame);
        let context = SessionContext::new_with_config_rt(config, runtime.build_arc().map_err(broken)?);
        let column = |name: &str| Expr::Column(Column::new_unqualified(name));
        let time = layout.time.and_then(|at| layout.stored.get(at)).map(|time| column(&time.name));
        let table = self.table.with_files(self.files);
        let mut frame = context.read_table(Arc::new(table)).map_err(broken)?;
        if let (Some(time), Some(from)) = (&time, self.keep_from) {
            let age = coalesce(vec![time.clone(), column(INGESTION_TIME)]);
            frame = frame.filter(age.gt_eq(lit(from))).map_err(broken)?;
        }
        let wanted = columns.iter().filter_map(|at| Some(column(&layout.stored.get(*at)?.name)));
        frame = frame.select(wanted.collect::<Vec<_>>()).map_err(broken)?;
        if let Some(time) = time {
            frame = frame.sort(vec![time.sort(true, true)]).map_err(broken)?;
        }
        frame.execute_stream().await.map_err(broken)
    }

    fn broken(&self, error: &DataFusionError) -> StorageError {
        read_error(&self.table.layout().table, error)
    }
}

fn read_error(table: &str, error: &DataFusionError) -> StorageError {
    StorageError::Table {
        table: table.to_owned(),
        reason: format!("its files cannot be rewritten: {error}"),
    }
}

/// Rows that take about a hundredth of the memory; files hold them packed, about a tenth of their size here.
fn batch_rows(files: &[DataFile], memory: usize) -> usize {
    const UNPACKED: u64 = 10;
    let (bytes, rows) = files.iter().fold((0, 0), |(bytes, rows), file| {
        (bytes + file.bytes, rows + file.rows.unwrap_or_default())
    });
    let row = usize::try_from(bytes * UNPACKED / rows.max(1)).unwrap_or(usize::MAX).max(1);
    (memory / 100 / row).clamp(64, 8_192)
}

/// Where sorted rows go.
struct Target {
    parts: Parts,
    layout: Arc<Layout>,
    columns: Vec<usize>,
    group_bytes: usize,
}

/// The files of a rewrite, one after the other, of the same number of rows each.
struct Parts {
    runtime: Handle,
    lake: Lake,
    layout: Arc<Layout>,
    share: usize,
    open: Option<(PartWriter, usize)>,
    done: Vec<Add>,
}

impl Parts {
    fn new(runtime: Handle, lake: &Lake, layout: Arc<Layout>, share: usize) -> Parts {
        Parts {
            runtime,
            lake: lake.clone(),
            layout,
            share,
            open: None,
            done: Vec::new(),
        }
    }

    /// Rows that the open file still takes.
    fn room(&self) -> usize {
        self.open
            .as_ref()
            .map_or(self.share, |(_, rows)| self.share.saturating_sub(*rows))
            .max(1)
    }

    fn write(&mut self, taken: &Taken) -> Result<()> {
        let (mut writer, rows) = match self.open.take() {
            Some(open) => open,
            None => (
                PartWriter::new(self.runtime.clone(), self.lake.store(), Arc::clone(&self.layout)),
                0,
            ),
        };
        let outcome = writer.write(taken);
        let rows = rows + taken.rows;
        if outcome.is_ok() && rows >= self.share {
            self.done.extend(writer.finish()?);
        } else {
            self.open = Some((writer, rows));
        }
        outcome
    }

    fn finish(&mut self) -> Result<Vec<Add>> {
        if let Some((writer, _)) = self.open.take() {
            self.done.extend(writer.finish()?);
        }
        Ok(std::mem::take(&mut self.done))
    }

    /// Removes everything written.
    fn discard(&mut self) {
        if let Some((writer, _)) = self.open.take() {
            writer.discard();
        }
        self.runtime.block_on(discard(&self.lake, &self.layout.table, &self.done));
    }
}

/// Removes files that no commit names. What cannot be removed now is an orphan, which vacuum finds.
pub(super) async fn discard(lake: &Lake, table: &str, files: &[Add]) {
    for add in files {
        let path = object_store::path::Path::from_iter([table, add.path.as_str()]);
        let _ = object_store::ObjectStoreExt::delete(lake.store().as_ref(), &path).await;
    }
}

impl Target {
    /// Writes the whole stream; on an error nothing stays.
    fn fill(mut self, runtime: &Handle, stream: SendableRecordBatchStream, on_rows: &dyn Fn(u64)) -> Result<(Vec<Add>, u64)> {
        let outcome = self.write_all(runtime, stream, on_rows);
        match outcome {
            Ok(rows) => Ok((self.parts.finish()?, rows)),
            Err(error) => {
                self.parts.discard();
                Err(error)
            }
        }
    }

    fn write_all(&mut self, runtime: &Handle, mut stream: SendableRecordBatchStream, on_rows: &dyn Fn(u64)) -> Result<u64> {
        let mut held: Vec<Vec<ArrayRef>> = Vec::new();
        let (mut rows, mut bytes, mut all) = (0, 0, 0);
        while let Some(batch) = runtime.block_on(stream.next()) {
            let mut batch = batch.map_err(|error| read_error(&self.layout.table, &error))?;
            while batch.num_rows() > 0 {
                let room = self.parts.room().min(GROUP_ROWS).saturating_sub(rows).max(1);
                let some = batch.slice(0, room.min(batch.num_rows()));
                batch = batch.slice(some.num_rows(), batch.num_rows() - some.num_rows());
                let columns = self.stored_form(&some)?;
                bytes += columns.iter().map(|array| array.get_array_memory_size()).sum::<usize>();
                rows += some.num_rows();
                held.push(columns);
                if rows >= self.parts.room().min(GROUP_ROWS) || bytes >= self.group_bytes {
                    self.write(&mut held, rows)?;
                    on_rows(rows as u64);
                    all += rows as u64;
                    (rows, bytes) = (0, 0);
                }
            }
        }
        if rows > 0 {
            self.write(&mut held, rows)?;
            on_rows(rows as u64);
        }
        Ok(all + rows as u64)
    }

    /// Writes what is held as one row group.
    fn write(&mut self, held: &mut Vec<Vec<ArrayRef>>, rows: usize) -> Result<()> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for (place, at) in self.columns.iter().enumerate() {
            let pieces: Vec<&dyn Array> = held.iter().filter_map(|columns| columns.get(place)).map(AsRef::as_ref).collect();
            columns.push((*at, concat(&pieces)?));
        }
        held.clear();
        self.parts.write(&Taken { rows, columns })
    }

    /// From the engine's representation to the writer's: guids are text, decimals are narrower, and text keeps nothing alive but itself.
    fn stored_form(&self, batch: &RecordBatch) -> Result<Vec<ArrayRef>> {
        let columns = self.columns.iter().zip(batch.columns());
        columns
            .map(|(at, array)| {
                let ty = self.layout.stored.get(*at).map_or(KqlType::Unknown, |column| column.ty);
                Ok(match ty {
                    KqlType::Guid => guid_text(array),
                    KqlType::Decimal => {
                        let exact = CastOptions {
                            safe: false,
                            ..CastOptions::default()
                        };
                        cast_with_options(array, &quarry_value::decimal::STORED, &exact)?
                    }
                    _ if *array.data_type() == DataType::Utf8View => Arc::new(array.as_string_view().gc()),
                    _ => Arc::clone(array),
                })
            })
            .collect()
    }
}

fn guid_text(array: &ArrayRef) -> ArrayRef {
    let mut texts = StringViewBuilder::with_capacity(array.len());
    let mut text = String::new();
    let guids = array.as_fixed_size_binary_opt();
    for row in 0..array.len() {
        let guid = guids
            .filter(|guids| guids.is_valid(row))
            .and_then(|guids| guids.value(row).try_into().ok());
        match guid {
            Some(guid) => {
                text.clear();
                quarry_value::guid::write(&guid, &mut text);
                texts.append_value(&text);
            }
            None => texts.append_null(),
        }
    }
    Arc::new(texts.finish())
}
