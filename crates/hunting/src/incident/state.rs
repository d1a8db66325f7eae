//! Where incidents stand, and what people say of them.

use std::fmt;
use std::str::FromStr;

use quarry_storage::{Entry, INCIDENTS, Lake, Result};
use quarry_value::time;

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentState {
    Open,
    Closed,
}

impl IncidentState {
    pub const ALL: [IncidentState; 2] = [Self::Open, Self::Closed];

    /// The name in the lake and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for IncidentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for IncidentState {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let found = Self::ALL.into_iter().find(|state| state.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| format!("`{text}` is no state: open or closed"))
    }
}

/// The beginning of an id that does not name one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownIncident {
    None(String),
    Several(String, usize),
}

impl fmt::Display for UnknownIncident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None(text) => write!(f, "no incident has an id that begins with `{text}`"),
            Self::Several(text, count) => write!(f, "the ids of {count} incidents begin with `{text}`: give more of it"),
        }
    }
}

/// A row of the journal.
pub(crate) fn row(written: i64, incident: &str, state: IncidentState, title: &str, reason: &str, by: &str) -> Vec<Entry> {
    let texts = [incident, state.name(), title, reason, by].map(|text| Entry::Text(text.to_owned()));
    std::iter::once(Entry::Time(written)).chain(texts).collect()
}

/// Writes where incidents stand now, given by their whole ids.
///
/// # Errors
/// When the lake cannot be written.
pub async fn mark_incidents(lake: &Lake, incidents: &[String], state: IncidentState, reason: &str, by: &str) -> Result<()> {
    let written = time::system_now();
    let rows = incidents.iter().map(|incident| row(written, incident, state, "", reason, by));
    let mark = format!("{written}-{:08x}", std::process::id());
    lake.append(&INCIDENTS, rows.collect(), &mark).await?;
    Ok(())
}
