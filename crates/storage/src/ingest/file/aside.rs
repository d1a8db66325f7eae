//! Records of a file that do not fit: kept back until it is known to be a log, then set aside with where and why.

use std::borrow::Cow;

use super::{FileRun, Place, Stop};
use crate::error::Result;
use crate::ingest::quarantine::Quarantined;
use crate::ingest::report::{Format, SetAside};
use crate::ingest::source::hexadecimal;

/// Records of no known table that are kept back until one record of the file is recognised: before, the file may be no log at all.
const MOST_UNKNOWN: usize = 1000;
/// Bytes of such records.
const MOST_UNKNOWN_BYTES: usize = 64 << 20;
/// Examples of records set aside that a report shows.
pub(super) const EXAMPLES: usize = 5;

/// What is said of what the user takes for another format than it is.
pub(in crate::ingest) fn not_of(wanted: Format) -> String {
    format!("not {wanted}, as which it was to be read")
}

/// A record to set aside.
pub(super) struct Aside {
    pub place: Place,
    pub reason: String,
    pub raw: Vec<u8>,
    /// `raw` is only its beginning.
    pub cut: bool,
}

impl FileRun<'_> {
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
        let reason = match (self.wanted, self.recogniser.doubt()) {
            (_, Some(tables)) => format!("its columns fit {tables} alike: name the table, or the file after it"),
            (Some(wanted), None) => not_of(wanted),
            (None, None) => "not a log we recognise".to_owned(),
        };
        self.broken(place, &reason, raw)
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

    /// Sets a record aside that its table does not take.
    pub(super) fn quarantine(&mut self, table: &str, place: Place, reason: &str, raw: &[u8]) -> Result<()> {
        let aside = Aside {
            place,
            reason: reason.to_owned(),
            raw: raw.to_owned(),
            cut: false,
        };
        self.set_aside(table, &aside)
    }

    pub(super) fn set_aside(&mut self, table: &str, aside: &Aside) -> Result<()> {
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
