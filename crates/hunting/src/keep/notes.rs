//! What people write down while they hunt. An inquiry is a hypothesis with the notes, rows and findings that speak for or against it.

use std::fmt;

use quarry_storage::{Entry, Lake, NOTES, Result};
use quarry_value::time;
use sha2::{Digest as _, Sha256};

use super::UnknownName;
use super::list::{KeptFindings, literal};
use crate::finding::hex;
use crate::runner::{QueryRunner, RunError, RunOptions};
use crate::table::ResultTable;

/// Bytes of an inquiry's name.
const NAME: usize = 5;

/// Each inquiry once: what it asks, where it stands, and how much there is of it.
const INQUIRIES: &str = "\
let started = _notes | where Kind == 'start' | summarize arg_min(TimeGenerated, Title, Text, By) by Inquiry
| project Inquiry, Title, Hypothesis = Text, By;
let closed = _notes | where Kind == 'close' | summarize arg_max(TimeGenerated, Title, Text) by Inquiry
| project Inquiry, State = Title, Reason = Text;
_notes
| where isnotempty(Inquiry)
| summarize Started = min(TimeGenerated), Latest = max(TimeGenerated), Notes = countif(Kind == 'note'), Rows = countif(Kind == 'row'),
    Findings = countif(Kind == 'finding') by Inquiry
| lookup kind=inner started on Inquiry
| lookup kind=leftouter closed on Inquiry
| extend State = iff(isempty(State), 'open', State)
";

/// What an inquiry came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet: it goes on.
    Open,
    /// The hypothesis is true.
    Confirmed,
    /// The hypothesis is false.
    Refuted,
    /// The data cannot tell.
    Inconclusive,
}

impl Answer {
    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Refuted => "refuted",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Something to write down.
#[derive(Debug, Clone)]
pub enum Note<'a> {
    /// A new inquiry.
    Start { title: &'a str, hypothesis: &'a str },
    /// A remark.
    Text(&'a str),
    /// A row of a query, as a JSON object, with the query and its clock.
    Row {
        row: String,
        query: &'a str,
        clock: i64,
        text: &'a str,
    },
    /// A finding that belongs to the inquiry.
    Finding { fingerprint: &'a str, text: &'a str },
    /// What the inquiry came to.
    Close { answer: Answer, reason: &'a str },
}

/// The name of an inquiry that starts now.
#[must_use]
pub fn new_inquiry(title: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(time::system_now().to_le_bytes());
    hash.update(std::process::id().to_le_bytes());
    hash.update(title.as_bytes());
    hex(hash.finalize().iter().take(NAME))
}

/// Writes things down in an inquiry.
///
/// # Errors
/// When the lake cannot be written.
pub async fn note(lake: &Lake, inquiry: &str, notes: &[Note<'_>], by: &str) -> Result<()> {
    append(lake, notes.iter().map(|note| row(inquiry, note, by)).collect()).await
}

/// Writes a remark on a finding, given by its whole fingerprint.
///
/// # Errors
/// When the lake cannot be written.
pub async fn note_finding(lake: &Lake, fingerprint: &str, text: &str, by: &str) -> Result<()> {
    append(lake, vec![row("", &Note::Finding { fingerprint, text }, by)]).await
}

async fn append(lake: &Lake, rows: Vec<Vec<Entry>>) -> Result<()> {
    let mark = format!("{}-{:08x}", time::system_now(), std::process::id());
    lake.append(&NOTES, rows, &mark).await?;
    Ok(())
}

fn row(inquiry: &str, note: &Note<'_>, by: &str) -> Vec<Entry> {
    let text = |text: &str| Entry::Text(text.to_owned());
    let (kind, title, words) = match note {
        Note::Start { title, hypothesis } => ("start", *title, *hypothesis),
        Note::Text(words) => ("note", "", *words),
        Note::Row { text, .. } => ("row", "", *text),
        Note::Finding { text, .. } => ("finding", "", *text),
        Note::Close { answer, reason } => ("close", answer.name(), *reason),
    };
    let (fingerprint, query, clock, row) = match note {
        Note::Finding { fingerprint, .. } => (*fingerprint, "", Entry::Null, Entry::Null),
        Note::Row { row, query, clock, .. } => ("", *query, Entry::Time(*clock), Entry::Json(row.clone())),
        _ => ("", "", Entry::Null, Entry::Null),
    };
    vec![
        Entry::Time(time::system_now()),
        text(inquiry),
        text(kind),
        text(title),
        text(words),
        text(by),
        text(fingerprint),
        text(query),
        clock,
        row,
    ]
}

impl<R: QueryRunner> KeptFindings<'_, R> {
    /// Every inquiry, the one with the latest entry first.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn inquiries(&self) -> std::result::Result<ResultTable, RunError> {
        self.ask(&format!("{INQUIRIES}| sort by Latest desc, Inquiry asc")).await
    }

    /// One inquiry: what is known of it as a whole.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn inquiry(&self, inquiry: &str) -> std::result::Result<ResultTable, RunError> {
        self.ask(&format!("{INQUIRIES}| where Inquiry == {}", literal(inquiry))).await
    }

    /// What was written down in an inquiry, in the order of time.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn entries(&self, inquiry: &str) -> std::result::Result<ResultTable, RunError> {
        self.ask(&format!(
            "_notes | where Inquiry == {} | sort by TimeGenerated asc\n\
             | project Time = TimeGenerated, Kind, Title, Text, By, Fingerprint, Query, Clock, Row",
            literal(inquiry)
        ))
        .await
    }

    /// What was written down about a finding, in the order of time.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn notes_on(&self, fingerprint: &str) -> std::result::Result<ResultTable, RunError> {
        self.ask(&format!(
            "_notes | where Fingerprint == {} and isnotempty(Text) | sort by TimeGenerated asc\n\
             | project Time = TimeGenerated, Text, By, Inquiry",
            literal(fingerprint)
        ))
        .await
    }

    /// The whole name of the inquiry whose name begins so.
    ///
    /// # Errors
    /// When the lake cannot be read; the inner error when not exactly one inquiry is called so.
    pub async fn find_inquiry(&self, beginning: &str) -> std::result::Result<std::result::Result<String, UnknownName>, RunError> {
        let query = format!(
            "_notes | where Kind == 'start' and Inquiry startswith_cs {} | distinct Inquiry",
            literal(beginning)
        );
        Ok(UnknownName::one("name of an inquiry", beginning, &self.ask(&query).await?))
    }

    async fn ask(&self, query: &str) -> std::result::Result<ResultTable, RunError> {
        self.runner.run(query, &RunOptions::default()).await
    }
}
