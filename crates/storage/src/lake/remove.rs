//! Taking data files out of a table.

use deltalake_core::kernel::Action;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::protocol::DeltaOperation;
use object_store::path::Path;

use super::Lake;
use super::attempts::Attempts;
use super::commit::is_conflict;
use crate::error::{Result, StorageError};

impl Lake {
    /// Takes these files out of a table, in one commit. Those that are out already are no matter.
    pub(crate) async fn remove_files(&self, name: &str, files: &[Path]) -> Result<()> {
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let Some(table) = self.load(name).await? else { return Ok(()) };
            let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
            let named = |path: &Path| files.iter().any(|file| file.filename() == path.filename());
            let actions: Vec<Action> = state
                .log_data()
                .iter()
                .filter(|view| named(&view.object_store_path()))
                .map(|view| Action::Remove(view.remove_action(true)))
                .collect();
            if actions.is_empty() {
                return Ok(());
            }
            let done = CommitBuilder::from(CommitProperties::default())
                .with_actions(actions)
                .with_max_retries(0)
                .build(Some(state), table.log_store(), DeltaOperation::Delete { predicate: None })
                .await;
            match done {
                Ok(_) => return Ok(()),
                Err(error) if is_conflict(&error) => {}
                Err(error) => return Err(StorageError::log(name, error)),
            }
        }
        Err(Attempts::exhausted(name))
    }
}
