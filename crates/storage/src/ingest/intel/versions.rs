//! The order of versions: of all versions of an object, the latest one counts as received last, in whatever order they come.
//!
//! Rules take the newest row of an object by its `TimeGenerated`. So an older version that comes after a newer one counts as received together
//! with that, where it stands before it; and a newer one never stands before an older one. The versions that the lake has are read when the first
//! object comes; those of an ingest are remembered as they come.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int64Type;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::ident;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use quarry_value::{dynamic, json, parse, time};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::error::{Result, StorageError};
use crate::lake::Lake;

/// Objects of one ingest come from the minute before it: later versions later.
const SPREAD: i64 = time::MINUTE;
/// Bytes that a version in memory takes up, about.
const VERSION_BYTES: usize = 64;
/// Columns that tell of a row which object it is and when it was received; then those that tell its version.
const ID: &str = "Id";
const RECEIVED: &str = "TimeGenerated";
const MODIFIED: &str = "Modified";
const CREATED: &str = "Created";
const DATA: &str = "Data";

/// One version of an object that came.
#[derive(Clone, Copy, Debug)]
pub(in crate::ingest) struct Version<'o> {
    /// The table that has all versions of it.
    pub table: &'static str,
    pub id: &'o str,
    /// When it was made, in ticks.
    pub modified: i64,
    /// When it came.
    pub received: i64,
}

/// What is known of versions, in all threads of an ingest.
#[derive(Debug)]
pub(in crate::ingest) struct Versions {
    tables: Mutex<HashMap<&'static str, Known>>,
    most: usize,
}

impl Versions {
    /// Takes up about this much memory at most.
    pub fn new(memory: usize) -> Versions {
        Versions {
            tables: Mutex::default(),
            most: (memory / VERSION_BYTES).max(1024),
        }
    }

    /// The moment at which a version counts as received.
    pub fn place(&self, version: &Version<'_>, lake: &Lake, runtime: &Handle) -> Result<i64> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match tables.entry(version.table) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(runtime.block_on(Known::of(lake, version.table, self.most))?),
        };
        let wanted = version.received.saturating_sub(SPREAD).saturating_add(spread(version.modified));
        let placed = known.place(hash(version.id), version.modified, wanted);
        known.check(version.table, self.most)?;
        Ok(placed.clamp(0, time::MAX_DATETIME))
    }
}

/// When versions of objects count as received, at the latest.
#[derive(Debug, Default)]
struct Known(BTreeMap<(u128, i64), i64>);

impl Known {
    /// The versions that the lake has.
    async fn of(lake: &Lake, table: &str, most: usize) -> Result<Known> {
        let mut known = Known::default();
        let Some(provider) = lake.table(table).await? else {
            return Ok(known);
        };
        let unreadable = |error: DataFusionError| StorageError::Table {
            table: table.to_owned(),
            reason: format!("its objects cannot be read to be compared: {error}"),
        };
        let mut batches = rows(provider).await.map_err(unreadable)?;
        while let Some(batch) = batches.next().await {
            known.learn(&batch.map_err(unreadable)?);
            known.check(table, most)?;
        }
        Ok(known)
    }

    fn learn(&mut self, rows: &RecordBatch) {
        let texts = |name: &str| rows.column_by_name(name).and_then(|column| column.as_string_view_opt());
        let moment = |name: &str, row: usize| {
            let column = rows.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
            column.is_valid(row).then(|| column.value(row))
        };
        let Some(ids) = texts(ID) else { return };
        let documents = texts(DATA);
        for row in 0..rows.num_rows() {
            let Some(received) = moment(RECEIVED, row) else { continue };
            let told = documents.and_then(|documents| modified(documents.value(row)));
            let modified = told.or_else(|| moment(MODIFIED, row)).or_else(|| moment(CREATED, row));
            self.add(hash(ids.value(row)), modified.unwrap_or(received), received);
        }
    }

    fn add(&mut self, id: u128, modified: i64, received: i64) {
        let known = self.0.entry((id, modified)).or_insert(received);
        *known = received.max(*known);
    }

    /// When a version counts as received that wants to be at a time: before every newer one, and after every older one that leaves room.
    fn place(&mut self, id: u128, modified: i64, wanted: i64) -> i64 {
        // Where it would stand had it come together with another one.
        let beside = |other: i64, received: i64| received.saturating_sub(spread(other)).saturating_add(spread(modified));
        let newer = modified
            .checked_add(1)
            .and_then(|next| self.0.range((id, next)..=(id, i64::MAX)).min_by_key(|(_, received)| **received));
        let older = self.0.range((id, i64::MIN)..(id, modified)).max_by_key(|(_, received)| **received);
        let mut placed = wanted;
        if let Some(((_, other), received)) = newer
            && placed >= *received
        {
            placed = beside(*other, *received);
        }
        if let Some(((_, other), received)) = older
            && placed <= *received
        {
            placed = beside(*other, *received).max(received.saturating_add(1));
        }
        if let Some((_, received)) = newer {
            placed = placed.min(received.saturating_sub(1));
        }
        self.add(id, modified, placed);
        placed
    }

