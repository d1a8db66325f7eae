//! What content says, whatever form it was published in.

use std::fmt;
use std::sync::{Arc, OnceLock};

use quarry_text::{Diagnostic, Span};

use crate::alerting::Alerting;
use crate::map::TextMap;
use crate::sidecar::Sidecar;
use crate::tunable::{self, Tunable};
use crate::watchlist::Watchlist;

/// A file of content: its text, what it holds and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Document {
    /// Path or other name, as given.
    pub name: String,
    /// The text that all spans refer to, without byte order mark.
    pub source: Arc<str>,
    pub hunts: Vec<Hunt>,
    /// Stored functions (parsers) that queries may call.
    pub functions: Vec<ContentFunction>,
    /// What a team adds to hunts of this or other documents.
    pub sidecars: Vec<Sidecar>,
    /// Watchlists for the hunts that lie beside the file.
    pub watchlists: Vec<Watchlist>,
    pub diagnostics: Vec<Diagnostic>,
}

/// What a hunt is run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HuntKind {
    /// Run by people when they look for something.
    Hunting,
    /// Run on a schedule.
    Scheduled,
    /// Run on each event as it arrives.
    NearRealTime,
    /// Run for one entity, whose identifiers replace `<Placeholders>` in the query.
    Exploration,
}

impl HuntKind {
    /// The name people know it by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hunting => "hunting query",
            Self::Scheduled => "scheduled rule",
            Self::NearRealTime => "near-real-time rule",
            Self::Exploration => "exploration query",
        }
    }
}

/// How grave a finding is, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HuntSeverity {
    High,
    Medium,
    Low,
    Informational,
}

impl HuntSeverity {
    pub const ALL: [HuntSeverity; 4] = [Self::High, Self::Medium, Self::Low, Self::Informational];

    /// The name as content files spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
            Self::Informational => "Informational",
        }
    }
}

impl fmt::Display for HuntSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A query that looks for something, with everything its author said about it.
#[derive(Debug, Clone)]
pub struct Hunt {
    /// A GUID in published content; empty when there is none.
    pub id: String,
    pub name: String,
    pub description: String,
    pub kind: HuntKind,
    pub severity: Option<HuntSeverity>,
    /// Under their ATT&CK names (`InitialAccess`), whatever the file's spelling; unknown ones as written.
    pub tactics: Vec<String>,
    /// `T1566`, `T1566.001`.
    pub techniques: Vec<String>,
    pub connectors: Vec<Connector>,
    pub query: QueryText,
    /// Found when somebody asks.
    pub(crate) tunables: OnceLock<Vec<Tunable>>,
    /// Known innocent causes of a finding.
    pub scenarios: Vec<Scenario>,
    /// Remarks about tables that the query reads.
    pub table_notes: Vec<TableNote>,
    pub entity_mappings: Vec<EntityMapping>,
    /// Every column of the result that the document names outside the query, with its place in the document.
    pub column_uses: Vec<ColumnUse>,
    /// Name to column.
    pub custom_details: Vec<(String, String)>,
    /// What becomes of the results.
    pub alerting: Alerting,
    pub schedule: Option<Schedule>,
    pub version: String,
    pub tags: Vec<String>,
    /// The document it came from.
    pub path: String,
}

impl Hunt {
    /// A query with what follows from it alone: nothing else is said.
    pub(crate) fn of(query: QueryText, kind: HuntKind, path: &str) -> Self {
        Self {
            id: String::new(),
            name: String::new(),
            description: String::new(),
            kind,
            severity: None,
            tactics: Vec::new(),
            techniques: Vec::new(),
            connectors: Vec::new(),
            query,
            tunables: OnceLock::new(),
            scenarios: Vec::new(),
            table_notes: Vec::new(),
            entity_mappings: Vec::new(),
            column_uses: Vec::new(),
            custom_details: Vec::new(),
            alerting: Alerting::default(),
            schedule: None,
            version: String::new(),
            tags: Vec::new(),
            path: path.to_owned(),
        }
    }

    /// What the author meant to be adjusted.
    #[must_use]
    pub fn tunables(&self) -> &[Tunable] {
        self.tunables.get_or_init(|| tunable::find(&self.query.text))
    }

    /// Puts another text in the place of the query; places in it are still those of the first one.
    pub fn ask(&mut self, text: String) {
        self.query.text = text;
        self.tunables = OnceLock::new();
    }

    /// The name, or what else identifies it.
    #[must_use]
    pub fn title(&self) -> &str {
        [&self.name, &self.id]
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or(&self.path)
    }
}

/// A query and where its text stands in the document.
#[derive(Debug, Clone, Default)]
pub struct QueryText {
    pub text: String,
    pub map: TextMap,
}

/// A data connector and the tables it fills.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connector {
    pub id: String,
    pub data_types: Vec<String>,
}

/// A situation in which the hunt fires and nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scenario {
    pub name: String,
    pub description: String,
    /// What the author suggests to filter out, in words; empty when the page does not say.
    pub exclusion: String,
    pub span: Span,
}

/// A row of a page's table of tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableNote {
    pub table: String,
    pub note: String,
}

/// A column of the result that an entity mapping, a custom detail or the text of an alert names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    pub column: String,
    pub span: Span,
}

/// Columns of the result that identify an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityMapping {
    /// `Account`, `Host`, `IP`, …
    pub entity: String,
    /// Identifier to column.
    pub fields: Vec<(String, String)>,
}

/// When a rule runs and what makes it fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Seconds between runs; zero for near-real-time rules and when the file does not say.
    pub frequency: u64,
    /// Seconds of data that a run looks at; zero when the file does not say.
    pub period: u64,
    pub trigger: Trigger,
    pub threshold: i64,
}

/// How the number of result rows is compared with the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    GreaterThan,
    LessThan,
    Equal,
    NotEqual,
}

impl Schedule {
    /// Whether so many result rows make the rule fire.
    #[must_use]
    pub fn fires(&self, rows: u64) -> bool {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        match self.trigger {
            Trigger::GreaterThan => rows > self.threshold,
            Trigger::LessThan => rows < self.threshold,
            Trigger::Equal => rows == self.threshold,
            Trigger::NotEqual => rows != self.threshold,
        }
    }
}

/// A function or parser that content defines.
#[derive(Debug, Clone)]
pub struct ContentFunction {
    /// The name that queries call.
    pub name: String,
    /// Further names: `_ASIM_…` built-ins it stands for, an alias.
    pub aliases: Vec<String>,
    pub title: String,
    pub description: String,
    pub params: Vec<FunctionParam>,
    pub query: QueryText,
    pub path: String,
}

/// A parameter of a content function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionParam {
    pub name: String,
    /// As KQL spells it: `string`, `datetime`, `table:(*)`.
    pub ty: String,
    /// A KQL literal; `None` when the parameter must be given.
    pub default: Option<String>,
}
