//! Tables that Quarry itself writes, such as findings: rows are appended in one commit, or not at all.

use std::sync::Arc;

use quarry_schema::KqlType;
use tokio::runtime::Handle;

use super::{CommitRequest, Committed, Lake};
use crate::catalogue::TableShape;
use crate::error::{Result, StorageError};
use crate::layout::Layout;
use crate::scan::LakeTable;
use crate::write::{Cell, PartWriter, TableRows};

/// A table of the lake's own. Its name starts with `_`; its time is `TimeGenerated`.
#[derive(Clone, Copy, Debug)]
pub struct Journal {
    pub name: &'static str,
    pub columns: &'static [(&'static str, KqlType)],
}

impl Journal {
    fn layout(&self) -> Layout {
        Layout::new(&TableShape::own(self.name, self.columns))
    }
}

/// What hunts found, once for each run that found it.
pub const FINDINGS: Journal = Journal {
    name: "_findings",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Run", KqlType::String),
        ("Fingerprint", KqlType::String),
        ("HuntId", KqlType::String),
        ("Hunt", KqlType::String),
        ("Version", KqlType::String),
        ("Severity", KqlType::String),
        ("Tactics", KqlType::Dynamic),
        ("Techniques", KqlType::Dynamic),
        ("Entities", KqlType::Dynamic),
        ("Rows", KqlType::Long),
        ("Row", KqlType::Dynamic),
    ],
};

/// The runs of hunts whose findings are kept. A run is complete when its rows are here: they are written last.
pub const RUNS: Journal = Journal {
    name: "_runs",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Run", KqlType::String),
        ("HuntId", KqlType::String),
        ("Hunt", KqlType::String),
        ("Version", KqlType::String),
        ("Clock", KqlType::DateTime),
        ("Outcome", KqlType::String),
        ("Findings", KqlType::Long),
        ("Reason", KqlType::String),
        ("Seconds", KqlType::Real),
    ],
};

/// What people said of findings; the latest word counts.
pub const VERDICTS: Journal = Journal {
    name: "_verdicts",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Fingerprint", KqlType::String),
        ("State", KqlType::String),
        ("Reason", KqlType::String),
        ("By", KqlType::String),
    ],
};

/// What people write down while they hunt: hypotheses, notes, rows worth keeping, and what findings are about.
pub const NOTES: Journal = Journal {
    name: "_notes",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Inquiry", KqlType::String),
        ("Kind", KqlType::String),
        ("Title", KqlType::String),
        ("Text", KqlType::String),
        ("By", KqlType::String),
        ("Fingerprint", KqlType::String),
        ("Query", KqlType::String),
        ("Clock", KqlType::DateTime),
        ("Row", KqlType::Dynamic),
    ],
};

/// Every journal.
pub const JOURNALS: &[Journal] = &[FINDINGS, NOTES, RUNS, VERDICTS];

/// A value of a row of a journal.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    Null,
    Text(String),
    Long(i64),
    Real(f64),
    /// A point in time, in ticks.
    Time(i64),
    /// A document, as JSON.
    Json(String),
}

impl Entry {
    fn cell(&self) -> Cell<'_> {
        match self {
            Entry::Null => Cell::Null,
            Entry::Text(text) => Cell::Text(text),
            Entry::Long(value) => Cell::Long(*value),
            Entry::Real(value) => Cell::Real(*value),
            Entry::Time(ticks) => Cell::Ticks(*ticks),
            Entry::Json(text) => Cell::Document(text),
        }
    }
}

impl Lake {
    /// A journal as a table; without rows as long as nothing was written.
    ///
    /// # Errors
    /// When its transaction log cannot be read.
    pub async fn journal(&self, journal: &Journal) -> Result<LakeTable> {
        Ok(match self.lake_table(journal.name).await? {
            Some(table) => table,
            None => LakeTable::new(self, journal.layout(), Vec::new(), 0),
        })
    }

    /// Appends rows, each with a value per column of the journal. A mark stands for what the rows say: rows under a mark that the table
    /// has already are not added again, and the answer is false.
    ///
    /// # Errors
    /// When a value is not of its column's type, or the lake cannot be written.
    pub async fn append(&self, journal: &Journal, rows: Vec<Vec<Entry>>, mark: &str) -> Result<bool> {
        let marks = [mark.to_owned()];
        if !self.known_marks(journal.name, &marks).await?.is_empty() {
            return Ok(false);
        }
        let (lake, journal) = (self.clone(), *journal);
        let runtime = Handle::current();
        let written = tokio::task::spawn_blocking(move || {
            let layout = Arc::new(journal.layout());
            let mut table = TableRows::new(Arc::clone(&layout));
            let mut parts = PartWriter::new(runtime, lake.store(), Arc::clone(&layout));
            for row in &rows {
                put(&mut table, &journal, row)?;
            }
            if let Some(taken) = table.take()? {
                parts.write(&taken)?;
            }
            let mut files = parts.finish()?;
            let now = chrono::Utc::now().timestamp_millis();
            files.iter_mut().for_each(|file| file.modification_time = now);
            Ok::<_, StorageError>((layout, files))
        });
        let (layout, files) = written.await.map_err(|error| StorageError::Table {
            table: journal.name.to_owned(),
            reason: error.to_string(),
        })??;
        let request = CommitRequest {
            layout: &layout,
            files,
            marks: &marks,
        };
        Ok(matches!(self.commit(&request).await?, Committed::Version(_)))
    }
}

fn put(table: &mut TableRows, journal: &Journal, row: &[Entry]) -> Result<()> {
    table.begin();
    for ((name, _), entry) in journal.columns.iter().zip(row) {
        let slot = table.slot(name);
        table.put(slot, name, entry.cell()).map_err(|misfit| StorageError::Table {
            table: journal.name.to_owned(),
            reason: misfit.to_string(),
        })?;
    }
    table.end();
    Ok(())
}
