//! What people say of findings.

use std::fmt;
use std::str::FromStr;

use quarry_storage::{Entry, Lake, Result, VERDICTS};
use quarry_value::time;

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

/// A fingerprint, or the beginning of one, that does not name one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnknownFinding {
    None(String),
    Several(String, usize),
}

impl fmt::Display for UnknownFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None(text) => write!(f, "no finding has a fingerprint that begins with `{text}`"),
            Self::Several(text, count) => write!(f, "the fingerprints of {count} findings begin with `{text}`: give more of it"),
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
