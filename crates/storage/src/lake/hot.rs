//! Choosing hot columns, and declaring them.

use deltalake_core::DeltaTableError;

use super::Lake;
use super::attempts::Attempts;
use super::common::{FEWEST, MOST_CHOSEN};
use crate::error::{Result, StorageError};
use crate::hot::HotPath;
use crate::layout::Layout;
use crate::scan::LakeTable;

/// The property of a table that says how many rows it had when its data was last looked at for common paths.
const SAMPLED: &str = "quarry.sampled";

/// What is to be hot in a table besides what is.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub paths: Vec<HotPath>,
    /// Paths that the log does not declare yet, those of the catalogue included.
    pub new: usize,
    /// Rows of a table whose data was looked at.
    sampled: Option<u64>,
}

impl Lake {
    /// Declares paths into dynamic columns of a table as hot: files written from now on hold their values beside the documents, and optimizing adds them
    /// to old files. What the catalogue wants is declared too. Gives the number of paths that are new; paths into other columns, and those for which
    /// there is no room, are passed over.
    ///
    /// # Errors
    /// When there is no such table, or its log cannot be read or written.
    pub async fn add_hot_columns(&self, name: &str, paths: &[HotPath]) -> Result<usize> {
        let mut last = None;
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let Some(table) = self.load(name).await? else {
                return Err(StorageError::Table {
                    table: name.to_owned(),
                    reason: "the lake has no such table".to_owned(),
                });
            };
            let mut layout = self.layout_of(name, &table)?;
            layout.extend_hot(paths.iter().cloned());
            let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
            let missing = layout.missing_in(state.schema().fields());
            let added = layout
                .hot
                .iter()
                .filter(|hot| missing.iter().any(|field| *field.name() == hot.text));
            let added = added.count();
            if missing.is_empty() {
                return Ok(added);
            }
            match table.add_columns().with_fields(missing).await {
                Ok(_) => return Ok(added),
                Err(error @ (DeltaTableError::Transaction { .. } | DeltaTableError::VersionAlreadyExists(_))) => last = Some(error),
                Err(error) => return Err(StorageError::log(name, error)),
            }
        }
        Err(match last {
            Some(error) => StorageError::log(name, error),
            None => Attempts::exhausted(name),
        })
    }

    /// What should be hot in a table: the paths that are asked for, and those that its documents have in common. Data is looked at anew only when there
    /// is twice as much of it: every new path means that all files are written again.
    pub(super) async fn wanted_paths(&self, table: &LakeTable, asked: &[HotPath]) -> Result<Wanted> {
        let name = table.layout().table.as_str();
        let Some(loaded) = self.load(name).await? else {
            return Ok(Wanted::default());
        };
        let state = loaded.snapshot().map_err(|error| StorageError::log(name, error))?;
        let mut layout = table.layout().clone();
        layout.extend_hot(asked.iter().cloned());
        let mut wanted = Wanted {
            paths: asked.to_vec(),
            ..Wanted::default()
        };
        let rows = table.rows().unwrap_or_default();
        let before = state.metadata().configuration().get(SAMPLED);
        let before: u64 = before.and_then(|rows| rows.parse().ok()).unwrap_or_default();
        // The lake's own tables are read by nobody who follows paths.
        if !name.starts_with('_') && rows >= FEWEST as u64 && rows >= before.saturating_mul(2) {
            wanted.sampled = Some(rows);
            for path in self.common_paths(name).await? {
                if is_open(&layout, &path) {
                    layout.extend_hot([path.clone()]);
                    wanted.paths.push(path);
                }
            }
        }
        let missing = layout.missing_in(state.schema().fields());
        let declared = |text: &str| missing.iter().all(|field| *field.name() != text);
        wanted.new = layout.hot.iter().filter(|hot| !declared(&hot.text)).count();
        Ok(wanted)
    }

    /// Declares what is wanted, and notes that the data was looked at.
    pub(super) async fn make_hot(&self, name: &str, wanted: &Wanted) -> Result<()> {
        if wanted.new > 0 {
            self.add_hot_columns(name, &wanted.paths).await?;
        }
        match wanted.sampled {
            Some(rows) => self.set_property(name, SAMPLED, &rows.to_string()).await,
            None => Ok(()),
        }
    }
}

/// Whether a path that documents have in common is worth a column of its own: where content names many paths into the same documents, it knows better,
/// and a value that is kept serves the paths into it.
fn is_open(layout: &Layout, path: &HotPath) -> bool {
    let mut beside = layout.hot.iter().filter(|hot| hot.column == path.column);
    beside.clone().count() < MOST_CHOSEN && !beside.any(|hot| path.path.starts_with(&hot.path))
}
