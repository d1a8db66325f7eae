//! Commits: new files and the marks of the inputs they came from, all or nothing.

use std::collections::HashSet;

use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};

use super::Lake;
use super::attempts::Attempts;
use super::marks::known;
use crate::error::{Result, StorageError};
use crate::layout::Layout;

/// Commits between two checkpoints of the log.
const CHECKPOINT_EVERY: &str = "20";

pub(crate) struct CommitRequest<'a> {
    pub layout: &'a Layout,
    pub files: Vec<Add>,
    /// One mark per input: a second commit with the same mark is refused.
    pub marks: &'a [String],
    /// A number that counts up under a name: a commit with a number that the table has reached is refused.
    pub number: Option<(&'a str, i64)>,
}

/// What became of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Committed {
    Version(u64),
    /// Nothing was committed, because these marks are in the table already.
    Known(Vec<String>),
}

impl Lake {
    /// Which of these marks a table holds already.
    pub(crate) async fn known_marks(&self, table: &str, marks: &[String]) -> Result<Vec<String>> {
        if marks.is_empty() {
            return Ok(Vec::new());
        }
        match self.load(table).await? {
            Some(loaded) => known(self, table, &loaded, marks).await,
            None => Ok(Vec::new()),
        }
    }

    /// The last number that was committed to a table under a name.
    pub(crate) async fn reached(&self, table: &str, counter: &str) -> Result<Option<i64>> {
        match self.load(table).await? {
            Some(loaded) => reached(table, &loaded, counter).await,
            None => Ok(None),
        }
    }

    pub(crate) async fn commit(&self, request: &CommitRequest<'_>) -> Result<Committed> {
        let name = request.layout.table.as_str();
        let mut last: Option<DeltaTableError> = None;
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let table = match self.load(name).await? {
                Some(table) => table,
                None => {
                    last = self.create_table(request.layout).await?;
                    continue;
                }
            };
            agreeing(request.layout, &table)?;
            let mut marked = known(self, name, &table, request.marks).await?;
            if let Some((counter, number)) = request.number
                && reached(name, &table, counter).await?.is_some_and(|reached| reached >= number)
            {
                marked.push(counter.to_owned());
            }
            if !marked.is_empty() {
                // A commit can land and still report an error: then the marks are ours, and so are the files.
                if last.is_some() && self.holds(&table, &request.files)? {
                    return Ok(Committed::Version(table.version().unwrap_or_default()));
                }
                return Ok(Committed::Known(marked));
            }
            match self.try_commit(request, table).await {
                Ok(Some(version)) => return Ok(Committed::Version(version)),
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
        Err(match last {
            Some(error) if !is_conflict(&error) => StorageError::log(name, error),
            _ => Attempts::exhausted(name),
        })
    }

    /// One attempt on one snapshot. `None` after columns were added: the commit then goes on the snapshot that has them.
    async fn try_commit(&self, request: &CommitRequest<'_>, table: DeltaTable) -> std::result::Result<Option<u64>, DeltaTableError> {
        let state = table.snapshot()?;
        let missing = request.layout.missing_in(state.schema().fields());
        if !missing.is_empty() {
            table.add_columns().with_fields(missing).await?;
            return Ok(None);
        }
        let marks = request.marks.iter().map(|mark| Transaction::new(mark, 1));
        let number = request.number.map(|(counter, number)| Transaction::new(counter, number));
        let marks = marks.chain(number).collect();
        let properties = CommitProperties::default().with_application_transactions(marks);
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: None,
            predicate: None,
        };
        let actions = request.files.iter().cloned().map(Action::Add).collect();
        let done = CommitBuilder::from(properties)
            .with_actions(actions)
            .build(Some(state), table.log_store(), operation)
            .await?;
        Ok(Some(done.version()))
    }

    /// Creates the table's log. `Some` when another writer was faster or the store refused.
    async fn create_table(&self, layout: &Layout) -> Result<Option<DeltaTableError>> {
        let name = layout.table.as_str();
        if let Ok(folder) = self.table_url(name)?.to_file_path() {
            std::fs::create_dir_all(&folder).map_err(|source| StorageError::file(folder.display().to_string(), source))?;
        }
        let table = self.unloaded(name)?;
        let statistics: Vec<String> = layout
            .statistics_columns()
            .iter()
            .map(|column| format!("`{}`", column.physical))
            .collect();
        let configuration = [
            ("delta.dataSkippingStatsColumns", Some(statistics.join(","))),
            ("delta.checkpointInterval", Some(CHECKPOINT_EVERY.to_owned())),
        ];
        let created = table
            .create()
            .with_table_name(name)
            .with_columns(layout.delta_fields())
            .with_configuration(configuration)
            .with_raise_if_key_not_exists(false)
            .await;
        Ok(created.err())
    }

    fn holds(&self, table: &DeltaTable, files: &[Add]) -> Result<bool> {
        let state = table.snapshot().map_err(|error| StorageError::log("", error))?;
        let paths: HashSet<String> = state.log_data().iter().map(|view| view.path().into_owned()).collect();
        Ok(!files.is_empty() && files.iter().all(|file| paths.contains(&file.path)))
    }
}

/// Files must not be committed whose hot columns mean other paths than the log says: pruning believes the log.
pub(super) fn agreeing(layout: &Layout, table: &DeltaTable) -> Result<()> {
    let name = layout.table.as_str();
    let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
    match layout.contradicted(state.schema().fields()) {
        Some(column) => Err(StorageError::Table {
            table: name.to_owned(),
            reason: format!(
                "another program has meanwhile declared column `{column}` for another path; nothing was committed, run it again"
            ),
        }),
        None => Ok(()),
    }
}

async fn reached(name: &str, table: &DeltaTable, counter: &str) -> Result<Option<i64>> {
    let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
    let version = state.transaction_version(table.log_store().as_ref(), counter).await;
    version.map_err(|error| StorageError::log(name, error))
}

pub(super) fn is_conflict(error: &DeltaTableError) -> bool {
    matches!(
        error,
        DeltaTableError::Transaction { .. } | DeltaTableError::VersionAlreadyExists(_)
    )
}
