//! What people say of findings.

use std::fmt;
use std::str::FromStr;

use quarry_storage::{Entry, Lake, Result, VERDICTS};
use quarry_value::time;

use crate::table::ResultTable;

/// Where a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has said anything yet.
    New,
    /// Somebody has looked at it.
    Seen,
    /// It is what the hunt was after.
    Confirmed,
    /// It is harmless; the reason says why.
    Benign,
}

impl State {
    pub const ALL: [State; 4] = [Self::New, Self::Seen, Self::Confirmed, Self::Benign];

    /// The name in the lake and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Seen => "seen",
            Self::Confirmed => "confirmed",
            Self::Benign => "benign",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("`{text}` is no state: new, seen, confirmed or benign"))
    }
}

/// The beginning of a name that is not that of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// What is looked for.
    what: &'static str,
    beginning: String,
    /// How many begin so.
    found: usize,
}

impl UnknownName {
    /// The only name in a table.
    pub(super) fn one(what: &'static str, beginning: &str, names: &ResultTable) -> std::result::Result<String, Self> {
        match (names.iter().next(), names.rows()) {
            (Some(row), 1) => Ok(row.text(0)),
            (_, found) => Err(Self {
                what,
                beginning: beginning.to_owned(),
                found,
            }),
        }
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, beginning, found } = self;
        match found {
            0 => write!(f, "no {what} begins with `{beginning}`"),
            _ => write!(f, "{found} begin with `{beginning}`: give more of the {what}"),
        }
    }
}

/// Writes a verdict on findings, given by their whole fingerprints.
///
/// # Errors
/// When the lake cannot be written.
pub async fn mark(lake: &Lake, fingerprints: &[String], state: State, reason: &str, by: &str) -> Result<()> {
    let written = time::system_now();
    let rows = fingerprints.iter().map(|fingerprint| {
        vec![
            Entry::Time(written),
            Entry::Text(fingerprint.clone()),
            Entry::Text(state.name().to_owned()),
            Entry::Text(reason.to_owned()),
            Entry::Text(by.to_owned()),
        ]
    });
    let mark = format!("{written}-{:08x}", std::process::id());
    lake.append(&VERDICTS, rows.collect(), &mark).await?;
    Ok(())
}
