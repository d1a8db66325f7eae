//! Records that a source delivered twice, told by the keys that it gives them: within a file, between files, and against the lake.
//!
//! Keys are kept as hashes of 128 bits. Of the lake those are read whose time is near a record's: a day at a time, when the first record of that
//! day comes. What an ingest adds counts for what comes later in it, but no longer than its commit may still fail: batches go one after the other.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, Int32Type, Int64Type};
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::Column;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, lit};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use hashbrown::HashSet;
use quarry_schema::KqlType;
use quarry_schema::catalogue::record_key;
use quarry_value::time::{DAY, HOUR};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::error::{Result, StorageError};
use crate::lake::Lake;
use crate::layout::Layout;
use crate::write::{KeyCell, TableRows};

/// Bytes that a key in memory takes up, about.
const KEY_BYTES: usize = 32;
/// How far apart the times may be that two exports give to the same record, where the time is no part of its key.
const DRIFT: i64 = HOUR;

/// The keys of an ingest.
#[derive(Debug)]
pub(super) struct Dedup {
    /// The key that the user names, for every table that has its columns.
    named: Option<Vec<String>>,
    /// Keys that may be in memory, of each table.
    most: usize,
    tables: Mutex<HashMap<String, Arc<Shared>>>,
    /// Tables whose records have no key.
    keyless: Mutex<BTreeSet<String>>,
}

/// What all threads know of a table's records.
#[derive(Debug)]
struct Shared {
    table: String,
    key: Vec<String>,
    time: Option<String>,
    /// The table as it was before the ingest.
    lake: Option<Arc<dyn TableProvider>>,
    most: usize,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    keys: HashSet<u128>,
    /// Those of the batch, which is not committed yet.
    pending: Vec<u128>,
    /// Days of the lake that were read.
    days: HashSet<i64>,
}

/// Judges the rows of one thread for one table.
#[derive(Debug)]
pub(super) struct TableKeys {
    shared: Arc<Shared>,
    columns: Vec<usize>,
    time: Option<usize>,
    buffer: Vec<u8>,
}

impl Dedup {
    pub fn new(named: Option<Vec<String>>, memory: usize) -> Dedup {
        Dedup {
            named,
            most: (memory / KEY_BYTES).max(1024),
            tables: Mutex::default(),
            keyless: Mutex::default(),
        }
    }

    /// What judges the rows of a table; nothing when its records have no key.
    pub async fn table(&self, lake: &Lake, layout: &Layout) -> Result<Option<TableKeys>> {
        if layout.table.starts_with('_') {
            return Ok(None);
        }
        let Some(columns) = self.key(layout) else {
            locked(&self.keyless).insert(layout.table.clone());
            return Ok(None);
        };
        let named = |at: &usize| layout.stored.get(*at).map(|column| column.name.clone());
        let known = locked(&self.tables).get(&layout.table).cloned();
        let shared = match known {
            Some(shared) => shared,
            None => {
                let fresh = Arc::new(Shared {
                    table: layout.table.clone(),
                    key: columns.iter().filter_map(named).collect(),
                    time: layout.time.as_ref().and_then(named),
                    lake: lake.table(&layout.table).await?,
                    most: self.most,
                    seen: Mutex::default(),
                });
                // Another thread may have been faster: all must know the same.
                Arc::clone(locked(&self.tables).entry(layout.table.clone()).or_insert(fresh))
            }
        };
        Ok(Some(TableKeys {
            shared,
            columns,
            time: layout.time,
            buffer: Vec::new(),
        }))
    }

    /// The places of the key's columns: of the user's key where the table has all of it, else of the declared one.
    fn key(&self, layout: &Layout) -> Option<Vec<usize>> {
        let place = |name: &str| {
            let stored = layout.stored.iter().position(|column| column.name == name);
            let place = stored.or_else(|| layout.aliases.iter().find(|(alias, _)| alias == name).map(|(_, at)| *at))?;
            layout.stored.get(place).filter(|column| comparable(column.ty)).map(|_| place)
        };
        let named = self.named.as_ref();
        let named = named.and_then(|names| names.iter().map(|name| place(name)).collect());
        named.or_else(|| record_key(&layout.table)?.iter().map(|name| place(name)).collect())
    }

    /// The batch's rows of this table are in the lake.
    pub fn keep(&self, table: &str) {
        if let Some(shared) = locked(&self.tables).get(table) {
            locked(&shared.seen).pending.clear();
        }
    }

    /// What is not committed yet will not be.
    pub fn forget(&self) {
        for shared in locked(&self.tables).values() {
            let mut seen = locked(&shared.seen);
            for key in std::mem::take(&mut seen.pending) {
                seen.keys.remove(&key);
            }
        }
    }

    /// The tables whose records could not be compared.
    pub fn keyless(&self) -> Vec<String> {
        locked(&self.keyless).iter().cloned().collect()
    }
}

