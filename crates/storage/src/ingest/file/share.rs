//! One file in the hands of several threads: what each must know of it, and what came of its records.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::FileRun;
use super::aside::EXAMPLES;
use crate::ingest::intel::IntelOptions;
use crate::ingest::recognise::FileRecogniser;
use crate::ingest::report::{Format, SetAside};
use crate::ingest::session::Session;

/// What is the same for all threads that read one file.
pub(in crate::ingest) struct Seed {
    recogniser: FileRecogniser,
    path: String,
    hash: String,
    mark: String,
    wanted: Option<Format>,
    derived: bool,
    around: i64,
    skip: u64,
    format: Option<Format>,
    intel: Arc<IntelOptions>,
}

/// What came of the records that one thread read.
pub(in crate::ingest) struct Tally {
    pub format: Option<Format>,
    pub rows: BTreeMap<String, u64>,
    pub rows_before: BTreeMap<String, u64>,
    pub set_aside: u64,
    pub duplicates: u64,
    pub in_part: u64,
    pub examples: Vec<SetAside>,
}

impl<'s> FileRun<'s> {
    /// What another thread needs to read records of the same file.
    pub fn seed(&self) -> Seed {
        Seed {
            recogniser: self.recogniser.fork(),
            path: self.path.clone(),
            hash: self.hash.clone(),
            mark: self.mark.clone(),
            wanted: self.wanted,
            derived: self.derived,
            around: self.around,
            skip: self.skip,
            format: self.format,
            intel: Arc::clone(&self.intel),
        }
    }

    /// Reads records of a file that was recognised in another thread.
    pub fn sown(session: &'s mut Session, seed: &Seed, on_read: &'s mut dyn FnMut(u64)) -> FileRun<'s> {
        let mut run = FileRun::new(session, seed.recogniser.fork(), &seed.path, (&seed.hash, &seed.mark), on_read);
        run.wanted = seed.wanted;
        run.derived = seed.derived;
        run.around = seed.around;
        run.skip = seed.skip;
        run.format = seed.format;
        run.intel = Arc::clone(&seed.intel);
        run.recognised = true;
        run
    }

    /// Whether other threads may go on with the file: then the threads that have nothing else to do are called, and their number is told.
    pub fn call_helpers(&self) -> Option<usize> {
        if !self.recognised {
            return None;
        }
        let idle = self.idle.load(Ordering::Relaxed);
        let helpers = if idle > 0 { self.idle.swap(0, Ordering::Relaxed) } else { 0 };
        (self.lanes + helpers > 1).then_some(helpers)
    }

    /// Lets them go.
    pub fn dismiss(&self, helpers: usize) {
        self.idle.fetch_add(helpers, Ordering::Relaxed);
    }

    /// What came of the records so far.
    pub fn tally(&mut self) -> Tally {
        Tally {
            format: self.format,
            rows: std::mem::take(&mut self.rows),
            rows_before: std::mem::take(&mut self.rows_before),
            set_aside: self.set_aside,
            duplicates: self.duplicates,
            in_part: self.in_part,
            examples: std::mem::take(&mut self.examples),
        }
    }

    /// Adds what came of records that another thread read.
    pub fn add(&mut self, tally: Tally) {
        self.format = tally.format.or(self.format);
        // They have been told of already.
        self.counted += tally.rows.values().sum::<u64>();
        for (counts, more) in [(&mut self.rows, tally.rows), (&mut self.rows_before, tally.rows_before)] {
            for (table, rows) in more {
                *counts.entry(table).or_default() += rows;
            }
        }
        self.set_aside += tally.set_aside;
        self.duplicates += tally.duplicates;
        self.in_part += tally.in_part;
        self.examples.extend(tally.examples);
        self.examples.sort_by_key(|example| example.line);
        self.examples.truncate(EXAMPLES);
    }

    /// Tells of rows that other threads have read.
    pub fn told(&mut self, rows: u64) {
        (self.on_read)(rows);
    }
}
