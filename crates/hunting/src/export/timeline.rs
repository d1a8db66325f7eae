//! Findings in the order of their times, as lines of JSON or CSV.

use std::io;

use serde::Serialize;
use serde_json::value::RawValue;

use super::model::{Dossier, FindingEntry, HuntEntry};

#[derive(Serialize)]
struct Line<'a> {
    time: &'a Option<String>,
    severity: &'a str,
    hunt: &'a str,
    hunt_id: &'a str,
    tactics: &'a [String],
    techniques: &'a [String],
    fingerprint: &'a str,
    entities: Vec<Box<RawValue>>,
    row: Option<Box<RawValue>>,
}

fn lines(dossier: &Dossier) -> impl Iterator<Item = (&HuntEntry, &FindingEntry)> {
    let pairs = dossier.findings.iter();
    pairs.filter_map(|finding| Some((dossier.hunts.get(finding.hunt)?, finding)))
}

/// One JSON object for each finding.
///
/// # Errors
/// When the output cannot be written.
pub fn timeline_jsonl(dossier: &Dossier, out: &mut dyn io::Write) -> io::Result<()> {
    for (hunt, finding) in lines(dossier) {
        let raw = |text: String| RawValue::from_string(text).ok();
        let entities = finding.entities.iter().filter_map(|entity| {
            let mut text = String::new();
            entity.json(&mut text);
            raw(text)
        });
        let line = Line {
            time: &finding.time,
            severity: hunt.severity,
            hunt: &hunt.title,
            hunt_id: &hunt.id,
            tactics: &hunt.tactics,
            techniques: &hunt.techniques,
            fingerprint: &finding.fingerprint,
            entities: entities.collect(),
            row: raw(finding.row.clone()),
        };
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// A header and a line for each finding; what has several values is separated by semicolons.
///
/// # Errors
/// When the output cannot be written.
pub fn timeline_csv(dossier: &Dossier, out: &mut dyn io::Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "time",
        "severity",
        "hunt",
        "hunt_id",
        "tactics",
        "techniques",
        "fingerprint",
        "entities",
        "row",
    ])?;
    for (hunt, finding) in lines(dossier) {
        let entities: Vec<&str> = finding
            .entities
            .iter()
            .filter_map(|entity| entity.identifiers.first())
            .map(|(_, value)| value.as_str())
            .collect();
        writer.write_record([
            finding.time.as_deref().unwrap_or_default(),
            hunt.severity,
            &hunt.title,
            &hunt.id,
            &hunt.tactics.join(";"),
            &hunt.techniques.join(";"),
            &finding.fingerprint,
            &entities.join(";"),
            &finding.row,
        ])?;
    }
    writer.flush()
}
