//! Tables as they were: at a version of one table, or at a time of the whole lake.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use futures::TryStreamExt;
use object_store::path::Path;

use super::{DataFile, Lake, files};
use crate::error::{Result, StorageError};
use crate::scan::LakeTable;

/// A state of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// A version of one table's log.
    Version(u64),
    /// What was committed up to this time, in ticks.
    Time(i64),
}

impl FromStr for AsOf {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<AsOf, String> {
        let text = text.trim();
        // A year alone would read as a version, and a version as a year.
        if let Ok(version) = text.parse() {
            return Ok(AsOf::Version(version));
        }
        let time = quarry_value::parse::datetime(text).map(AsOf::Time);
        time.ok_or_else(|| "neither a version (17) nor a date and time (2026-11-20, 2026-11-20T08:00:00Z)".to_owned())
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AsOf::Version(version) => write!(f, "version {version}"),
            AsOf::Time(ticks) => {
                let mut text = String::new();
                quarry_value::format::datetime(*ticks, &mut text);
                f.write_str(&text)
            }
        }
    }
}

impl Lake {
    /// A table as it was; `None` when it was not there.
    ///
    /// # Errors
    /// When the log does not go back so far, or vacuum has removed files of that state.
    pub async fn lake_table_as_of(&self, name: &str, as_of: AsOf) -> Result<Option<LakeTable>> {
        let Some(newest) = self.load(name).await? else { return Ok(None) };
        let gone = |reason: String| StorageError::History {
            table: name.to_owned(),
            wanted: as_of.to_string(),
            reason,
        };
        let version = match as_of {
            AsOf::Version(version) => version,
            AsOf::Time(ticks) => match self.version_at(name, &newest, ticks).await {
                Ok(Some(version)) => version,
                Ok(None) => return Ok(None),
                Err(StorageError::History { reason, .. }) => return Err(gone(reason)),
                Err(error) => return Err(error),
            },
        };
        let last = newest.version().unwrap_or_default();
        if version > last {
            return Err(gone(format!("its newest version is {last}")));
        }
        let mut table = self.unloaded(name)?;
        table
            .load_version(version)
            .await
            .map_err(|error| gone(format!("the log cannot tell any more what it held ({error})")))?;
        let layout = self.layout_of(name, &table)?;
        let files = files::list(name, &layout, &table)?;
        if version < last {
            let live = files::list(name, &layout, &newest)?;
            self.check_present(name, &files, &live, &gone).await?;
        }
        Ok(Some(LakeTable::new(self, layout, files, version)))
    }

    /// Whether the files are still there that the newest version does not need.
    async fn check_present(
        &self,
        name: &str,
        files: &[DataFile],
        live: &[DataFile],
        gone: &(dyn Fn(String) -> StorageError + Sync),
    ) -> Result<()> {
        let live: HashSet<&Path> = live.iter().map(|file| &file.path).collect();
        let mut old: HashSet<&Path> = files.iter().map(|file| &file.path).filter(|path| !live.contains(path)).collect();
        if old.is_empty() {
            return Ok(());
        }
        let store = self.store();
        let mut listing = store.list(Some(&Path::from(name)));
        while let Some(entry) = listing.try_next().await? {
            old.remove(&entry.location);
        }
        match old.len() {
            0 => Ok(()),
            missing => Err(gone(format!("vacuum has removed {missing} of its {} files", files.len()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_times_are_told_apart() {
        assert_eq!("17".parse(), Ok(AsOf::Version(17)));
        assert!(matches!("2026-11-20".parse(), Ok(AsOf::Time(_))));
        assert!(matches!(" 2026-11-20T08:00:00Z".parse(), Ok(AsOf::Time(_))));
        for text in ["", "-1", "yesterday", "v17"] {
            assert!(text.parse::<AsOf>().is_err(), "{text}");
        }
    }
}
