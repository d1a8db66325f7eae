//! A record in quarantine: what it says, why it is there, and where it comes from.

use super::file::{Place, put_all};
use super::ledger::QUARANTINE;
use super::session::Session;
use crate::error::Result;
use crate::write::Cell;

/// A row of the quarantine. `T` is how its texts are held.
#[derive(Clone, Debug)]
pub(super) struct Quarantined<T> {
    pub time: i64,
    pub path: T,
    pub hash: T,
    /// The table that does not take it; empty when none is known.
    pub table: T,
    pub place: Place,
    pub reason: T,
    pub encoding: T,
    pub raw: T,
    pub format: T,
    pub header: T,
    pub cut: bool,
}

impl<T: AsRef<str>> Quarantined<T> {
    /// Puts it into the quarantine, unless that has the records of this input from before.
    pub fn put(&self, session: &mut Session, mark: &str) -> Result<()> {
        let id = session.table(QUARANTINE)?;
        if session.has(id, mark) {
            return Ok(());
        }
        let number = |value: u64| Cell::Long(i64::try_from(value).unwrap_or(i64::MAX));
        let cells = [
            ("TimeGenerated", Cell::Ticks(self.time)),
            ("Path", text(&self.path)),
            ("ContentHash", text(&self.hash)),
            ("Table", text(&self.table)),
            ("Record", number(self.place.record)),
            ("Line", number(self.place.line)),
            ("Offset", number(self.place.offset)),
            ("Reason", text(&self.reason)),
            ("Encoding", text(&self.encoding)),
            ("Raw", text(&self.raw)),
            ("Format", text(&self.format)),
            ("Header", text(&self.header)),
            ("Cut", Cell::Bool(self.cut)),
        ];
        if let Some(rows) = session.rows(id, mark) {
            put_all(rows, &cells);
        }
        Ok(())
    }

    /// A copy of its own.
    pub fn owned(&self) -> Quarantined<String> {
        let own = |text: &T| text.as_ref().to_owned();
        Quarantined {
            time: self.time,
            path: own(&self.path),
            hash: own(&self.hash),
            table: own(&self.table),
            place: self.place,
            reason: own(&self.reason),
            encoding: own(&self.encoding),
            raw: own(&self.raw),
            format: own(&self.format),
            header: own(&self.header),
            cut: self.cut,
        }
    }
}

fn text<T: AsRef<str>>(value: &T) -> Cell<'_> {
    Cell::Text(value.as_ref())
}
