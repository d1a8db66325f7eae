//! What one worker has open: for every table rows in memory and files being written, and which inputs they hold rows of.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::thread;

use deltalake_core::kernel::Add;
use tokio::runtime::Handle;

use super::dedup::{Dedup, TableKeys};
use super::infer::Inferred;
use super::intel::{Version, Versions};
use super::ledger::{LEDGER, QUARANTINE, ledger_shape, quarantine_shape};
use crate::error::{Result, StorageError};
use crate::lake::{CommitRequest, Committed, Lake};
use crate::layout::Layout;
use crate::write::{Order, PartWriter, TableRows};

/// A row group is written when a table has so many rows or bytes in memory.
const GROUP_ROWS: usize = 256 << 10;
const GROUP_BYTES: usize = 144 << 20;

/// The table's place in the session.
pub(super) type TableId = usize;

pub(super) struct Session {
    lake: Lake,
    runtime: Handle,
    /// Bytes of rows that may be in memory.
    memory: usize,
    /// The marks of all inputs of the batch.
    marks: Vec<String>,
    tables: Vec<OpenTable>,
    by_name: HashMap<String, TableId>,
    /// The columns of tables that no catalogue describes.
    pub inferred: Arc<[Inferred]>,
    /// Tells records that came before by their own keys.
    pub dedup: Option<Arc<Dedup>>,
    /// Tells which version of an object is the latest.
    pub versions: Arc<Versions>,
    /// What other threads have open, for the same commits.
    forks: Vec<Session>,
}

struct OpenTable {
    name: String,
    rows: TableRows,
    keys: Option<TableKeys>,
    parts: PartWriter,
    /// Marks that the table held when it was opened.
    known: HashSet<String>,
    /// Marks of the inputs that rows came from.
    holds: HashSet<String>,
}

/// What a commit of the whole session came to.
pub(super) enum Finished {
    /// Every table is committed: the versions.
    Committed(BTreeMap<String, u64>),
    /// Another writer brought some of the inputs into this table first. Tables committed before stay so.
    Raced(BTreeMap<String, u64>),
}

impl Session {
    pub fn new(lake: Lake, runtime: Handle, memory: usize, marks: Vec<String>) -> Session {
        Session {
            lake,
            runtime,
            memory,
            marks,
            tables: Vec::new(),
            by_name: HashMap::new(),
            inferred: Arc::new([]),
            dedup: None,
            versions: Arc::new(Versions::new(memory)),
            forks: Vec::new(),
        }
    }

    /// Sessions for other threads, whose rows go into this one's commits. They share its memory, and that which helpers had who have done their own work.
    pub fn take_forks(&mut self, number: usize, helpers: usize) -> Vec<Session> {
        let mut forks = std::mem::take(&mut self.forks);
        let memory = (self.memory * (1 + helpers) / (number + 1)).max(4 << 20);
        while forks.len() < number {
            let mut fork = Session::new(self.lake.clone(), self.runtime.clone(), memory, self.marks.clone());
            fork.inferred.clone_from(&self.inferred);
            fork.dedup.clone_from(&self.dedup);
            fork.versions = Arc::clone(&self.versions);
            forks.push(fork);
        }
        forks
    }

    /// Gives them back.
    pub fn give_forks(&mut self, forks: Vec<Session>) {
        self.forks = forks;
    }

    /// Opens a table of this name, or gives the place of the open one.
    pub fn table(&mut self, name: &str) -> Result<TableId> {
        if let Some(id) = self.by_name.get(name) {
            return Ok(*id);
        }
        let mut layout = match name {
            LEDGER => Layout::new(&ledger_shape()),
            QUARANTINE => Layout::new(&quarantine_shape()),
            _ => self.runtime.block_on(self.lake.layout(name))?,
        };
        let known = self.runtime.block_on(self.lake.known_marks(name, &self.marks))?;
        let inferred = self.inferred.iter().find(|inferred| inferred.table == name);
        if let Some(inferred) = inferred {
            layout.extend(inferred.columns.iter().cloned());
        }
        let layout = Arc::new(layout);
        let id = self.tables.len();
        let mut rows = TableRows::new(Arc::clone(&layout));
        if let Some(inferred) = inferred {
            rows.guess(inferred.time.as_deref());
        }
        let keys = match &self.dedup {
            Some(dedup) => self.runtime.block_on(dedup.table(&self.lake, &layout))?,
            None => None,
        };
        self.tables.push(OpenTable {
            name: name.to_owned(),
            rows,
            keys,
            parts: PartWriter::new(self.runtime.clone(), self.lake.store(), layout),
            known: known.into_iter().collect(),
            holds: HashSet::new(),
        });
        self.by_name.insert(name.to_owned(), id);
        Ok(id)
    }

    /// Whether the table held the rows of this input before.
    pub fn has(&self, table: TableId, mark: &str) -> bool {
        self.tables.get(table).is_some_and(|table| table.known.contains(mark))
    }

    /// The rows of a table, to put rows of this input into.
    pub fn rows(&mut self, table: TableId, mark: &str) -> Option<&mut TableRows> {
        let table = self.tables.get_mut(table)?;
        if !table.holds.contains(mark) {
            table.holds.insert(mark.to_owned());
        }
        Some(&mut table.rows)
    }

