//! Hunts by what keeps them from running.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quarry_content::Hunt;
use quarry_hunting::{Obstacle, Readiness};
use quarry_schema::catalogue;

use super::days;
use crate::output::{Terminal, count, counted, one_line};

/// Lines of one kind that are shown.
const SHOWN: usize = 12;

/// A cause and the hunts that it keeps.
#[derive(Default)]
struct Group<'a> {
    hunts: Vec<&'a Hunt>,
    /// How many of them nothing else keeps.
    alone: usize,
}

/// Writes the summary.
pub fn write(out: &mut dyn Write, reports: &[Readiness<'_>], terminal: &Terminal) -> io::Result<()> {
    let paint = &terminal.paint;
    let ready = reports.iter().filter(|report| report.is_ready()).count();
    let mut tables: Vec<&str> = reports
        .iter()
        .filter(|report| report.is_ready())
        .flat_map(|report| report.tables.iter().map(String::as_str))
        .collect();
    tables.sort_unstable();
    tables.dedup();
    let shown = tables.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = if tables.len() > SHOWN {
        format!(" and {} more", tables.len() - SHOWN)
    } else {
        String::new()
    };
    line(out, &paint.green(format!("{:<13}", "can run")), ready, &format!("{shown}{more}"))?;
    for kind in ["no data", "stale", "too short", "never filled", "cannot"] {
        let groups = grouped(reports, kind);
        for (cause, group) in groups.iter().take(SHOWN) {
            let mut text = cause.clone();
            if kind == "no data" {
                text = format!("{cause}{}", enabler(cause, group));
            }
            line(out, &paint.yellow(format!("{kind:<13}")), group.hunts.len(), &text)?;
        }
        if let Some(rest) = groups.get(SHOWN..).filter(|rest| !rest.is_empty()) {
            let hunts: usize = rest.iter().map(|(_, group)| group.hunts.len()).sum();
            let text = format!("{} (--each names them)", counted(rest.len(), "further cause", "further causes"));
            line(out, &paint.yellow(format!("{kind:<13}")), hunts, &text)?;
        }
    }
    writeln!(
        out,
        "{}",
        paint.dim(format!("{} · {} can run", counted(reports.len(), "hunt", "hunts"), count(ready)))
    )
}

fn line(out: &mut dyn Write, kind: &str, hunts: usize, text: &str) -> io::Result<()> {
    writeln!(out, "  {kind} {:>5}   {}", count(hunts), one_line(text))
}

/// The causes of a kind, those that keep most hunts first.
fn grouped<'a>(reports: &'a [Readiness<'a>], kind: &str) -> Vec<(String, Group<'a>)> {
    let mut groups: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for report in reports {
        for obstacle in &report.obstacles {
            let (of_kind, cause) = cause(obstacle);
            if of_kind != kind {
                continue;
            }
            let group = groups.entry(cause).or_default();
            if group.hunts.last().is_none_or(|last| !std::ptr::eq(*last, report.hunt)) {
                group.hunts.push(report.hunt);
                group.alone += usize::from(report.obstacles.len() == 1);
            }
        }
    }
    let mut groups: Vec<(String, Group<'a>)> = groups.into_iter().collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.hunts.len()));
    groups
}

/// What an obstacle is, and what hunts with the same one share.
fn cause(obstacle: &Obstacle) -> (&'static str, String) {
    match obstacle {
        Obstacle::NoTable { table } | Obstacle::Empty { table } => ("no data", table.clone()),
        Obstacle::Stale { table, latest, .. } => ("stale", format!("{table}: nothing newer than {}", super::time(*latest))),
        Obstacle::TooShort { table, holds, .. } => ("too short", format!("{table}: the lake reaches back {}", days(*holds))),
        Obstacle::Unfilled { table, columns } => ("never filled", format!("{table}: {}", columns.join(", "))),
        Obstacle::Query(diagnostic) => {
            let help = diagnostic.help.as_deref().map(|help| format!(": {help}")).unwrap_or_default();
            ("cannot", format!("{}{help}", diagnostic.message))
        }
        Obstacle::NotRunnable(reason) => ("cannot", (*reason).to_owned()),
    }
}

/// What would bring the table, and how many hunts that would enable.
fn enabler(table: &str, group: &Group<'_>) -> String {
    let connectors = connectors(table, &group.hunts);
    let from = match connectors.as_slice() {
        [] => String::new(),
        some => format!(" (connector {})", some.join(" or ")),
    };
    let enables = if group.alone == group.hunts.len() {
        String::new()
    } else if group.alone == 0 {
        " (all of them need more)".to_owned()
    } else {
        format!(" ({} of them need nothing else)", count(group.alone))
    };
    format!("{from}: `quarry ingest EXPORT --table {table}`{enables}")
}

/// The connectors that fill a table: those that the hunts ask for, else those that are known.
pub fn connectors(table: &str, hunts: &[&Hunt]) -> Vec<String> {
    const MOST: usize = 2;
    let known: Vec<&catalogue::Connector> = catalogue::connectors_of(table).filter(|connector| !connector.deprecated).collect();
    let asked = |id: &str| hunts.iter().any(|hunt| hunt.connectors.iter().any(|connector| connector.id == id));
    let mut names: Vec<String> = known
        .iter()
        .filter(|connector| asked(connector.id))
        .map(|connector| connector.id.to_owned())
        .collect();
    if names.is_empty() {
        names = known.iter().map(|connector| connector.id.to_owned()).collect();
    }
    names.truncate(MOST);
    names
}
