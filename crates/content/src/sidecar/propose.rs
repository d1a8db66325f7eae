//! The innocent causes that a page tells of, as exclusions that do nothing until somebody completes them.

use std::fmt::Write as _;

use crate::model::Hunt;

/// A sidecar for a hunt with one proposal for each of its scenarios. `known` are scenarios that exclusions exist for.
#[must_use]
pub fn propose(hunt: &Hunt, known: &[&str]) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(out, "# {}", one_line(hunt.title()));
    let _ = writeln!(
        out,
        "# Proposals from the page's false-positive scenarios. None of them hides anything until somebody fills in `where`,"
    );
    let _ = writeln!(out, "# `owner` and `expires`, and changes `status` to `reviewed`.");
    let _ = writeln!(out, "hunt: {}", quoted(&hunt.id));
    let _ = writeln!(out, "exclusions:");
    let mut ids: Vec<String> = Vec::new();
    for scenario in &hunt.scenarios {
        if known.contains(&scenario.name.as_str()) {
            continue;
        }
        let mut id = slug(&scenario.name);
        if ids.contains(&id) {
            id = format!("{id}-{}", ids.len() + 1);
        }
        let _ = writeln!(out, "  - id: {id}");
        let _ = writeln!(out, "    status: proposed");
        let _ = writeln!(out, "    scenario: {}", quoted(&scenario.name));
        let _ = writeln!(out, "    reason: {}", quoted(&scenario.description));
        let _ = writeln!(out, "    suggestion: {}", quoted(&scenario.exclusion));
        if let Some(table) = only_table(hunt) {
            let _ = writeln!(out, "    table: {table}");
        }
        let _ = writeln!(out, "    where: \"\"");
        let _ = writeln!(out, "    owner: \"\"");
        let _ = writeln!(out, "    ticket: \"\"");
        let _ = writeln!(out, "    expires: \"\"");
        ids.push(id);
    }
    if ids.is_empty() {
        let _ = writeln!(out, "  []");
    }
    out
}

fn only_table(hunt: &Hunt) -> Option<&str> {
    let mut tables = hunt.connectors.iter().flat_map(|connector| &connector.data_types);
    tables.next().filter(|_| tables.next().is_none()).map(String::as_str)
}

/// The first words of a name, as an id.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(6).map(str::to_lowercase).collect();
    if words.is_empty() { "scenario".to_owned() } else { words.join("-") }
}

/// A text as a YAML scalar on one line.
fn quoted(text: &str) -> String {
    // JSON strings are YAML.
    serde_json::Value::String(one_line(text)).to_string()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
