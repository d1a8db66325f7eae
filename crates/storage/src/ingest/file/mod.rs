//! One input while it is read: where its records go, and what becomes of those that do not fit.

mod aside;
mod share;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use self::aside::Aside;
pub(super) use self::aside::not_of;
pub(super) use self::share::{Seed, Tally};
use super::again::Again;
use super::fields::{Fields, Names};
use super::intel::IntelOptions;
use super::mapping::{Mapping, Plans};
use super::recognise::{Field, FileRecogniser};
use super::records::Record;
use super::report::{Format, SetAside};
use super::session::{Session, TableId};
use super::shapes::{self, Shape};
use crate::error::Result;
use crate::write::{Cell, TableRows};

/// Different sets of names of one file whose shape is remembered.
const MOST_SHAPES: usize = 4096;

/// Where a record stands in its file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Place {
    /// From 1.
    pub record: u64,
    pub line: u64,
    /// Bytes into the unpacked text.
    pub offset: u64,
}

/// Why a file ends without being ingested.
#[derive(Debug)]
pub(super) enum Stop {
    /// No record is recognised.
    NotALog(String),
    /// Unreadable.
    Broken(String),
    /// The lake cannot go on.
    Lake(crate::error::StorageError),
}

impl From<crate::error::StorageError> for Stop {
    fn from(error: crate::error::StorageError) -> Stop {
        Stop::Lake(error)
    }
}

pub(super) struct FileRun<'s> {
    pub session: &'s mut Session,
    pub recogniser: FileRecogniser,
    pub format: Option<Format>,
    pub rows: BTreeMap<String, u64>,
    /// Rows that their table has from an ingest that did not complete.
    pub rows_before: BTreeMap<String, u64>,
    pub set_aside: u64,
    pub examples: Vec<SetAside>,
    /// The format that the user names.
    pub wanted: Option<Format>,
    /// Whether records also go to the tables that they only support.
    pub derived: bool,
    /// When the file was written, in ticks.
    pub around: i64,
    /// Threads that may read records of this file.
    pub lanes: usize,
    /// Workers of the ingest whose work is done: they help with the files that are left.
    pub idle: Arc<AtomicUsize>,
    /// Bytes at the beginning of the file whose records are in from before.
    pub skip: u64,
    /// Records that the lake, or the same batch, has already by their own keys.
    pub duplicates: u64,
    /// What is to be known of indicators besides what the file says.
    pub intel: Arc<IntelOptions>,
    /// Indicators whose patterns say more than their rows.
    pub in_part: u64,
    plans: Plans,
    hasher: hashbrown::DefaultHashBuilder,
    /// Shapes by the names of their fields.
    shapes: HashMap<u64, Option<&'static Shape>>,
    path: String,
    hash: String,
    mark: String,
    now: i64,
    /// Tables of this file: the name, its place, whether its rows are in the lake from before.
    routes: Vec<(Arc<str>, TableId, bool)>,
    unknown: Vec<Aside>,
    unknown_bytes: usize,
    /// The header of a table of text, which its rows mean nothing without.
    pub header: Option<String>,
    /// Where the record comes from that is tried again.
    pub again: Option<Again>,
    recognised: bool,
    since_relief: usize,
    on_read: &'s mut dyn FnMut(u64),
    counted: u64,
}

