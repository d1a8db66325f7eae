//! Sorted rows into row groups of new files.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringViewBuilder};
use arrow::compute::{CastOptions, cast_with_options, concat};
use arrow::datatypes::{DataType, Int64Type};
use deltalake_core::kernel::Add;
use futures::StreamExt;
use quarry_schema::KqlType;
use tokio::runtime::Handle;

use super::parts::Parts;
use super::read_error;
use super::sorted::Sorted;
use crate::error::Result;
use crate::layout::Layout;
use crate::write::Taken;

/// Rows of a row group.
const GROUP_ROWS: usize = 256 << 10;

/// Where sorted rows go.
pub(super) struct Target {
    pub parts: Parts,
    pub layout: Arc<Layout>,
    /// The places of the columns that come.
    pub columns: Vec<usize>,
    pub group_bytes: usize,
}

/// Rows that wait to be a row group.
#[derive(Default)]
struct Waiting {
    batches: Vec<Vec<ArrayRef>>,
    rows: usize,
    bytes: usize,
}

impl Target {
    /// Writes all rows; on an error nothing stays.
    pub fn fill(mut self, runtime: &Handle, sorted: Sorted, on_rows: &dyn Fn(u64)) -> Result<(Vec<Add>, u64)> {
        match self.write_all(runtime, sorted, on_rows) {
            Ok(rows) => Ok((self.parts.finish()?, rows)),
            Err(error) => {
                self.parts.discard();
                Err(error)
            }
        }
    }

    fn write_all(&mut self, runtime: &Handle, mut sorted: Sorted, on_rows: &dyn Fn(u64)) -> Result<u64> {
        let mut waiting = Waiting::default();
        let mut all = 0;
        let mut part = None;
        while let Some(batch) = runtime.block_on(sorted.stream.next()) {
            let mut batch = batch.map_err(|error| read_error(&self.layout.table, &error))?;
            while batch.num_rows() > 0 {
                let (next, run) = if sorted.parted { first_part(&batch) } else { (0, batch.num_rows()) };
                if part.replace(next).is_some_and(|part| part != next) {
                    all += self.write(&mut waiting, on_rows)?;
                    self.parts.close()?;
                }
                let room = self.parts.room().min(GROUP_ROWS).saturating_sub(waiting.rows).max(1);
                let some = batch.slice(0, room.min(run));
                batch = batch.slice(some.num_rows(), batch.num_rows() - some.num_rows());
                let columns = self.stored_form(&some)?;
                waiting.bytes += columns.iter().map(|array| array.get_array_memory_size()).sum::<usize>();
                waiting.rows += some.num_rows();
                waiting.batches.push(columns);
                if waiting.rows >= self.parts.room().min(GROUP_ROWS) || waiting.bytes >= self.group_bytes {
                    all += self.write(&mut waiting, on_rows)?;
                }
            }
        }
        Ok(all + self.write(&mut waiting, on_rows)?)
    }

    /// Writes what waits as one row group; gives the number of its rows.
    fn write(&mut self, waiting: &mut Waiting, on_rows: &dyn Fn(u64)) -> Result<u64> {
        let Waiting { batches, rows, .. } = std::mem::take(waiting);
        if rows == 0 {
            return Ok(0);
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        for (place, at) in self.columns.iter().enumerate() {
            let pieces: Vec<&dyn Array> = batches.iter().filter_map(|columns| columns.get(place)).map(AsRef::as_ref).collect();
            columns.push((*at, concat(&pieces)?));
        }
        drop(batches);
        self.parts.write(&Taken { rows, columns })?;
        on_rows(rows as u64);
        Ok(rows as u64)
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

/// The file that the first rows of a batch go to, and the number of those rows.
fn first_part(batch: &RecordBatch) -> (i64, usize) {
    let parts = batch.columns().last().and_then(|parts| parts.as_primitive_opt::<Int64Type>());
    let parts = parts.map(|parts| parts.values().as_ref()).unwrap_or_default();
    let first = parts.first().copied().unwrap_or_default();
    (first, parts.partition_point(|part| *part <= first).max(1))
}
