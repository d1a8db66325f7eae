//! Which files of the lake a window was looked at with. Other files later mean that data came late, or that files were merged: looking again
//! is cheap enough for the second, and never misses the first.

use std::sync::Arc;

use quarry_engine::{Database, LakeDatabase, TimeOf};
use quarry_semantics::Catalog;
use quarry_storage::{LakeTable, Result};
use sha2::{Digest, Sha256};

use super::due::Window;
use super::rules::ScheduledRule;
use crate::database::other_names;
use crate::finding::hex;

/// Bytes of the hash that are kept: a window has a few versions at most.
const LENGTH: usize = 8;

/// The files of a lake's tables at one moment.
pub(crate) struct Files(Arc<LakeDatabase>);

impl Files {
    /// Reads the logs of the tables that rules read.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub async fn read(tables: &Arc<LakeDatabase>, rules: &[ScheduledRule<'_>]) -> Result<Self> {
        let mut names: Vec<String> = rules.iter().flat_map(|rule| rule.tables.iter().cloned()).collect();
        let others: Vec<String> = names.iter().flat_map(|name| other_names(name)).map(str::to_owned).collect();
        names.extend(others);
        if rules.iter().any(|rule| rule.tables.is_empty()) {
            names.extend(tables.table_names());
        }
        tables.fetch(&names).await?;
        Ok(Self(Arc::clone(tables)))
    }

    /// A hash of the files that may hold events of a window of a rule.
    pub fn of(&self, rule: &ScheduledRule<'_>, window: Window) -> String {
        // All of them, when the query does not tell.
        let tables = &rule.tables;
        let mut paths: Vec<&str> = Vec::new();
        for (schema, table) in self.0.tables() {
            let named = |name: &String| *name == schema.name || other_names(name).any(|other| other == schema.name);
            let own = schema.name.starts_with('_') && !tables.contains(&schema.name);
            if !own && (tables.is_empty() || tables.iter().any(named)) {
                paths.extend(within(table, window, rule.by));
            }
        }
        paths.sort_unstable();
        let mut hash = Sha256::new();
        for path in paths {
            hash.update(path.as_bytes());
            hash.update([0]);
        }
        hex(hash.finalize().iter().take(LENGTH))
    }
}

/// The files with events in a window, as far as the log tells.
fn within(table: &LakeTable, window: Window, by: TimeOf) -> impl Iterator<Item = &str> {
    let layout = table.layout();
    let time = layout.time.and_then(|at| layout.stored.get(at)).map(|column| column.name.as_str());
    let inside = move |(first, last): (i64, i64)| first < window.to && window.from.is_none_or(|from| last >= from);
    let files = table.files().iter().filter(move |file| match by {
        TimeOf::Event => time.and_then(|time| file.times(time)).is_none_or(inside),
        TimeOf::Ingestion => inside(file.ingested.unwrap_or((file.committed, file.committed))),
    });
    files.map(|file| file.path.as_ref())
}
