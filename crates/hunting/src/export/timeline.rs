//! Findings, and the events that they come from, in the order of their times, as lines of JSON or CSV.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::model::{Dossier, FindingEntry, HuntEntry, Line};
use crate::evidence::Event;

#[derive(Serialize)]
struct Object<'a> {
    time: Option<&'a str>,
    /// `finding` or `event`.
    kind: &'static str,
    severity: &'a str,
    hunt: &'a str,
    hunt_id: &'a str,
    tactics: &'a [String],
    techniques: &'a [String],
    fingerprint: &'a str,
    entities: Vec<Box<RawValue>>,
    /// Of an event; empty for a finding.
    table: &'a str,
    row: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

fn lines(dossier: &Dossier) -> impl Iterator<Item = (Line<'_>, &HuntEntry, &FindingEntry)> {
    dossier.timeline(&dossier.findings).into_iter().filter_map(|line| {
        let finding = dossier.findings.get(line.finding)?;
        Some((line, dossier.hunts.get(finding.hunt)?, finding))
    })
}

/// The fields of an event as an object.
fn object(event: &Event) -> Option<Box<RawValue>> {
    let fields = event.fields.iter().map(|(name, value)| (name.clone(), value.as_str().into()));
    to_raw_value(&fields.collect::<serde_json::Map<_, _>>()).ok()
}

/// One JSON object for each finding and each event behind one.
///
/// # Errors
/// When the output cannot be written.
pub fn timeline_jsonl(dossier: &Dossier, out: &mut dyn io::Write) -> io::Result<()> {
    for (line, hunt, finding) in lines(dossier) {
        let raw = |text: String| RawValue::from_string(text).ok();
        let entities = finding.entities.iter().filter_map(|entity| {
            let mut text = String::new();
            entity.json(&mut text);
            raw(text)
        });
        let object = Object {
            time: line.time,
            kind: kind(&line),
            severity: hunt.severity,
            hunt: &hunt.title,
            hunt_id: &hunt.id,
            tactics: &hunt.tactics,
            techniques: &hunt.techniques,
            fingerprint: &finding.fingerprint,
            entities: entities.collect(),
            table: line.event.map_or("", |event| &event.table),
            row: line.event.map_or_else(|| raw(finding.row.clone()), object),
            notes: if line.event.is_none() { &finding.notes } else { &[] },
        };
        serde_json::to_writer(&mut *out, &object)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A header and a line for each finding and each event behind one; what has several values is separated by semicolons.
///
/// # Errors
/// When the output cannot be written.
pub fn timeline_csv(dossier: &Dossier, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "time",
        "kind",
        "severity",
        "hunt",
        "hunt_id",
        "tactics",
        "techniques",
        "fingerprint",
        "entities",
        "table",
        "row",
        "notes",
    ])?;
    for (line, hunt, finding) in lines(dossier) {
        let entities: Vec<&str> = finding
            .entities
            .iter()
            .filter_map(|entity| entity.identifiers.first())
            .map(|(_, value)| value.as_str())
            .collect();
        let of_event = line.event.and_then(object);
        let notes = if line.event.is_none() {
            finding.notes.join(";")
        } else {
            String::new()
        };
        let cells = [
            line.time.unwrap_or_default(),
            kind(&line),
            hunt.severity,
            &hunt.title,
            &hunt.id,
            &hunt.tactics.join(";"),
            &hunt.techniques.join(";"),
            &finding.fingerprint,
            &entities.join(";"),
            line.event.map_or("", |event| &event.table),
            of_event.as_ref().map_or(&finding.row, |row| row.get()),
            &notes,
        ];
        writer.write_record(cells.map(harmless).iter().map(|cell| cell.as_bytes()))?;
    }
    writer.flush()
}

fn kind(line: &Line<'_>) -> &'static str {
    if line.event.is_some() { "event" } else { "finding" }
}

/// A cell that no spreadsheet takes for a formula: logs are written by strangers.
fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_become_text() {
        assert_eq!(harmless("=HYPERLINK(\"https://x\")"), "'=HYPERLINK(\"https://x\")");
        assert_eq!(harmless("anna@contoso.example"), "anna@contoso.example");
    }
}