impl<'s> FileRun<'s> {
    pub fn new(
        session: &'s mut Session,
        recogniser: FileRecogniser,
        path: &str,
        (hash, mark): (&str, &str),
        on_read: &'s mut dyn FnMut(u64),
    ) -> FileRun<'s> {
        FileRun {
            session,
            recogniser,
            format: None,
            rows: BTreeMap::new(),
            rows_before: BTreeMap::new(),
            set_aside: 0,
            examples: Vec::new(),
            wanted: None,
            derived: true,
            around: quarry_value::time::system_now(),
            lanes: 1,
            idle: Arc::default(),
            skip: 0,
            duplicates: 0,
            intel: Arc::default(),
            in_part: 0,
            plans: Plans::default(),
            hasher: hashbrown::DefaultHashBuilder::default(),
            shapes: HashMap::new(),
            path: path.to_owned(),
            hash: hash.to_owned(),
            mark: mark.to_owned(),
            now: quarry_value::time::system_now(),
            routes: Vec::new(),
            unknown: Vec::new(),
            unknown_bytes: 0,
            header: None,
            again: None,
            recognised: false,
            since_relief: 0,
            on_read,
            counted: 0,
        }
    }

    /// Tries a record again that was set aside: its file was recognised then.
    pub fn again(&mut self, again: Again) {
        self.recognised = true;
        self.again = Some(again);
    }

    /// Whether anything came of the records, now or in an ingest that did not complete.
    pub fn came_of_it(&self) -> bool {
        !self.rows.is_empty() || !self.rows_before.is_empty() || self.duplicates > 0
    }

    /// Whether records may be of this format, which their fields tell: the user names no other such format.
    pub fn may_be(&self, format: Format) -> bool {
        self.wanted.is_none_or(|wanted| wanted == format || !wanted.is_of_records())
    }

    /// Whether a record is in from before. One that was not complete then is not.
    pub fn passes_over(&self, record: &Record<'_>) -> bool {
        record.offset + record.text.len() as u64 <= self.skip
    }

    /// The shape of a record with fields of these names, when it is no row of a table.
    pub fn shape<'n, I: Iterator<Item = &'n str>>(&mut self, names: impl Fn() -> I) -> Option<&'static Shape> {
        let mut hasher = self.hasher.build_hasher();
        names().for_each(|name| name.hash(&mut hasher));
        self.shape_of(hasher.finish(), names)
    }

    /// The same, where the caller has a number that tells the names.
    pub fn shape_of<'n, I: Iterator<Item = &'n str>>(&mut self, signature: u64, names: impl Fn() -> I) -> Option<&'static Shape> {
        if let Some(known) = self.shapes.get(&signature) {
            return *known;
        }
        let has = |wanted: &str| names().any(|name| name == wanted);
        let shape = shapes::find(Names::new(&has), self.wanted);
        if self.shapes.len() < MOST_SHAPES {
            self.shapes.insert(signature, shape);
        }
        shape
    }

    /// The table of a record that is a row of one: the user's, the one it names, or the one whose columns fit best.
    pub fn table_of(&mut self, fields: &Fields<'_>) -> Option<Arc<str>> {
        if let Some(fixed) = self.recogniser.fixed() {
            return Some(fixed);
        }
        if let Some(table) = fields.own("Type").and_then(|name| self.recogniser.by_type(&name)) {
            return Some(table);
        }
        self.recogniser.by_fields(fields.list.iter().map(|field| Field {
            name: &field.name,
            filled: !field.value.cell().is_empty(),
        }))
    }

    /// Puts one record into a table by a mapping. False when it does not fit and was set aside.
    pub fn mapped(&mut self, mapping: &'static Mapping, fields: &Fields<'_>, place: Place, raw: &[u8]) -> std::result::Result<bool, Stop> {
        let plan = self.plans.plan(mapping, fields);
        self.record(&plan.table, place, raw.len(), || raw.into(), |rows| plan.fill(rows, fields))
    }

    /// Puts one record of about `bytes` bytes into a table, and says whether it fitted. `fill` puts the cells; what it complains about sends the record, as `raw` writes it, to quarantine.
    pub fn record<'r>(
        &mut self,
        table: &Arc<str>,
        place: Place,
        bytes: usize,
        raw: impl FnOnce() -> Cow<'r, [u8]>,
        fill: impl FnOnce(&mut TableRows) -> std::result::Result<(), String>,
    ) -> std::result::Result<bool, Stop> {
        if !self.recognised {
            self.recognised = true;
            for aside in std::mem::take(&mut self.unknown) {
                self.set_aside("", &aside)?;
            }
        }
        let (id, in_before) = self.route(table)?;
        let rows = if in_before {
            self.session.trial(id)
        } else {
            self.session.rows(id, &self.mark)
        };
        let Some(rows) = rows else {
            return Ok(false);
        };
        rows.begin();
        if let Err(reason) = fill(rows) {
            rows.abandon();
            self.quarantine(table, place, &reason, &raw())?;
            self.pace(bytes)?;
            return Ok(false);
        }
        if in_before {
            rows.abandon();
            count(&mut self.rows_before, table);
        } else if self.session.repeats(id)? {
            self.session.abandon(id);
            self.duplicates += 1;
        } else {
            self.session.end(id);
            count(&mut self.rows, table);
        }
        self.pace(bytes)?;
        Ok(true)
    }

    /// Ends the file. A file of which nothing was recognised is no log.
    pub fn finish(&mut self) -> std::result::Result<(), Stop> {
        if !self.recognised && !self.unknown.is_empty() {
            return Err(self.not_a_log());
        }
        self.tell();
        Ok(())
    }

    pub fn not_a_log(&self) -> Stop {
        let reason = self.unknown.first().map_or("it is empty", |aside| aside.reason.as_str());
        Stop::NotALog(reason.to_owned())
    }

    fn total_rows(&self) -> u64 {
        self.rows.values().sum()
    }

    fn route(&mut self, table: &Arc<str>) -> Result<(TableId, bool)> {
        if let Some((_, id, in_before)) = self.routes.iter().find(|(name, ..)| Arc::ptr_eq(name, table) || name == table) {
            return Ok((*id, *in_before));
        }
        let id = self.session.table(table)?;
        let in_before = self.session.has(id, &self.mark);
        self.routes.push((Arc::clone(table), id, in_before));
        Ok((id, in_before))
    }

    fn pace(&mut self, bytes: usize) -> std::result::Result<(), Stop> {
        self.since_relief += bytes + 256;
        if self.since_relief > 4 << 20 {
            self.since_relief = 0;
            self.session.relieve()?;
            self.tell();
        }
        Ok(())
    }

    fn tell(&mut self) {
        let total = self.total_rows();
        (self.on_read)(total - self.counted);
        self.counted = total;
    }
}

fn count(counts: &mut BTreeMap<String, u64>, table: &str) {
    match counts.get_mut(table) {
        Some(count) => *count += 1,
        None => {
            counts.insert(table.to_owned(), 1);
        }
    }
}

/// Adds a row of cells that fit by construction.
pub(super) fn put_all(rows: &mut TableRows, cells: &[(&str, Cell<'_>)]) {
    rows.begin();
    for (name, cell) in cells {
        let slot = rows.slot(name);
        if rows.put(slot, name, *cell).is_err() {
            continue;
        }
    }
    rows.end();
}
