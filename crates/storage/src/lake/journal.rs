//! Tables that Quarry itself writes, such as findings: rows are appended in one commit, or not at all.

use std::sync::Arc;

use quarry_schema::KqlType;
use tokio::runtime::Handle;

use super::{CommitRequest, Committed, DataFile, Lake};
use crate::catalogue::TableShape;
use crate::error::{Result, StorageError};
use crate::layout::Layout;
use crate::scan::LakeTable;
use crate::write::{Cell, Order, PartWriter, TableRows};

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
        self.append_under(journal, rows, &marks, None).await
    }

    /// Appends rows under a number that counts up: rows under a number that the journal has reached are not added, and the answer is false.
    /// So of several who count, one alone adds the rows of each number.
    ///
    /// # Errors
    /// As [`Lake::append`].
    pub async fn append_numbered(&self, journal: &Journal, rows: Vec<Vec<Entry>>, counter: &str, number: i64) -> Result<bool> {
        if self.number(journal, counter).await?.is_some_and(|reached| reached >= number) {
            return Ok(false);
        }
        self.append_under(journal, rows, &[], Some((counter, number))).await
    }

    /// The last number of a counter under which rows were appended.
    ///
    /// # Errors
    /// When the journal's transaction log cannot be read.
    pub async fn number(&self, journal: &Journal, counter: &str) -> Result<Option<i64>> {
        self.reached(journal.name, counter).await
    }

    /// Takes out the files of a journal that nobody needs any more, as their statistics tell.
    ///
    /// # Errors
    /// When the lake cannot be read or written.
    pub async fn forget(&self, journal: &Journal, old: impl Fn(&DataFile) -> bool) -> Result<()> {
        let Some(table) = self.lake_table(journal.name).await? else {
            return Ok(());
        };
        let files = table.files().iter().filter(|file| old(file));
        let files: Vec<_> = files.map(|file| file.path.clone()).collect();
        if files.is_empty() {
            return Ok(());
        }
        self.remove_files(journal.name, &files).await
    }

    async fn append_under(&self, journal: &Journal, rows: Vec<Vec<Entry>>, marks: &[String], number: Option<(&str, i64)>) -> Result<bool> {
        let (lake, journal) = (self.clone(), *journal);
        let runtime = Handle::current();
        let written = tokio::task::spawn_blocking(move || {
            let layout = Arc::new(journal.layout());
            let mut table = TableRows::new(Arc::clone(&layout));
            let mut parts = PartWriter::new(runtime, lake.store(), Arc::clone(&layout));
            for row in &rows {
                put(&mut table, &journal, row)?;
            }
            if let Some(taken) = table.take(Order::Time)? {
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
            marks,
            number,
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
