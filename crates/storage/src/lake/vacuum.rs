//! Vacuum: files that no version within the time to keep needs are deleted from the store.
//!
//! Such are files that left their table so long ago, and files that no commit names: those of ingests and rewrites that were killed. A file that is
//! younger than the time to keep is never touched, since an ingest that runs may be about to commit it.

use std::collections::HashSet;

use deltalake_core::table::config::TablePropertiesExt;
use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::path::Path;
use quarry_value::time::{DAY, HOUR, MILLISECOND, UNIX_EPOCH};

use super::{Lake, files, staged};
use crate::error::{Result, StorageError};

/// How a lake is to be vacuumed.
#[derive(Clone, Debug)]
pub struct VacuumOptions {
    /// These tables; all, the lake's own included, when empty.
    pub tables: Vec<String>,
    /// How long files stay after they have left their table, in ticks. States of the past can be read as long.
    pub keep: i64,
    /// What counts as the present, in ticks.
    pub now: i64,
    pub dry_run: bool,
}

impl VacuumOptions {
    /// No ingest, however large, takes longer from its first file to its commit.
    pub const LEAST: i64 = HOUR;
}

impl Default for VacuumOptions {
    fn default() -> VacuumOptions {
        VacuumOptions {
            tables: Vec::new(),
            keep: 7 * DAY,
            now: quarry_value::time::system_now(),
            dry_run: false,
        }
    }
}

/// What vacuum did to a table, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableVacuumed {
    pub table: String,
    /// Files that left the table.
    pub left: usize,
    /// Files that never were in it.
    pub orphans: usize,
    pub bytes: u64,
}

impl Lake {
    /// Deletes files that nothing needs any more.
    ///
    /// # Errors
    /// When the time to keep is too short, a table is unknown, or the store refuses.
    pub fn vacuum<'a>(&'a self, options: &'a VacuumOptions) -> BoxFuture<'a, Result<Vec<TableVacuumed>>> {
        Box::pin(async move {
            if options.keep < VacuumOptions::LEAST {
                return Err(StorageError::Location {
                    location: self.url().to_string(),
                    reason: "files must be kept for an hour at least: an ingest that is under way may be about to commit them".to_owned(),
                });
            }
            let mut done = Vec::new();
            for table in self.named_tables(&options.tables).await? {
                done.push(self.vacuum_table(&table, options).await?);
            }
            Ok(done)
        })
    }

    async fn vacuum_table(&self, name: &str, options: &VacuumOptions) -> Result<TableVacuumed> {
        let mut report = TableVacuumed {
            table: name.to_owned(),
            ..TableVacuumed::default()
        };
        let cutoff = options.now.saturating_sub(options.keep);
        let store = self.store();
        // Listed first: what is committed after that is young, and stays for it.
        let listed: Vec<_> = store.list(Some(&Path::from(name))).try_collect().await?;
        let Some(known) = self.known_files(name, cutoff).await? else {
            return Ok(report);
        };
        let mut doomed = Vec::new();
        for entry in listed {
            let modified = entry
                .last_modified
                .timestamp_millis()
                .saturating_mul(MILLISECOND)
                .saturating_add(UNIX_EPOCH);
            let Some(file) = data_file(name, &entry.location) else { continue };
            if modified >= cutoff || known.needed.contains(&file) {
                continue;
            }
            if known.left.contains(&file) {
                report.left += 1;
            } else {
                report.orphans += 1;
            }
            report.bytes += entry.size;
            doomed.push(Ok(entry.location));
        }
        if !options.dry_run {
            let mut deleted = store.delete_stream(futures::stream::iter(doomed).boxed());
            while let Some(outcome) = deleted.next().await {
                match outcome {
                    Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let (orphans, bytes) = staged::remove(self.url(), name, cutoff, options.dry_run);
        report.orphans += orphans;
        report.bytes += bytes;
        Ok(report)
    }

    /// The data files that the log knows: those that a version younger than the cutoff has, and those that left before.
    async fn known_files(&self, name: &str, cutoff: i64) -> Result<Option<Known>> {
        let Some(table) = self.load(name).await? else { return Ok(None) };
        let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
        let mut known = Known {
            needed: state.log_data().iter().map(|view| files::path(name, &view)).collect(),
            left: HashSet::new(),
        };
        for view in state.log_data().iter() {
            if view.deletion_vector_descriptor().is_some() {
                return Err(StorageError::Table {
                    table: name.to_owned(),
                    reason: "another program deleted rows by deletion vectors, whose files are not known here; vacuum with that program"
                        .to_owned(),
                });
            }
        }
        let log = table.log_store();
        let mut tombstones = state.all_tombstones(log.as_ref());
        while let Some(tombstone) = tombstones.try_next().await.map_err(|error| StorageError::log(name, error))? {
            let relative = tombstone.path();
            let relative = Path::parse(relative.as_ref()).unwrap_or_else(|_| Path::from(relative.as_ref()));
            let path = Path::from_iter(std::iter::once(name.into()).chain(relative.parts()));
            let left = tombstone
                .deletion_timestamp()
                .map(|millis| millis.saturating_mul(MILLISECOND).saturating_add(UNIX_EPOCH));
            if left.is_none_or(|left| left >= cutoff) {
                known.needed.insert(path);
            } else {
                known.left.insert(path);
            }
        }
        // Checkpoints forget after a while which files have left; the commits that are kept do not.
        let remembered = i64::try_from(state.table_config().deleted_file_retention_duration().as_millis()).unwrap_or(i64::MAX);
        if quarry_value::time::system_now().saturating_sub(cutoff) > remembered.saturating_mul(MILLISECOND) {
            known.needed.extend(self.removed_since(name, &table, cutoff).await?);
        }
        Ok(Some(known))
    }
}

struct Known {
    needed: HashSet<Path>,
    left: HashSet<Path>,
}

/// The data file that a file of the table's folder is. Logs and whatever is unknown are none, and stay.
fn data_file(table: &str, location: &Path) -> Option<Path> {
    const ENDING: &str = ".parquet";
    let parts: Vec<_> = location.parts().collect();
    let (own, inner) = parts.split_first()?;
    if own.as_ref() != table {
        return None;
    }
    let (name, folders) = inner.split_last()?;
    let hidden = folders.iter().any(|folder| folder.as_ref().starts_with(['_', '.']));
    (!hidden && name.as_ref().ends_with(ENDING)).then(|| location.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_which_file() {
        let of = |path: &str| data_file("T", &Path::from(path)).map(|path| path.to_string());
        assert_eq!(of("T/part-1.zstd.parquet").as_deref(), Some("T/part-1.zstd.parquet"));
        assert_eq!(of("T/day=1/part-1.parquet").as_deref(), Some("T/day=1/part-1.parquet"));
        assert_eq!(of("T/_delta_log/00000000000000000010.checkpoint.parquet"), None);
        assert_eq!(of("T/_delta_log/_sidecars/x.parquet"), None);
        assert_eq!(of("T/_other/x.parquet"), None);
        assert_eq!(of("T/readme.md"), None);
        assert_eq!(of("U/part-1.parquet"), None);
    }
}
