//! Findings against what was planted.

use std::io::{self, Write};

use quarry_hunting::Report;
use quarry_simulator::{FalseAlarm, Verdict};

use crate::output::{Paint, count, counted, one_line};

/// Writes what was found, what was missed and why, and which alarms were false.
pub fn write(out: &mut dyn Write, verdict: &Verdict, report: &Report<'_>, paint: &Paint) -> io::Result<()> {
    let planted = verdict.found.len() + verdict.missed.len();
    let score = format!("Planted intrusions found: {} of {planted}", verdict.found.len());
    writeln!(
        out,
        "{}",
        if verdict.missed.is_empty() {
            paint.green(score)
        } else {
            paint.bold(score)
        }
    )?;
    for one in &verdict.found {
        writeln!(
            out,
            "  {} {:<28} {}",
            paint.green("found "),
            one_line(&one.account),
            paint.dim(one.story)
        )?;
    }
    for one in &verdict.missed {
        let why = if one.why_missed.is_empty() {
            "no hunt reported it"
        } else {
            one.why_missed
        };
        writeln!(
            out,
            "  {} {:<28} {}",
            paint.red("missed"),
            one_line(&one.account),
            paint.dim(format!("{} ({why})", one.story))
        )?;
    }
    let rows: usize = verdict.false_alarms.iter().map(|alarm| alarm.rows).sum();
    if verdict.false_alarms.is_empty() {
        return writeln!(out, "False alarms: none");
    }
    writeln!(
        out,
        "{}",
        paint.bold(format!(
            "False alarms: {} ({})",
            count(verdict.false_alarms.len()),
            counted(rows, "row", "rows")
        ))
    )?;
    for alarm in &verdict.false_alarms {
        let hunt = report
            .hunts
            .iter()
            .find(|one| one.hunt.id == alarm.hunt)
            .map_or("", |one| one.hunt.title());
        writeln!(
            out,
            "  {} {:<28} {}",
            paint.yellow("alarm "),
            one_line(&alarm.entity),
            paint.dim(format!("{} ({})", reason(alarm), one_line(hunt)))
        )?;
    }
    Ok(())
}

/// Precision and recall on what was planted, on one line.
pub fn score(out: &mut dyn Write, label: &str, verdict: &Verdict, findings: usize) -> io::Result<()> {
    let false_rows: usize = verdict.false_alarms.iter().map(|alarm| alarm.rows).sum();
    let planted = verdict.found.len() + verdict.missed.len();
    writeln!(
        out,
        "  {label:<20} precision {} ({} of {} findings), recall {} ({} of {planted} intrusions)",
        percent(findings.saturating_sub(false_rows), findings),
        count(findings.saturating_sub(false_rows)),
        count(findings),
        percent(verdict.found.len(), planted),
        verdict.found.len(),
    )
}

fn percent(part: usize, whole: usize) -> String {
    match part.saturating_mul(1000).checked_div(whole) {
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
        None => "–".to_owned(),
    }
}

fn reason(alarm: &FalseAlarm) -> &str {
    alarm
        .look_alike
        .as_ref()
        .map_or("nothing that was planted explains it", |look_alike| look_alike.story)
}