/// Types whose values are the same in memory and in the lake.
fn comparable(ty: KqlType) -> bool {
    !matches!(ty, KqlType::Decimal | KqlType::Dynamic | KqlType::Unknown)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl TableKeys {
    /// Whether a record with the key of the current row came before. A row without all of its key did not.
    pub fn repeats(&mut self, rows: &TableRows, runtime: &Handle) -> Result<bool> {
        self.buffer.clear();
        for at in &self.columns {
            match rows.key_cell(*at) {
                Some(cell) => push(&mut self.buffer, &cell),
                None => return Ok(false),
            }
        }
        let key = hash(&self.buffer);
        let mut seen = locked(&self.shared.seen);
        if let Some(time) = self.time.and_then(|at| rows.time(at)) {
            let day = time.div_euclid(DAY);
            if !seen.days.contains(&day) {
                runtime.block_on(self.shared.read_day(day, &mut seen))?;
                seen.days.insert(day);
            }
        }
        if !seen.keys.insert(key) {
            return Ok(true);
        }
        seen.pending.push(key);
        self.shared.check(seen.keys.len())?;
        Ok(false)
    }
}

impl Shared {
    /// Reads the keys that the lake has of a day.
    async fn read_day(&self, day: i64, seen: &mut Seen) -> Result<()> {
        let (Some(lake), Some(time)) = (&self.lake, &self.time) else {
            return Ok(());
        };
        let drift = if self.key.contains(time) { 0 } else { DRIFT };
        let start = day.saturating_mul(DAY);
        let column = |name: &String| Expr::Column(Column::new_unqualified(name));
        let within = column(time)
            .gt_eq(lit(start.saturating_sub(drift)))
            .and(column(time).lt(lit(start.saturating_add(DAY + drift))));
        let frame = SessionContext::new().read_table(Arc::clone(lake));
        let frame = frame.and_then(|frame| frame.filter(within)?.select(self.key.iter().map(column)));
        let mut batches = async { frame?.execute_stream().await }
            .await
            .map_err(|error| self.unreadable(&error))?;
        let mut buffer = Vec::new();
        while let Some(batch) = batches.next().await {
            let batch = batch.map_err(|error| self.unreadable(&error))?;
            for row in 0..batch.num_rows() {
                if key_of(&batch, row, &mut buffer) {
                    seen.keys.insert(hash(&buffer));
                }
            }
            self.check(seen.keys.len())?;
        }
        Ok(())
    }

    fn unreadable(&self, error: &DataFusionError) -> StorageError {
        StorageError::Table {
            table: self.table.clone(),
            reason: format!("its records cannot be read to be compared: {error}"),
        }
    }

    fn check(&self, keys: usize) -> Result<()> {
        if keys <= self.most {
            return Ok(());
        }
        Err(StorageError::Table {
            table: self.table.clone(),
            reason: format!(
                "more than {} keys of records do not fit into the memory allowed; ingest a shorter time at once, or allow more",
                self.most
            ),
        })
    }
}

/// The key of a row that the lake has. False when it lacks a part.
fn key_of(batch: &RecordBatch, row: usize, buffer: &mut Vec<u8>) -> bool {
    buffer.clear();
    for array in batch.columns() {
        if array.is_null(row) {
            return false;
        }
        let mut text = String::new();
        let cell = match array.data_type() {
            DataType::Boolean => KeyCell::Number(i64::from(array.as_boolean().value(row))),
            DataType::Int32 => KeyCell::Number(array.as_primitive::<Int32Type>().value(row).into()),
            DataType::Int64 => KeyCell::Number(array.as_primitive::<Int64Type>().value(row)),
            DataType::Float64 => KeyCell::Number(array.as_primitive::<Float64Type>().value(row).to_bits().cast_signed()),
            DataType::Utf8View if !array.as_string_view().value(row).is_empty() => {
                KeyCell::Text(array.as_string_view().value(row).as_bytes())
            }
            DataType::FixedSizeBinary(16) => match array.as_fixed_size_binary().value(row).try_into() {
                Ok(guid) => {
                    quarry_value::guid::write(guid, &mut text);
                    KeyCell::Text(text.as_bytes())
                }
                Err(_) => return false,
            },
            _ => return false,
        };
        push(buffer, &cell);
    }
    true
}

fn push(buffer: &mut Vec<u8>, cell: &KeyCell<'_>) {
    match cell {
        KeyCell::Number(number) => buffer.extend_from_slice(&number.to_le_bytes()),
        KeyCell::Text(text) => {
            buffer.extend_from_slice(&text.len().to_le_bytes());
            buffer.extend_from_slice(text);
        }
    }
}

/// Records come from anyone: nobody must be able to make two keys alike.
fn hash(key: &[u8]) -> u128 {
    let digest = Sha256::digest(key);
    let mut short = [0; 16];
    short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    u128::from_le_bytes(short)
}
