//! The Parquet files of one table that one worker writes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Int8Array, StringViewArray, TimestampMicrosecondArray, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use arrow::record_batch::RecordBatch;
use deltalake_core::kernel::Add;
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::KeyValue;
use quarry_schema::KqlType;
use quarry_value::time::{MICROSECOND, UNIX_EPOCH};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::hot::{Extractor, HotBounds};
use super::properties::properties;
use super::rows::Taken;
use super::statistics::Statistics;
use super::upload::Upload;
use crate::error::{Result, StorageError};
use crate::hot::{HotColumn, HotPart, TAG};
use crate::layout::{Layout, StoredColumn};
use crate::terms::{self, Directory};

/// A file is closed when it has so many rows or bytes.
const MOST_ROWS: usize = 1_000_000;
const MOST_BYTES: u64 = 128 << 20;

pub(crate) struct PartWriter {
    runtime: Handle,
    store: Arc<dyn ObjectStore>,
    layout: Arc<Layout>,
    hot: Extractor,
    /// What every file has, where that is known before.
    foreseen: Option<Columns>,
    open: Option<OpenFile>,
    done: Vec<Add>,
}

/// Stored and hot columns of a file by their places, and whether each has its residuals beside it.
pub(crate) type Columns = BTreeMap<usize, bool>;

struct OpenFile {
    name: String,
    writer: ArrowWriter<Upload>,
    columns: Columns,
    schema: Arc<Schema>,
    statistics: Statistics,
    hot: HotBounds,
    /// Where the term filters of the row groups are.
    terms: Directory,
    rows: usize,
}

impl PartWriter {
    pub fn new(runtime: Handle, store: Arc<dyn ObjectStore>, layout: Arc<Layout>) -> PartWriter {
        PartWriter {
            runtime,
            store,
            hot: Extractor::new(&layout),
            layout,
            foreseen: None,
            open: None,
            done: Vec::new(),
        }
    }

    /// For rows of which later ones have columns that the first lack: every file has these, and ends where the caller says.
    pub fn with_columns(self, columns: Columns) -> PartWriter {
        PartWriter {
            foreseen: Some(columns),
            ..self
        }
    }

    /// Writes rows as one row group, into the open file when that has all their columns. Hot columns are added here.
    pub fn write(&mut self, taken: &Taken) -> Result<()> {
        let taken = &self.hot.with_hot(&self.layout, taken)?;
        let wanted: Columns = taken
            .columns
            .iter()
            .map(|(at, array)| (*at, self.layout.stored.get(*at).is_some_and(|column| has_residuals(column, array))))
            .collect();
        let fits = |file: &OpenFile| {
            wanted
                .iter()
                .all(|(at, residuals)| file.columns.get(at).is_some_and(|has| *has || !*residuals))
        };
        let mut columns = wanted.clone();
        for (at, residuals) in self.foreseen.iter().flatten() {
            *columns.entry(*at).or_default() |= *residuals;
        }
        if columns.is_empty() {
            // Records without any value are rows all the same, and a file has at least one column.
            columns.insert(self.layout.time.unwrap_or(0), false);
        }
        if let Some(file) = self.open.take() {
            if fits(&file) {
                self.open = Some(file);
            } else {
                for (at, residuals) in &file.columns {
                    *columns.entry(*at).or_default() |= *residuals;
                }
                self.close(file)?;
            }
        }
        let mut file = match self.open.take() {
            Some(file) => file,
            None => self.start(columns, taken)?,
        };
        let batch = self.batch(&file, taken)?;
        file.writer.write(&batch)?;
        file.writer.flush()?;
        let (section, filters) = terms::section(&self.layout, taken.rows, &taken.columns, file.writer.bytes_written() as u64);
        let written = file.writer.write_all(&filters);
        written.map_err(|source| StorageError::file(&file.name, source))?;
        file.terms.sections.push(section);
        file.rows += taken.rows;
        file.statistics.add(&self.layout, taken.rows, &taken.columns);
        file.hot.add(&self.layout, taken);
        // A column that one row group has and another lacks: its text is empty there.
        let absent = file.columns.keys().filter(|at| !taken.columns.iter().any(|(has, _)| has == *at));
        let empties: Vec<(usize, ArrayRef)> = absent
            .filter_map(|at| Some((*at, self.empty(self.layout.stored.get(*at)?, taken.rows))))
            .collect();
        file.statistics.add(&self.layout, 0, &empties);
        let full = file.rows >= MOST_ROWS || file.writer.bytes_written() as u64 >= MOST_BYTES;
        if full && self.foreseen.is_none() {
            self.close(file)?;
        } else {
            self.open = Some(file);
        }
        Ok(())
    }

    /// Completes the files and hands them out; no reader sees them before they are committed.
    pub fn finish(mut self) -> Result<Vec<Add>> {
        self.complete()?;
        Ok(self.done)
    }

    /// Completes the files, which no reader sees before they are committed.
    pub fn complete(&mut self) -> Result<()> {
        match self.open.take() {
            Some(file) => self.close(file),
            None => Ok(()),
        }
    }

    /// The files that are complete.
    pub fn files(&self) -> &[Add] {
        &self.done
    }

