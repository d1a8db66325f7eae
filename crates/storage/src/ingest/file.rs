//! One input while it is read: where its records go, and what becomes of those that do not fit.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use super::again::Again;
use super::fields::{Fields, Names};
use super::mapping::{Mapping, Plans};
use super::quarantine::Quarantined;
use super::recognise::{Field, FileRecogniser};
use super::records::Record;
use super::report::{Format, SetAside};
use super::session::{Session, TableId};
use super::shapes::{self, Shape};
use super::source::hexadecimal;
use crate::error::Result;
use crate::write::{Cell, TableRows};

/// Records of no known table that are kept back until one record of the file is recognised: before, the file may be no log at all.
const MOST_UNKNOWN: usize = 1000;
/// Examples of records set aside that a report shows.
const EXAMPLES: usize = 5;
/// Bytes of such records.
const MOST_UNKNOWN_BYTES: usize = 64 << 20;

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

/// What is the same for all threads that read one file.
pub(super) struct Seed {
    recogniser: FileRecogniser,
    path: String,
    hash: String,
    mark: String,
    wanted: Option<Format>,
    derived: bool,
    around: i64,
    skip: u64,
    format: Option<Format>,
}

/// What came of the records that one thread read.
pub(super) struct Tally {
    pub format: Option<Format>,
    pub rows: BTreeMap<String, u64>,
    pub rows_before: BTreeMap<String, u64>,
    pub set_aside: u64,
    pub duplicates: u64,
    pub examples: Vec<SetAside>,
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
    /// Bytes at the beginning of the file whose records are in from before.
    pub skip: u64,
    /// Records that the lake, or the same batch, has already by their own keys.
    pub duplicates: u64,
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
            skip: 0,
            duplicates: 0,
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
        run.recognised = true;
        run
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

    /// Whether other threads may go on with the file.
    pub fn can_split(&self) -> bool {
        self.lanes > 1 && self.recognised
    }

    /// What came of the records so far.
    pub fn tally(&mut self) -> Tally {
        Tally {
            format: self.format,
            rows: std::mem::take(&mut self.rows),
            rows_before: std::mem::take(&mut self.rows_before),
            set_aside: self.set_aside,
            duplicates: self.duplicates,
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
        self.examples.extend(tally.examples);
        self.examples.sort_by_key(|example| example.line);
        self.examples.truncate(EXAMPLES);
    }

    /// Whether a record is in from before. One that was not complete then is not.
    pub fn passes_over(&self, record: &Record<'_>) -> bool {
        record.offset + record.text.len() as u64 <= self.skip
    }

    /// Tells of rows that other threads have read.
    pub fn told(&mut self, rows: u64) {
        (self.on_read)(rows);
    }

    /// The shape of a record with fields of these names, when it is no row of a table.
    pub fn shape<'n, I: Iterator<Item = &'n str>>(&mut self, names: impl Fn() -> I) -> Option<&'static Shape> {
        let mut hasher = self.hasher.build_hasher();
        names().for_each(|name| name.hash(&mut hasher));
        let signature = hasher.finish();
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
            self.session.end(id, bytes);
            count(&mut self.rows, table);
        }
        self.pace(bytes)?;
        Ok(true)
    }

    /// Sets a record aside that is broken.
    pub fn broken(&mut self, place: Place, reason: &str, raw: &[u8]) -> std::result::Result<(), Stop> {
        self.refuse(Aside {
            place,
            reason: reason.to_owned(),
            raw: raw.to_owned(),
            cut: false,
        })
    }

    /// Sets a record aside of which only the beginning is there.
    pub fn too_long(&mut self, place: Place, beginning: &[u8]) -> std::result::Result<(), Stop> {
        self.refuse(Aside {
            place,
            reason: "the record is longer than 64 MB".to_owned(),
            raw: beginning.to_owned(),
            cut: true,
        })
    }

    /// Sets a record aside whose table is not known.
    pub fn unknown(&mut self, place: Place, raw: &[u8]) -> std::result::Result<(), Stop> {
        self.broken(place, "not a log we recognise", raw)
    }

    fn refuse(&mut self, aside: Aside) -> std::result::Result<(), Stop> {
        if self.recognised {
            return Ok(self.set_aside("", &aside)?);
        }
        self.unknown_bytes += aside.raw.len();
        if self.unknown.len() >= MOST_UNKNOWN || self.unknown_bytes > MOST_UNKNOWN_BYTES {
            return Err(self.not_a_log());
        }
        self.unknown.push(aside);
        self.pace(0)
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

    /// Sets a record aside that its table does not take.
    fn quarantine(&mut self, table: &str, place: Place, reason: &str, raw: &[u8]) -> Result<()> {
        let aside = Aside {
            place,
            reason: reason.to_owned(),
            raw: raw.to_owned(),
            cut: false,
        };
        self.set_aside(table, &aside)
    }

    fn set_aside(&mut self, table: &str, aside: &Aside) -> Result<()> {
        let place = self.again.as_ref().map_or(aside.place, |again| again.place);
        self.set_aside += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(SetAside {
                line: place.line,
                reason: aside.reason.clone(),
            });
        }
        let text = match std::str::from_utf8(&aside.raw) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(hexadecimal(&aside.raw)),
        };
        let encoding = if matches!(text, Cow::Borrowed(_)) { "utf-8" } else { "hex" };
        let record: Quarantined<&str> = Quarantined {
            time: self.again.as_ref().map_or(self.now, |again| again.time),
            path: &self.path,
            hash: &self.hash,
            table,
            place,
            reason: &aside.reason,
            encoding,
            raw: &text,
            format: self.format.map_or("", Format::name),
            header: self.header.as_deref().unwrap_or_default(),
            cut: aside.cut,
        };
        if let Some(again) = &mut self.again {
            again.refused.push(record.owned());
            return Ok(());
        }
        record.put(self.session, &self.mark)
    }
}

/// A record to set aside.
struct Aside {
    place: Place,
    reason: String,
    raw: Vec<u8>,
    /// `raw` is only its beginning.
    cut: bool,
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
pub(super) fn put_all(rows: &mut TableRows, cells: &[(&str, Cell<'_>)], bytes: usize) {
    rows.begin();
    for (name, cell) in cells {
        let slot = rows.slot(name);
        if rows.put(slot, name, *cell).is_err() {
            continue;
        }
    }
    rows.end(bytes);
}
