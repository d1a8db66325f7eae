//! Commits that put files in the place of others, all or nothing.
//!
//! The library's own conflict check lets two such commits of the same files both pass. Here a commit goes on exactly the version in which every file
//! that it replaces was seen; when anybody commits in between, it looks again. Appends are never lost by it, and what is gone stays gone.

use std::collections::{HashMap, HashSet};

use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, Remove};
use deltalake_core::protocol::DeltaOperation;
use deltalake_core::{DeltaTable, DeltaTableError};
use object_store::path::Path;

use super::Lake;
use super::attempts::Attempts;
use super::commit::{agreeing, is_conflict};
use crate::error::{Result, StorageError};
use crate::layout::Layout;

pub(super) struct Replacement<'a> {
    pub layout: &'a Layout,
    /// Files that leave the table, as [`super::DataFile::path`] names them.
    pub removed: &'a [Path],
    pub added: Vec<Add>,
    /// Whether rows are gone; rows that only lie elsewhere do not count.
    pub data_change: bool,
    pub operation: DeltaOperation,
}

/// What became of a replacement.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Replaced {
    Version(u64),
    /// Nothing was committed: another program has replaced some of the files meanwhile.
    Overtaken,
}

impl Lake {
    pub(super) async fn replace(&self, request: &Replacement<'_>) -> Result<Replaced> {
        let name = request.layout.table.as_str();
        let mut last: Option<DeltaTableError> = None;
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let Some(table) = self.load(name).await? else {
                return Ok(Replaced::Overtaken);
            };
            agreeing(request.layout, &table)?;
            let live = Live::of(name, &table)?;
            if !request.removed.iter().all(|path| live.files.contains_key(path)) {
                // A commit can land and still report an error.
                let landed = last.is_some() && request.added.iter().all(|add| live.names.contains(add.path.as_str()));
                return Ok(if landed {
                    Replaced::Version(table.version().unwrap_or_default())
                } else {
                    Replaced::Overtaken
                });
            }
            match try_replace(request, &table, &live).await {
                Ok(Some(version)) => return Ok(Replaced::Version(version)),
                Ok(None) => {}
                Err(error) if is_conflict(&error) => last = Some(error),
                Err(error) => {
                    if last.is_some() {
                        return Err(StorageError::log(name, error));
                    }
                    last = Some(error);
                }
            }
        }
        Err(Attempts::exhausted(name))
    }
}

/// The files of one version.
struct Live {
    names: HashSet<String>,
    files: HashMap<Path, Remove>,
}

impl Live {
    fn of(name: &str, table: &DeltaTable) -> Result<Live> {
        let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
        let mut live = Live {
            names: HashSet::new(),
            files: HashMap::new(),
        };
        for view in state.log_data().iter() {
            live.names.insert(view.path().into_owned());
            // Rows that another program has deleted from a file would come back with what was read of it before.
            if view.deletion_vector_descriptor().is_none() {
                live.files.insert(super::files::path(name, &view), view.remove_action(false));
            }
        }
        Ok(live)
    }
}

/// One attempt on one version. `None` after columns were added: the commit then goes on the version that has them.
async fn try_replace(request: &Replacement<'_>, table: &DeltaTable, live: &Live) -> std::result::Result<Option<u64>, DeltaTableError> {
    let state = table.snapshot()?;
    let missing = request.layout.missing_in(state.schema().fields());
    if !missing.is_empty() && !request.added.is_empty() {
        table.clone().add_columns().with_fields(missing).await?;
        return Ok(None);
    }
    let now = chrono::Utc::now().timestamp_millis();
    let removes = request
        .removed
        .iter()
        .filter_map(|path| live.files.get(path))
        .cloned()
        .map(|mut remove| {
            remove.data_change = request.data_change;
            remove.deletion_timestamp = Some(now);
            Action::Remove(remove)
        });
    let adds = request.added.iter().cloned().map(|mut add| {
        add.data_change = request.data_change;
        add.modification_time = now;
        Action::Add(add)
    });
    // No retries: they would go on a later version, unseen.
    let done = CommitBuilder::from(CommitProperties::default().with_max_retries(0))
        .with_actions(removes.chain(adds).collect())
        .build(Some(state), table.log_store(), request.operation.clone())
        .await?;
    Ok(Some(done.version()))
}
