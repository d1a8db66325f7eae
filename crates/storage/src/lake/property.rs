//! Properties of a table, which its log keeps.

use std::collections::HashMap;

use super::Lake;
use super::attempts::Attempts;
use super::commit::is_conflict;
use crate::error::{Result, StorageError};

impl Lake {
    /// Sets a property of a table that is there.
    pub(super) async fn set_property(&self, name: &str, key: &str, value: &str) -> Result<()> {
        let mut attempts = Attempts::default();
        while attempts.next().await {
            let Some(table) = self.load(name).await? else { break };
            let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
            // A commit can land and still report an error.
            if !attempts.is_first() && state.metadata().configuration().get(key).is_some_and(|set| set == value) {
                return Ok(());
            }
            let properties = HashMap::from([(key.to_owned(), value.to_owned())]);
            let set = table
                .set_tbl_properties()
                .with_properties(properties)
                .with_raise_if_not_exists(false)
                .await;
            match set {
                Ok(_) => return Ok(()),
                Err(error) if is_conflict(&error) => {}
                Err(error) => return Err(StorageError::log(name, error)),
            }
        }
        Err(Attempts::exhausted(name))
    }
}
