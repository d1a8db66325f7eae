//! The transaction log as a history: what each commit did, and which version was current at a time.

use std::collections::{BTreeMap, BTreeSet};

use deltalake_core::{DeltaTable, DeltaTableError};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use quarry_value::time::{MILLISECOND, UNIX_EPOCH};
use serde_json::Value;

use super::{LOG, Lake};
use crate::error::{Result, StorageError};

/// Digits by which the names of a log's files begin.
const VERSION_DIGITS: usize = 20;
/// Commits that are read at a time.
pub(super) const AT_ONCE: usize = 16;

/// A commit to a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableCommit {
    pub version: u64,
    /// When it was made, in ticks, as its writer says.
    pub at: Option<i64>,
    /// What it was: `WRITE` of an ingest, `OPTIMIZE`, `DELETE` of old rows, and whatever other programs do.
    pub operation: String,
    pub files_added: usize,
    pub files_removed: usize,
    /// Rows in the files that it added, whether they are new or only lie elsewhere.
    pub rows_added: u64,
    pub bytes_added: u64,
    /// Inputs whose rows it brought in.
    pub inputs: usize,
}

impl Lake {
    /// The commits to a table that its log still tells of, newest first, at most so many.
    ///
    /// # Errors
    /// When there is no such table, or its log cannot be read.
    pub async fn history(&self, name: &str, most: usize) -> Result<Vec<TableCommit>> {
        self.named_tables(&[name.to_owned()]).await?;
        let Some(table) = self.load(name).await? else {
            return Ok(Vec::new());
        };
        let mut versions = versions(self, name).await?;
        versions.reverse();
        versions.truncate(most);
        let commits: Vec<_> = versions.into_iter().map(|version| commit(name, &table, version)).collect();
        futures::stream::iter(commits).buffered(AT_ONCE).try_collect().await
    }

    /// The version that was current at a time; `None` when the table was not there yet.
    pub(super) async fn version_at(&self, name: &str, table: &DeltaTable, ticks: i64) -> Result<Option<u64>> {
        let versions = versions(self, name).await?;
        // The first version that is later; times grow with versions but for the differences between the writers' clocks.
        let (mut low, mut high) = (0, versions.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let Some(version) = versions.get(middle) else { break };
            match commit(name, table, *version).await?.at {
                Some(at) if at > ticks => high = middle,
                _ => low = middle + 1,
            }
        }
        match low.checked_sub(1) {
            Some(at) => Ok(versions.get(at).copied()),
            None if versions.first().is_none_or(|first| *first == 0) => Ok(None),
            None => Err(StorageError::History {
                table: name.to_owned(),
                wanted: "that time".to_owned(),
                reason: format!(
                    "its log goes back to version {} only",
                    versions.first().copied().unwrap_or_default()
                ),
            }),
        }
    }
}

impl Lake {
    /// The files that left a table in commits not older than this, as far as the log tells.
    pub(super) async fn removed_since(&self, name: &str, table: &DeltaTable, cutoff: i64) -> Result<Vec<Path>> {
        let mut removed = Vec::new();
        for version in versions(self, name).await?.into_iter().rev() {
            let actions = actions(name, table, version).await?;
            let mut at = None;
            for (kind, action) in &actions {
                match kind.as_str() {
                    "commitInfo" => at = made_at(action),
                    "remove" => {
                        let relative = action.get("path").and_then(Value::as_str).unwrap_or_default();
                        let relative = Path::from_url_path(relative).unwrap_or_else(|_| Path::from(relative));
                        removed.push(Path::from_iter(std::iter::once(name.into()).chain(relative.parts())));
                    }
                    _ => {}
                }
            }
            if at.is_some_and(|at| at < cutoff) {
                break;
            }
        }
        Ok(removed)
    }
}

/// What lies in the log of a table.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Versions whose commits are there.
    pub commits: BTreeSet<u64>,
    /// Checkpoints of a single file, by their versions.
    pub checkpoints: BTreeMap<u64, Path>,
}

pub(super) async fn list(lake: &Lake, name: &str) -> Result<Listing> {
    let mut found = Listing::default();
    let store = lake.store();
    let mut entries = store.list(Some(&Path::from_iter([name, LOG])));
    while let Some(entry) = entries.try_next().await? {
        let Some((version, ending)) = entry.location.filename().and_then(|name| name.split_at_checked(VERSION_DIGITS)) else {
            continue;
        };
        let Ok(version) = version.parse::<u64>() else { continue };
        match ending {
            ".json" => {
                found.commits.insert(version);
            }
            ".checkpoint.parquet" => {
                found.checkpoints.insert(version, entry.location);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The versions whose commits the log holds, in order.
async fn versions(lake: &Lake, name: &str) -> Result<Vec<u64>> {
    Ok(list(lake, name).await?.commits.into_iter().collect())
}

async fn commit(name: &str, table: &DeltaTable, version: u64) -> Result<TableCommit> {
    let mut commit = TableCommit {
        version,
        ..TableCommit::default()
    };
    for (kind, action) in actions(name, table, version).await? {
        take_in(&mut commit, &kind, &action);
    }
    Ok(commit)
}

/// The actions of a commit, each with its kind.
pub(super) async fn actions(name: &str, table: &DeltaTable, version: u64) -> Result<Vec<(String, Value)>> {
    let entry = table.log_store().read_commit_entry(version).await;
    let entry = entry.map_err(|error| StorageError::log(name, error))?;
    let entry = entry.ok_or_else(|| StorageError::log(name, DeltaTableError::InvalidVersion(version)))?;
    let lines = entry.split(|byte| *byte == b'\n');
    let objects = lines.filter_map(|line| match serde_json::from_slice::<Value>(line) {
        Ok(Value::Object(action)) => Some(action),
        _ => None,
    });
    Ok(objects.flatten().collect())
}

/// When a commit was made, in ticks.
fn made_at(info: &Value) -> Option<i64> {
    let millis = info.get("inCommitTimestamp").or_else(|| info.get("timestamp"))?.as_i64()?;
    Some(millis.saturating_mul(MILLISECOND).saturating_add(UNIX_EPOCH))
}

fn take_in(commit: &mut TableCommit, kind: &str, action: &Value) {
    match kind {
        "commitInfo" => {
            commit.at = made_at(action);
            commit.operation = action.get("operation").and_then(Value::as_str).unwrap_or_default().to_owned();
        }
        "add" => {
            commit.files_added += 1;
            commit.bytes_added += action.get("size").and_then(Value::as_u64).unwrap_or_default();
            let stats = action.get("stats").and_then(Value::as_str);
            let stats = stats.and_then(|stats| serde_json::from_str::<Value>(stats).ok());
            commit.rows_added += stats.and_then(|stats| stats.get("numRecords")?.as_u64()).unwrap_or_default();
        }
        "remove" => commit.files_removed += 1,
        "txn" => commit.inputs += 1,
        _ => {}
    }
}
