//! What a sink is told of an alert.

use quarry_content::HuntSeverity;
use quarry_value::{json, parse};

use crate::table::Row;

/// The columns of `_alerts` that a message is made of, in this order.
pub(super) const COLUMNS: &str = "Alert, Sink, TimeGenerated, Severity, Title, Description, Tactics, Techniques, Rule, Hunt, Version, \
     Schedule, Run, From, To, Entities, Details, Properties, Rows, Incident, Findings, Sample";

/// Fields of the message and the places of their columns.
const FIELDS: [(&str, usize); 20] = [
    ("id", 0),
    ("title", 4),
    ("description", 5),
    ("severity", 3),
    ("tactics", 6),
    ("techniques", 7),
    ("rule", 8),
    ("hunt", 9),
    ("version", 10),
    ("schedule", 11),
    ("run", 12),
    ("from", 13),
    ("to", 14),
    ("entities", 15),
    ("details", 16),
    ("properties", 17),
    ("rows", 18),
    ("incident", 19),
    // From here on what may be long.
    ("findings", 20),
    ("sample", 21),
];
/// How many of them are left where room is scarce, and the long ones are not.
const BRIEF: usize = 14;

/// A message for a sink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The alert's id: the same each time the message is sent.
    pub key: String,
    pub sink: String,
    /// When the alert was raised, in ticks.
    pub raised: i64,
    pub severity: Option<HuntSeverity>,
    pub title: String,
    /// JSON.
    pub body: String,
    /// The same without what may be long.
    pub brief: String,
}

impl Message {
    /// Reads it off a row of [`COLUMNS`].
    pub(super) fn of(row: &Row<'_>) -> Option<Self> {
        let severity = row.text(3);
        let time = row.text(2);
        Some(Self {
            key: row.text(0),
            sink: row.text(1),
            raised: parse::datetime(&time)?,
            severity: HuntSeverity::ALL.into_iter().find(|known| known.name() == severity),
            title: row.text(4),
            body: body(row, &time, FIELDS.len()),
            brief: body(row, &time, BRIEF),
        })
    }
}

fn body(row: &Row<'_>, time: &str, most: usize) -> String {
    let mut text = String::from("{\"type\":\"alert.raised\",\"timestamp\":");
    json::quote(time, &mut text);
    text.push_str(",\"data\":{");
    for (at, (name, column)) in FIELDS.iter().take(most).enumerate() {
        if at > 0 {
            text.push(',');
        }
        json::quote(name, &mut text);
        text.push(':');
        row.json(*column, &mut text);
    }
    if most < FIELDS.len() {
        text.push_str(",\"incident\":");
        row.json(19, &mut text);
    }
    text.push_str("}}");
    text
}