    fn check(&self, table: &str, most: usize) -> Result<()> {
        if self.0.len() <= most {
            return Ok(());
        }
        Err(StorageError::Table {
            table: table.to_owned(),
            reason: format!("more than {most} versions of objects do not fit into the memory allowed; allow more"),
        })
    }
}

/// What tells the versions of a table: its columns, or where it has none of them, the objects themselves.
async fn rows(provider: Arc<dyn TableProvider>) -> std::result::Result<SendableRecordBatchStream, DataFusionError> {
    let schema = provider.schema();
    let has = |name: &&str| schema.field_with_name(name).is_ok();
    let mut columns: Vec<&str> = [ID, RECEIVED, MODIFIED, CREATED].into_iter().filter(has).collect();
    if !columns.contains(&MODIFIED) {
        columns.extend([DATA].into_iter().filter(has));
    }
    let frame = SessionContext::new().read_table(provider)?;
    frame.select(columns.into_iter().map(ident))?.execute_stream().await
}

/// When an object was made that rows hold as it came.
fn modified(object: &str) -> Option<i64> {
    let told = |key: &str| parse::datetime(&json::text(dynamic::member(object, key)?));
    told("modified").or_else(|| told("created"))
}

/// Where in the minute before it came a version of that time stands, to a few seconds of its time.
fn spread(modified: i64) -> i64 {
    const SECONDS: i64 = 1 << 32;
    let seconds = (modified.saturating_sub(time::UNIX_EPOCH) / time::SECOND).clamp(0, SECONDS - 1);
    i64::try_from(i128::from(seconds) * i128::from(SPREAD) / i128::from(SECONDS)).unwrap_or_default()
}

/// Objects come from anyone: nobody must be able to make two ids alike.
fn hash(id: &str) -> u128 {
    let digest = Sha256::digest(id);
    let mut short = [0; 16];
    short.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    u128::from_le_bytes(short)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    const NOW: i64 = 639_307_296_000_000_000;

    /// When versions count as received that come in this order, an hour apart or together.
    fn placed(order: &[i64], apart: i64) -> BTreeMap<i64, i64> {
        let mut known = Known::default();
        let mut placed = BTreeMap::new();
        for (at, modified) in (0..).zip(order) {
            let wanted = NOW + at * apart - SPREAD + spread(*modified);
            placed.insert(*modified, known.place(1, *modified, wanted));
        }
        placed
    }

    fn orders(versions: &[i64]) -> Vec<Vec<i64>> {
        if versions.is_empty() {
            return vec![Vec::new()];
        }
        let begin = |at: usize| {
            let mut rest = versions.to_vec();
            let first = rest.remove(at);
            orders(&rest).into_iter().map(move |rest| [vec![first], rest].concat())
        };
        (0..versions.len()).flat_map(begin).collect()
    }

    #[test]
    fn later_versions_stand_later_in_whatever_order_they_come() {
        let day = time::DAY;
        let versions = [NOW - 400 * day, NOW - 3 * day, NOW - 2 * day, NOW - day, NOW - day + time::MINUTE];
        for order in orders(&versions) {
            for apart in [0, time::HOUR, -time::HOUR] {
                let times: Vec<i64> = placed(&order, apart).into_values().collect();
                assert!(times.windows(2).all(|pair| pair[0] < pair[1]), "{order:?} {apart}: {times:?}");
            }
        }
    }

    #[test]
    fn the_latest_version_stands_last_however_near_the_others_are() {
        let versions = [NOW, NOW + 1, NOW + 2, NOW + 3];
        for order in orders(&versions) {
            for apart in [0, 1, time::HOUR] {
                let placed = placed(&order, apart);
                let last = placed[&(NOW + 3)];
                assert!(
                    placed.iter().all(|(version, time)| *version == NOW + 3 || *time < last),
                    "{order:?} {apart}"
                );
            }
        }
    }

    #[test]
    fn a_version_that_comes_alone_is_where_it_comes() {
        let mut known = Known::default();
        assert_eq!(known.place(1, NOW, NOW), NOW);
        // Other objects do not count, nor does the same version.
        assert_eq!(known.place(2, NOW - time::DAY, NOW + 1), NOW + 1);
        assert_eq!(known.place(1, NOW, NOW + 5), NOW + 5);
        assert_eq!(known.place(1, i64::MAX, NOW + 6), NOW + 6);
        assert!(known.place(1, i64::MIN, NOW + 7) < NOW + 5);
    }

    #[test]
    fn no_more_is_remembered_than_fits() {
        let mut known = Known::default();
        (0..3).for_each(|id| known.add(id, 0, 0));
        assert!(known.check("T", 3).is_ok());
        assert!(known.check("T", 2).is_err());
    }
}