    /// Removes everything written.
    pub fn discard(mut self) {
        if let Some(file) = self.open.take()
            && let Ok(upload) = file.writer.into_inner()
        {
            upload.abort();
        }
        for add in &self.done {
            let _ = self
                .runtime
                .block_on(object_store::ObjectStoreExt::delete(self.store.as_ref(), &self.path(&add.path)));
        }
    }

    fn path(&self, name: &str) -> Path {
        Path::from_iter([self.layout.table.as_str(), name])
    }

    fn start(&self, columns: Columns, taken: &Taken) -> Result<OpenFile> {
        let name = format!("part-{}.zstd.parquet", Uuid::new_v4());
        let mut fields = Vec::new();
        for (at, residuals) in &columns {
            let Some(column) = self.layout.stored.get(*at) else {
                fields.extend(self.layout.hot_at(*at).and_then(|(hot, part)| hot_field(hot, part)));
                continue;
            };
            fields.push(column.file_field());
            if *residuals {
                fields.push(Field::new(column.residual(), DataType::Int8, true));
            }
        }
        let schema = Arc::new(Schema::new(fields));
        let upload = Upload::new(self.runtime.clone(), Arc::clone(&self.store), self.path(&name));
        let properties = properties(&self.layout, taken, &columns, self.foreseen.is_none())?;
        let writer = ArrowWriter::try_new(upload, Arc::clone(&schema), Some(properties))?;
        Ok(OpenFile {
            name,
            writer,
            columns,
            schema,
            statistics: Statistics::default(),
            hot: HotBounds::default(),
            terms: Directory::default(),
            rows: 0,
        })
    }

    /// The row group as the file holds it.
    fn batch(&self, file: &OpenFile, taken: &Taken) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(file.schema.fields().len());
        for (at, residuals) in &file.columns {
            let written = taken.columns.iter().find(|(has, _)| has == at).map(|(_, array)| Arc::clone(array));
            let Some(column) = self.layout.stored.get(*at) else {
                if let Some((_, part)) = self.layout.hot_at(*at) {
                    arrays.push(written.unwrap_or_else(|| new_null_array(&part.arrow_type(), taken.rows)));
                }
                continue;
            };
            let array = written.unwrap_or_else(|| self.empty(column, taken.rows));
            if column.ty == KqlType::DateTime {
                let (stamps, below) = split_ticks(&array)?;
                arrays.push(stamps);
                if *residuals {
                    arrays.push(below);
                }
            } else {
                arrays.push(array);
            }
        }
        Ok(RecordBatch::try_new(Arc::clone(&file.schema), arrays)?)
    }

    fn empty(&self, column: &StoredColumn, rows: usize) -> ArrayRef {
        match column.ty {
            KqlType::String => Arc::new(std::iter::repeat_n(Some(""), rows).collect::<StringViewArray>()),
            KqlType::Guid => new_null_array(&DataType::Utf8View, rows),
            KqlType::Decimal => new_null_array(&quarry_value::decimal::STORED, rows),
            other => new_null_array(&quarry_value::arrow_type(other), rows),
        }
    }

    fn close(&mut self, mut file: OpenFile) -> Result<()> {
        let directory = KeyValue::new(terms::DIRECTORY.to_owned(), file.terms.to_text());
        file.writer.append_key_value_metadata(directory);
        let size = file.writer.into_inner()?.finish()?;
        self.done.push(Add {
            path: file.name,
            size: i64::try_from(size).unwrap_or(i64::MAX),
            modification_time: 0,
            data_change: true,
            stats: Some(file.statistics.to_json(&self.layout)),
            tags: (file.hot.to_json(&self.layout)).map(|bounds| HashMap::from([(TAG.to_owned(), Some(bounds))])),
            ..Add::default()
        });
        Ok(())
    }
}

fn hot_field(hot: &HotColumn, part: HotPart) -> Option<Field> {
    Some(Field::new(part.name(hot)?, part.arrow_type(), true))
}

fn has_residuals(column: &StoredColumn, array: &ArrayRef) -> bool {
    column.ty == KqlType::DateTime
        && array
            .as_primitive_opt::<Int64Type>()
            .is_some_and(|ticks| ticks.iter().flatten().any(|ticks| ticks.rem_euclid(MICROSECOND) != 0))
}

/// Microseconds since 1970, and the ticks that they drop.
fn split_ticks(array: &ArrayRef) -> Result<(ArrayRef, ArrayRef)> {
    let ticks = cast(array, &DataType::Int64)?;
    let ticks = ticks.as_primitive::<Int64Type>();
    let nulls = ticks.nulls().cloned();
    let micros = ticks
        .values()
        .iter()
        .map(|ticks| ticks.wrapping_sub(UNIX_EPOCH).div_euclid(MICROSECOND))
        .collect();
    let below = ticks
        .values()
        .iter()
        .map(|ticks| i8::try_from(ticks.wrapping_sub(UNIX_EPOCH).rem_euclid(MICROSECOND)).unwrap_or_default());
    Ok((
        Arc::new(TimestampMicrosecondArray::new(micros, nulls.clone()).with_timezone("UTC")),
        Arc::new(Int8Array::new(below.collect(), nulls)),
    ))
}