    /// To be called now and then: writes row groups that are full, and the largest when memory is.
    pub fn relieve(&mut self) -> Result<()> {
        let mut total = 0;
        for table in &mut self.tables {
            if table.rows.rows() >= GROUP_ROWS || table.rows.bytes() >= GROUP_BYTES.min(self.memory) {
                table.flush()?;
            }
            total += table.rows.bytes();
        }
        while total > self.memory {
            let Some(largest) = self.tables.iter_mut().max_by_key(|table| table.rows.bytes()) else {
                break;
            };
            total -= largest.rows.bytes();
            largest.flush()?;
        }
        Ok(())
    }

    /// The rows of a table, to try records on that the table has from before: nothing of this input is committed for it.
    pub fn trial(&mut self, table: TableId) -> Option<&mut TableRows> {
        self.tables.get_mut(table).map(|table| &mut table.rows)
    }

    /// Whether the row that was filled last is in the lake, or in this ingest, by the keys that its source gives.
    pub fn repeats(&mut self, table: TableId) -> Result<bool> {
        let Some(OpenTable {
            rows, keys: Some(keys), ..
        }) = self.tables.get_mut(table)
        else {
            return Ok(false);
        };
        keys.repeats(rows, &self.runtime)
    }

    /// When a version of an object counts as received.
    pub fn received(&self, version: &Version<'_>) -> Result<i64> {
        self.versions.place(version, &self.lake, &self.runtime)
    }

    /// Completes the row that was filled last.
    pub fn end(&mut self, table: TableId) {
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.end();
        }
    }

    /// Gives the row up that was filled last.
    pub fn abandon(&mut self, table: TableId) {
        if let Some(table) = self.tables.get_mut(table) {
            table.rows.abandon();
        }
    }

    /// Writes everything and commits table by table, quarantine first and the ledger last.
    pub fn commit(mut self) -> Result<Finished> {
        let dedup = self.dedup.take();
        let (lake, runtime) = (self.lake.clone(), self.runtime.clone());
        let mut ready = BTreeMap::new();
        self.write(&mut ready)?;
        // The ledger says that a file is in, so everything else must be. A table that holds a file's rows is skipped when the file comes
        // again, and with it the records that did not fit: by then quarantine must have them.
        let mut tables: Vec<(String, Ready)> = ready.into_iter().collect();
        tables.sort_by_key(|(name, _)| (name == LEDGER, name != QUARANTINE));
        let mut versions = BTreeMap::new();
        let mut tables = tables.into_iter();
        while let Some((name, table)) = tables.next() {
            let files = stamped(table.parts.iter().flat_map(|parts| parts.files()).cloned().collect());
            let marks: Vec<String> = table.holds.into_iter().collect();
            if marks.is_empty() {
                continue;
            }
            let request = CommitRequest {
                number: None,
                layout: &table.layout,
                files,
                marks: &marks,
            };
            match runtime.block_on(lake.commit(&request))? {
                Committed::Version(version) => {
                    if let Some(dedup) = &dedup {
                        dedup.keep(&name);
                    }
                    versions.insert(name, version);
                }
                Committed::Known(_) => {
                    let left = tables.flat_map(|(_, table)| table.parts).chain(table.parts);
                    left.for_each(PartWriter::discard);
                    dedup.iter().for_each(|dedup| dedup.forget());
                    return Ok(Finished::Raced(versions));
                }
            }
        }
        Ok(Finished::Committed(versions))
    }

    /// Writes all rows, those of each thread in a thread of their own, and sorts what was written by table.
    fn write(mut self, ready: &mut BTreeMap<String, Ready>) -> Result<()> {
        let forks = std::mem::take(&mut self.forks);
        let written: Vec<Result<Vec<OpenTable>>> = thread::scope(|scope| {
            let running: Vec<_> = forks.into_iter().map(|fork| scope.spawn(|| fork.written())).collect();
            let own = self.written();
            let forks = running.into_iter().map(|thread| {
                let lost = |_| Err(StorageError::Worker("a thread that writes rows panicked".to_owned()));
                thread.join().unwrap_or_else(lost)
            });
            std::iter::once(own).chain(forks).collect()
        });
        for table in written.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten() {
            let of_table = ready.entry(table.name).or_insert_with(|| Ready {
                layout: Arc::clone(table.rows.layout()),
                parts: Vec::new(),
                holds: HashSet::new(),
            });
            of_table.parts.push(table.parts);
            of_table.holds.extend(table.holds);
        }
        Ok(())
    }

    /// The tables with all their rows in files.
    fn written(mut self) -> Result<Vec<OpenTable>> {
        for table in &mut self.tables {
            table.flush()?;
            table.parts.complete()?;
        }
        Ok(self.tables)
    }

    /// Drops everything that was not committed.
    pub fn discard(self) {
        self.dedup.iter().for_each(|dedup| dedup.forget());
        self.tables.into_iter().for_each(|table| table.parts.discard());
        self.forks.into_iter().for_each(Session::discard);
    }
}

/// A table that is written and waits for its commit.
struct Ready {
    layout: Arc<Layout>,
    parts: Vec<PartWriter>,
    holds: HashSet<String>,
}

impl OpenTable {
    fn flush(&mut self) -> Result<()> {
        match self.rows.take(Order::Kind)? {
            Some(taken) => self.parts.write(&taken),
            None => Ok(()),
        }
    }
}

/// The files with the time of their commit.
fn stamped(mut files: Vec<Add>) -> Vec<Add> {
    let now = chrono::Utc::now().timestamp_millis();
    for file in &mut files {
        file.modification_time = now;
    }
    files
}
