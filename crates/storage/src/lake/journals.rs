//! The journals that there are.

use quarry_schema::KqlType;

use super::journal::Journal;

/// What hunts found, once for each run that found it.
pub const FINDINGS: Journal = Journal {
    name: "_findings",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Run", KqlType::String),
        ("Fingerprint", KqlType::String),
        ("HuntId", KqlType::String),
        ("Hunt", KqlType::String),
        ("Version", KqlType::String),
        ("Severity", KqlType::String),
        ("Tactics", KqlType::Dynamic),
        ("Techniques", KqlType::Dynamic),
        ("Entities", KqlType::Dynamic),
        ("Rows", KqlType::Long),
        ("Row", KqlType::Dynamic),
    ],
};

/// The runs of hunts whose findings are kept. A run is complete when its rows are here: they are written last.
pub const RUNS: Journal = Journal {
    name: "_runs",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Run", KqlType::String),
        ("HuntId", KqlType::String),
        ("Hunt", KqlType::String),
        ("Version", KqlType::String),
        ("Clock", KqlType::DateTime),
        ("Outcome", KqlType::String),
        ("Findings", KqlType::Long),
        ("Reason", KqlType::String),
        ("Seconds", KqlType::Real),
    ],
};

/// What people write down while they hunt: hypotheses, notes, rows worth keeping, and what findings are about.
pub const NOTES: Journal = Journal {
    name: "_notes",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Inquiry", KqlType::String),
        ("Kind", KqlType::String),
        ("Title", KqlType::String),
        ("Text", KqlType::String),
        ("By", KqlType::String),
        ("Fingerprint", KqlType::String),
        ("Query", KqlType::String),
        ("Clock", KqlType::DateTime),
        ("Row", KqlType::Dynamic),
    ],
};

/// What people said of findings; the latest word counts.
pub const VERDICTS: Journal = Journal {
    name: "_verdicts",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Fingerprint", KqlType::String),
        ("State", KqlType::String),
        ("Reason", KqlType::String),
        ("By", KqlType::String),
    ],
};

/// What rules on a schedule raised, once for each alert.
pub const ALERTS: Journal = Journal {
    name: "_alerts",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Alert", KqlType::String),
        ("Schedule", KqlType::String),
        ("Run", KqlType::String),
        ("Rule", KqlType::String),
        ("Hunt", KqlType::String),
        ("Version", KqlType::String),
        ("Title", KqlType::String),
        ("Description", KqlType::String),
        ("Severity", KqlType::String),
        ("Tactics", KqlType::Dynamic),
        ("Techniques", KqlType::Dynamic),
        ("From", KqlType::DateTime),
        ("To", KqlType::DateTime),
        ("Entities", KqlType::Dynamic),
        ("Details", KqlType::Dynamic),
        ("Properties", KqlType::Dynamic),
        ("Findings", KqlType::Dynamic),
        ("Rows", KqlType::Long),
        ("Sample", KqlType::Dynamic),
        ("Group", KqlType::String),
        ("Incident", KqlType::String),
        ("Sinks", KqlType::Dynamic),
    ],
};

/// What became of incidents: opened, closed, opened again. The latest word counts.
pub const INCIDENTS: Journal = Journal {
    name: "_incidents",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Incident", KqlType::String),
        ("State", KqlType::String),
        ("Title", KqlType::String),
        ("Reason", KqlType::String),
        ("By", KqlType::String),
    ],
};

/// Alerts that reached a sink.
pub const DELIVERIES: Journal = Journal {
    name: "_deliveries",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Alert", KqlType::String),
        ("Sink", KqlType::String),
        ("Attempts", KqlType::Long),
    ],
};

/// What a scheduler has decided and is about to write to the other journals, batch by batch; and how far it has come.
pub const SCHEDULE: Journal = Journal {
    name: "_schedule",
    columns: &[
        ("TimeGenerated", KqlType::DateTime),
        ("Schedule", KqlType::String),
        ("Batch", KqlType::Long),
        ("Target", KqlType::String),
        ("Row", KqlType::Dynamic),
    ],
};

/// Every journal.
pub const JOURNALS: &[Journal] = &[ALERTS, DELIVERIES, FINDINGS, INCIDENTS, NOTES, RUNS, SCHEDULE, VERDICTS];
