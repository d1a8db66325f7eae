//! The marks of inputs that a table holds: transactions of its log.

use std::collections::{BTreeSet, HashSet};

use arrow::array::{Array, AsArray, StructArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use deltalake_core::DeltaTable;
use futures::{StreamExt, stream};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use super::Lake;
use super::log::{self, AT_ONCE, Listing, actions};
use crate::error::{Result, StorageError};

/// So many are asked for one by one.
const FEW: usize = 2;
/// After this time marks would count no more; no table of ours has it.
const EXPIRY: &str = "delta.setTransactionRetentionDuration";

/// Which of these marks a table holds.
pub(super) async fn known(lake: &Lake, name: &str, table: &DeltaTable, marks: &[String]) -> Result<Vec<String>> {
    // The library reads the whole log for each mark that it is asked for: with thousands of small files that would be most of an ingest.
    if marks.len() > FEW
        && let Some(all) = all(lake, name, table).await
    {
        return Ok(marks.iter().filter(|mark| all.contains(*mark)).cloned().collect());
    }
    let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
    let log = table.log_store();
    let mut known = Vec::new();
    for mark in marks {
        let version = state.transaction_version(log.as_ref(), mark).await;
        if version.map_err(|error| StorageError::log(name, error))?.is_some() {
            known.push(mark.clone());
        }
    }
    Ok(known)
}

/// All marks of a table: those of its last checkpoint, and of the commits since. `None` where the log is not as we write it: the library reads all kinds.
async fn all(lake: &Lake, name: &str, table: &DeltaTable) -> Option<HashSet<String>> {
    let last = table.version()?;
    if table.snapshot().ok()?.metadata().configuration().contains_key(EXPIRY) {
        return None;
    }
    let (checkpoint, commits) = since_checkpoint(lake, name, last).await?;
    let mut marks = HashSet::new();
    if let Some(path) = checkpoint {
        of_checkpoint(lake, &path, &mut marks).await?;
    }
    let commits: Vec<_> = commits.into_iter().map(|version| actions(name, table, version)).collect();
    let mut read = stream::iter(commits).buffered(AT_ONCE);
    while let Some(actions) = read.next().await {
        // Whoever removes old commits may have been faster.
        for (kind, action) in actions.ok()? {
            if kind == "txn" {
                marks.insert(action.get("appId").and_then(Value::as_str)?.to_owned());
            }
        }
    }
    Some(marks)
}

/// The last checkpoint up to a version, and the commits from there to the version. `None` when any of them is missing.
async fn since_checkpoint(lake: &Lake, name: &str, last: u64) -> Option<(Option<Path>, BTreeSet<u64>)> {
    let Listing { mut commits, checkpoints } = log::list(lake, name).await.ok()?;
    let checkpoint = checkpoints.range(..=last).next_back();
    let first = checkpoint.map_or(0, |(version, _)| version + 1);
    commits.retain(|version| (first..=last).contains(version));
    let complete = (first..=last).count() == commits.len();
    complete.then(|| (checkpoint.map(|(_, path)| path.clone()), commits))
}

/// Takes in the marks of a checkpoint.
async fn of_checkpoint(lake: &Lake, path: &Path, marks: &mut HashSet<String>) -> Option<()> {
    let file = lake.store().get(path).await.ok()?.bytes().await.ok()?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).ok()?;
    let column = ProjectionMask::columns(builder.parquet_schema(), ["txn.appId"]);
    for batch in builder.with_projection(column).build().ok()? {
        let batch = batch.ok()?;
        let transactions: &StructArray = batch.column_by_name("txn")?.as_struct_opt()?;
        let names = cast(transactions.column_by_name("appId")?, &DataType::Utf8View).ok()?;
        let names = names.as_string_view_opt()?;
        let present = (0..names.len()).filter(|row| transactions.is_valid(*row) && names.is_valid(*row));
        marks.extend(present.map(|row| names.value(row).to_owned()));
    }
    Some(())
}
