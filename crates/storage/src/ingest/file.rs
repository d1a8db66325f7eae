//! One input while it is read: where its records go, and what becomes of those that do not fit.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use super::fields::{Fields, Names};
use super::ledger::QUARANTINE;
use super::mapping::{Mapping, Plans};
use super::recognise::{Field, FileRecogniser};
use super::report::{Format, SetAside};
use super::session::{Session, TableId};
use super::shapes::{self, Shape};
use crate::error::Result;
use crate::write::{Cell, TableRows};

/// Records of no known table that are kept back until one record of the file is recognised: before, the file may be no log at all.
const MOST_UNKNOWN: usize = 1000;
/// Examples of records set aside that a report shows.
const EXAMPLES: usize = 5;
/// Bytes of a record that quarantine keeps.
const MOST_RAW: usize = 1 << 20;

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
    unknown: Vec<(Place, String, Vec<u8>)>,
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
            plans: Plans::default(),
            hasher: hashbrown::DefaultHashBuilder::default(),
            shapes: HashMap::new(),
            path: path.to_owned(),
            hash: hash.to_owned(),
            mark: mark.to_owned(),
            now: quarry_value::time::system_now(),
            routes: Vec::new(),
            unknown: Vec::new(),
            recognised: false,
            since_relief: 0,
            on_read,
            counted: 0,
        }
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
            for (place, reason, raw) in std::mem::take(&mut self.unknown) {
                self.quarantine("", place, &reason, &raw)?;
            }
        }
        let (id, in_before) = self.route(table)?;
        let (rows, counts) = if in_before {
            (self.session.trial(id), &mut self.rows_before)
        } else {
            (self.session.rows(id, &self.mark), &mut self.rows)
        };
        let Some(rows) = rows else {
            return Ok(false);
        };
        rows.begin();
        let filled = fill(rows);
        let fits = filled.is_ok();
        match filled {
            Ok(()) => {
                if in_before {
                    rows.abandon();
                } else {
                    rows.end(bytes);
                }
                match counts.get_mut(&**table) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(table.to_string(), 1);
                    }
                }
            }
            Err(reason) => {
                rows.abandon();
                self.quarantine(table, place, &reason, &raw())?;
            }
        }
        self.pace(bytes)?;
        Ok(fits)
    }

    /// Sets a record aside that is broken.
    pub fn broken(&mut self, place: Place, reason: &str, raw: &[u8]) -> std::result::Result<(), Stop> {
        if self.recognised {
            return Ok(self.quarantine("", place, reason, raw)?);
        }
        self.keep_back(place, reason, raw)
    }

    /// Sets a record aside whose table is not known.
    pub fn unknown(&mut self, place: Place, raw: &[u8]) -> std::result::Result<(), Stop> {
        self.broken(place, "not a log we recognise", raw)
    }

    fn keep_back(&mut self, place: Place, reason: &str, raw: &[u8]) -> std::result::Result<(), Stop> {
        if self.unknown.len() >= MOST_UNKNOWN {
            return Err(self.not_a_log());
        }
        let raw = raw.get(..raw.len().min(MOST_RAW)).unwrap_or_default().to_vec();
        self.unknown.push((place, reason.to_owned(), raw));
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
        let reason = self.unknown.first().map_or("it is empty", |(_, reason, _)| reason.as_str());
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

    fn quarantine(&mut self, table: &str, place: Place, reason: &str, raw: &[u8]) -> Result<()> {
        self.set_aside += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(SetAside {
                line: place.line,
                reason: reason.to_owned(),
            });
        }
        let id = self.session.table(QUARANTINE)?;
        if self.session.has(id, &self.mark) {
            return Ok(());
        }
        let raw = raw.get(..raw.len().min(MOST_RAW)).unwrap_or_default();
        let (encoding, text) = match std::str::from_utf8(raw) {
            Ok(text) => ("utf-8", text.to_owned()),
            Err(_) => ("hex", raw.iter().map(|byte| format!("{byte:02x}")).collect()),
        };
        let number = |value: u64| Cell::Long(i64::try_from(value).unwrap_or(i64::MAX));
        let cells = [
            ("TimeGenerated", Cell::Ticks(self.now)),
            ("Path", Cell::Text(&self.path)),
            ("ContentHash", Cell::Text(&self.hash)),
            ("Table", Cell::Text(table)),
            ("Record", number(place.record)),
            ("Line", number(place.line)),
            ("Offset", number(place.offset)),
            ("Reason", Cell::Text(reason)),
            ("Encoding", Cell::Text(encoding)),
            ("Raw", Cell::Text(&text)),
        ];
        if let Some(rows) = self.session.rows(id, &self.mark) {
            put_all(rows, &cells, text.len());
        }
        Ok(())
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
