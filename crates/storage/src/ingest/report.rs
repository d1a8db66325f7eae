//! What an ingest did, file by file.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The kind of a log file, as its content told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The Azure activity log, from diagnostic settings.
    AzureActivity,
    Cef,
    Csv,
    /// Sign-ins and audit events of Entra ID, from Graph, diagnostic settings or a download.
    Entra,
    Evtx,
    /// Values of indicators on lines.
    IndicatorList,
    /// A table of indicators: an export of MISP or OTX, or one whose header tells.
    IndicatorTable,
    /// A JSON array of records, or records one after the other.
    Json,
    /// One JSON object per line.
    JsonLines,
    /// Records of the Office 365 audit log, by themselves or in the rows of an audit search.
    OfficeAudit,
    Parquet,
    /// An answer of a query endpoint: rows as lists.
    QueryResult,
    /// Objects of STIX 2.1: bundles, answers of TAXII servers, or one after the other.
    Stix,
    Syslog,
    /// Windows events in XML or any of their JSON forms.
    WindowsEvents,
    /// Rows of the Defender XDR streaming API: `category` and `properties`.
    XdrStream,
}

/// Formats with the name by which a user can ask for one, and the name that reports show.
const FORMATS: [(Format, &str, &str); 16] = [
    (Format::AzureActivity, "azure-activity", "Azure activity"),
    (Format::Cef, "cef", "CEF"),
    (Format::Csv, "csv", "CSV"),
    (Format::Entra, "entra", "Entra ID"),
    (Format::Evtx, "evtx", "EVTX"),
    (Format::IndicatorList, "indicator-list", "indicator list"),
    (Format::IndicatorTable, "indicators", "indicators"),
    (Format::Json, "json", "JSON"),
    (Format::JsonLines, "ndjson", "JSON lines"),
    (Format::OfficeAudit, "office365", "Office 365 audit"),
    (Format::Parquet, "parquet", "Parquet"),
    (Format::QueryResult, "query-result", "query result"),
    (Format::Stix, "stix", "STIX"),
    (Format::Syslog, "syslog", "syslog"),
    (Format::WindowsEvents, "windows", "Windows events"),
    (Format::XdrStream, "xdr", "XDR streaming"),
];

impl Format {
    /// The name, as [`FromStr`] takes it.
    pub(super) fn name(self) -> &'static str {
        FORMATS.iter().find(|(format, ..)| *format == self).map_or("", |(_, name, _)| name)
    }

    /// Whether it is told by the fields of single records, in files of whatever kind.
    pub(super) fn is_of_records(self) -> bool {
        use Format::{AzureActivity, Entra, OfficeAudit, Stix, WindowsEvents, XdrStream};
        matches!(self, AzureActivity | Entra | OfficeAudit | Stix | WindowsEvents | XdrStream)
    }

    /// The names of all formats, as [`FromStr`] takes them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FORMATS.iter().map(|(_, name, _)| *name)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Format, String> {
        let found = FORMATS.iter().find(|(_, name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(format, ..)| *format).ok_or_else(|| {
            let names: Vec<&str> = Format::names().collect();
            format!("one of {}", names.join(", "))
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = FORMATS.iter().find(|(format, ..)| format == self);
        f.write_str(shown.map_or("", |(.., shown)| shown))
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileOutcome {
    /// Its records are in the lake, but for those set aside.
    Ingested,
    /// The same content was in the lake before; nothing was done.
    AlreadyIn,
    /// Another file of this ingest has the same content; that one counts.
    Copy(String),
    /// Not a log that is recognised; nothing was taken.
    NotALog(String),
    /// Unreadable from some point on; nothing was taken.
    Failed(String),
}

/// The report on one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    pub path: String,
    pub bytes: u64,
    pub format: Option<Format>,
    pub outcome: FileOutcome,
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Records that were left out because they had come before.
    pub duplicates: u64,
    /// Indicators whose patterns say more than values: it is kept in the column `Pattern` alone.
    pub in_part: u64,
    /// Records in quarantine.
    pub set_aside: u64,
    /// The first records that were set aside: where, and why.
    pub examples: Vec<SetAside>,
}

impl FileReport {
    /// A report without records.
    pub(super) fn new(path: &str, bytes: u64, outcome: FileOutcome) -> FileReport {
        FileReport {
            path: path.to_owned(),
            bytes,
            format: None,
            outcome,
            rows: BTreeMap::new(),
            duplicates: 0,
            in_part: 0,
            set_aside: 0,
            examples: Vec::new(),
        }
    }
}

/// A record that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Line in a text file of lines, else the number of the record, from 1.
    pub line: u64,
    pub reason: String,
}

/// The report on a whole ingest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// In the order of the paths.
    pub files: Vec<FileReport>,
    /// The version each changed table has now.
    pub versions: BTreeMap<String, u64>,
    /// Tables of which no duplicates were left out, because no key is known that tells their records apart.
    pub keyless: Vec<String>,
}

impl IngestReport {
    /// Rows that were added, by table.
    #[must_use]
    pub fn rows(&self) -> BTreeMap<String, u64> {
        let mut rows = BTreeMap::new();
        for (table, count) in self.files.iter().flat_map(|file| &file.rows) {
            *rows.entry(table.clone()).or_default() += count;
        }
        rows
    }

    /// Rows that were added to all tables together.
    #[must_use]
    pub fn total_rows(&self) -> u64 {
        self.files.iter().flat_map(|file| file.rows.values()).sum()
    }

    /// Records that were set aside.
    #[must_use]
    pub fn set_aside(&self) -> u64 {
        self.files.iter().map(|file| file.set_aside).sum()
    }

    /// Records that were left out because they had come before.
    #[must_use]
    pub fn duplicates(&self) -> u64 {
        self.files.iter().map(|file| file.duplicates).sum()
    }

    /// Indicators whose patterns say more than their rows.
    #[must_use]
    pub fn in_part(&self) -> u64 {
        self.files.iter().map(|file| file.in_part).sum()
    }

    /// Bytes of the files whose records went in.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let ingested = self.files.iter().filter(|file| file.outcome == FileOutcome::Ingested);
        ingested.map(|file| file.bytes).sum()
    }

    /// How many files were in before.
    #[must_use]
    pub fn already_in(&self) -> usize {
        self.files.iter().filter(|file| file.outcome == FileOutcome::AlreadyIn).count()
    }
}

/// News from a running ingest.
#[derive(Clone, Debug)]
pub enum Progress {
    /// The files were found; so many bytes in all.
    Found { files: usize, bytes: u64 },
    /// So many more bytes (of files as they lie on disk) and rows were read.
    Read { path: String, bytes: u64, rows: u64 },
    /// A file is done; when it was ingested, its records are committed.
    Done(FileReport),
}
