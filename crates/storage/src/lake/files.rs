//! The files of a table and what the log says of each: size, rows, smallest and largest values.

use std::collections::HashMap;

use datafusion::common::ScalarValue;
use deltalake_core::DeltaTable;
use deltalake_core::kernel::LogicalFileView;
use object_store::path::Path;
use quarry_schema::KqlType;
use quarry_value::time::{MICROSECOND, MILLISECOND, UNIX_EPOCH};
use serde_json::{Map, Value};

use crate::error::{Result, StorageError};
use crate::hot::TAG;
use crate::layout::{Layout, StoredColumn};

/// A data file of a table.
#[derive(Clone, Debug)]
pub struct DataFile {
    /// Relative to the lake.
    pub path: Path,
    pub bytes: u64,
    pub rows: Option<u64>,
    /// When it was committed, in ticks.
    pub committed: i64,
    /// When its rows were ingested, first and last, where each row tells it; else all of them were when the file was committed.
    pub ingested: Option<(i64, i64)>,
    /// Rows without an event time, where the log tells.
    pub untimed: Option<u64>,
    /// By name of the stored column. A column without a range may hold anything, or nothing.
    pub ranges: HashMap<String, ColumnRange>,
    /// The hot columns that were written beside the documents, by name of the text column; bounds of the text at the path where all values are text.
    pub hot: HashMap<String, Option<ColumnRange>>,
}

/// Bounds of the values of a column in one file, in the engine's representation. They need not be tight.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnRange {
    pub min: ScalarValue,
    pub max: ScalarValue,
}

impl DataFile {
    /// The first and the last time of a column's values, as far as the log tells.
    #[must_use]
    pub fn times(&self, column: &str) -> Option<(i64, i64)> {
        let range = self.ranges.get(column)?;
        Some((int64(&range.min)?, int64(&range.max)?))
    }

    /// The least and the greatest of a column's whole numbers, as far as the log tells.
    #[must_use]
    pub fn numbers(&self, column: &str) -> Option<(i64, i64)> {
        self.times(column)
    }

    /// Whether every row holds this text, as far as the log tells.
    #[must_use]
    pub fn is_all(&self, column: &str, text: &str) -> bool {
        let is = |value: &ScalarValue| matches!(value, ScalarValue::Utf8View(Some(value)) if value == text);
        self.ranges.get(column).is_some_and(|range| is(&range.min) && is(&range.max))
    }
}

/// Where a file of the log lies, relative to the lake.
pub(super) fn path(table: &str, view: &LogicalFileView) -> Path {
    Path::from_iter(std::iter::once(table.into()).chain(view.object_store_path().parts()))
}

pub(super) fn list(name: &str, layout: &Layout, table: &DeltaTable) -> Result<Vec<DataFile>> {
    let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
    let mut files = Vec::with_capacity(state.log_data().num_files());
    for view in state.log_data().iter() {
        if view.deletion_vector_descriptor().is_some() {
            return Err(StorageError::Table {
                table: name.to_owned(),
                reason: "another program deleted rows by deletion vectors, which are not supported; rewrite the table without them"
                    .to_owned(),
            });
        }
        let statistics: Option<Value> = view.stats().and_then(|text| serde_json::from_str(&text).ok());
        let path = path(name, &view);
        let counted = |column: &StoredColumn| statistics.as_ref()?.get("nullCount")?.get(&column.physical)?.as_u64();
        let own = StoredColumn::ingestion_time();
        let ingested = statistics.as_ref().filter(|_| counted(&own) == Some(0)).and_then(|statistics| {
            let range = range(&own, statistics)?;
            // Commits are timed in whole milliseconds, so that nothing is lost by taking the bound as it is written.
            let last = int64(&range.max)?;
            Some((int64(&range.min)?, last - last.rem_euclid(MICROSECOND)))
        });
        files.push(DataFile {
            ingested,
            untimed: layout.time.and_then(|at| layout.stored.get(at)).and_then(counted),
            path,
            bytes: u64::try_from(view.size()).unwrap_or_default(),
            rows: statistics.as_ref().and_then(|s| s.get("numRecords")?.as_u64()),
            committed: view.modification_time().saturating_mul(MILLISECOND).saturating_add(UNIX_EPOCH),
            ranges: statistics.map(|s| ranges(layout, &s)).unwrap_or_default(),
            hot: if layout.hot.is_empty() { HashMap::new() } else { hot(&view) },
        });
    }
    Ok(files)
}

/// What the file's tag says of its hot columns.
#[expect(deprecated, reason = "there is no other way to the tags of a file")]
fn hot(view: &LogicalFileView) -> HashMap<String, Option<ColumnRange>> {
    let mut tags = view.add_action().tags.unwrap_or_default();
    let entries: Option<String> = tags.remove(TAG).flatten();
    let entries: Map<String, Value> = entries.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let text = |value: &Value| Some(ScalarValue::Utf8View(Some(value.as_str()?.to_owned())));
    let range = |value: Value| {
        let (min, max) = (text(value.get(0)?)?, text(value.get(1)?)?);
        Some(ColumnRange { min, max })
    };
    entries.into_iter().map(|(name, value)| (name, range(value))).collect()
}

fn ranges(layout: &Layout, statistics: &Value) -> HashMap<String, ColumnRange> {
    layout
        .stored
        .iter()
        .filter_map(|column| Some((column.name.clone(), range(column, statistics)?)))
        .collect()
}

fn range(column: &StoredColumn, statistics: &Value) -> Option<ColumnRange> {
    let bound = |side: &str| {
        let value = statistics.get(side)?.get(&column.physical)?;
        scalar(column.ty, value, side == "maxValues")
    };
    let (min, max) = (bound("minValues")?, bound("maxValues")?);
    // Other writers leave text null, which reads as empty: nothing is less than that.
    let nulls = statistics.get("nullCount").and_then(|nulls| nulls.get(&column.physical)?.as_u64());
    let empty = column.ty == KqlType::String && nulls != Some(0);
    let min = if empty { ScalarValue::Utf8View(Some(String::new())) } else { min };
    Some(ColumnRange { min, max })
}

fn int64(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}

fn scalar(ty: KqlType, value: &Value, upper: bool) -> Option<ScalarValue> {
    Some(match ty {
        KqlType::Int => ScalarValue::Int32(Some(i32::try_from(value.as_i64()?).ok()?)),
        KqlType::Long | KqlType::TimeSpan => ScalarValue::Int64(Some(value.as_i64()?)),
        KqlType::DateTime => {
            // What is written here has microseconds, what others write may be cut to milliseconds: the largest value may lie a little later.
            let text = value.as_str()?;
            let ticks = quarry_value::parse::datetime(text)?;
            let digits = text
                .split_once('.')
                .map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
            let unit = if digits < 6 { MILLISECOND } else { MICROSECOND };
            let slack = if upper { unit - 1 } else { 0 };
            ScalarValue::Int64(Some(ticks.saturating_add(slack)))
        }
        KqlType::String => ScalarValue::Utf8View(Some(value.as_str()?.to_owned())),
        _ => return None,
    })
}
