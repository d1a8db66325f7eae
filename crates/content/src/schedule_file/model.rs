//! The parts of a schedule file.

use quarry_text::Span;

use crate::alerting::IncidentRule;
use crate::model::HuntSeverity;

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}

/// What runs when, and who is told. Lengths of time are in seconds; what is absent gets its default where the schedule is run.
#[derive(Debug, Clone, Default)]
pub struct ScheduleFile {
    /// The name that its state has in the lake; that of the file when empty.
    pub name: String,
    pub lake: Option<String>,
    /// Paths beside the file.
    pub content: Vec<String>,
    pub team: Vec<String>,
    pub functions: Vec<String>,
    /// Local files for data from outside, `NAME=FILE`.
    pub data: Vec<String>,
    /// Windows that end before are of no interest, as written.
    pub start: Option<Spanned<String>>,
    /// How long a window waits for its data.
    pub delay: Option<u64>,
    /// How long after its end data that come late make a window be looked at again.
    pub overlap: Option<u64>,
    pub catch_up: Option<CatchUp>,
    /// Windows that have been missed for longer are not caught up with.
    pub catch_up_limit: Option<u64>,
    pub timeout: Option<u64>,
    pub max_rows: Option<u64>,
    /// For rules that say nothing of incidents.
    pub incidents: Option<IncidentRule>,
    /// The sinks that are told of alerts, unless a rule says otherwise.
    pub notify: Vec<Spanned<String>>,
    pub rules: Vec<RuleSettings>,
    pub sinks: Vec<SinkSpec>,
}

/// What happens to windows that were missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CatchUp {
    /// Each of them is looked at, the oldest first.
    #[default]
    Every,
    /// The newest of each rule is.
    Latest,
}

impl CatchUp {
    pub const ALL: [CatchUp; 2] = [Self::Every, Self::Latest];

    /// The name in files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Every => "every",
            Self::Latest => "latest",
        }
    }
}

/// Which time of its events puts them into a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowsBy {
    /// When they happened.
    Event,
    /// When they came in.
    Ingestion,
}

impl WindowsBy {
    pub const ALL: [WindowsBy; 2] = [Self::Event, Self::Ingestion];

    /// The name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Ingestion => "ingestion",
        }
    }
}

/// What counts for some rules; of several entries for one rule the last that says something counts.
#[derive(Debug, Clone, Default)]
pub struct RuleSettings {
    /// Beginnings of ids, or parts of names.
    pub matches: Vec<Spanned<String>>,
    pub enabled: Option<bool>,
    pub every: Option<u64>,
    /// Five fields of cron: minute, hour, day of the month, month, day of the week.
    pub cron: Option<Spanned<String>>,
    pub period: Option<u64>,
    pub by: Option<WindowsBy>,
    pub delay: Option<u64>,
    pub suppress: Option<u64>,
    pub per_result: Option<bool>,
    pub severity: Option<HuntSeverity>,
    pub incidents: Option<IncidentRule>,
    pub notify: Option<Vec<Spanned<String>>>,
}

/// Who is told of alerts.
#[derive(Debug, Clone)]
pub struct SinkSpec {
    pub name: String,
    /// Alerts of less are not told.
    pub least: Option<HuntSeverity>,
    pub kind: SinkKind,
    pub span: Span,
}

/// How a sink is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SinkKind {
    Stdout,
    /// A line of JSON at the end of a file.
    File(String),
    Syslog {
        transport: SyslogTransport,
        /// Host and port.
        address: String,
        facility: u8,
    },
    Webhook {
        url: String,
        /// The environment variable with the secret that signs.
        secret_from: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyslogTransport {
    Tcp,
    Udp,
}
