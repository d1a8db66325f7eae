//! How findings look.

pub mod exclusions;

use std::io::{self, Write};

use quarry_content::{Document, HuntSeverity};
use quarry_hunting::{Evidence, HuntOutcome, HuntReport, Report, Team};
use quarry_text::render;
use quarry_value::json;

use crate::output::{Format, Paint, Terminal, Times, count, counted, elapsed, evidence, one_line, result_grid};

/// Width of findings where no terminal sets one. They are excerpts: the other formats give every cell whole.
const PLAIN_WIDTH: usize = 160;
/// Hunts named for each cause in the summary.
const NAMED: usize = 3;

/// Writes the report of a run in the format asked for.
pub fn write(report: &Report<'_>, team: &Team, documents: &[Document], format: Format, rows: usize, terminal: &Terminal) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Table => {
            for hunt in &report.hunts {
                findings(&mut out, hunt, rows, terminal)?;
            }
            mistakes(&mut out, report, documents, &terminal.paint)?;
            exclusions::write(&mut out, report, team, &terminal.paint)?;
            summary(&mut out, report, &terminal.paint)?;
        }
        Format::Jsonl => objects(&mut out, report, "", "\n")?,
        Format::Json => {
            out.write_all(b"[")?;
            objects(&mut out, report, "\n  ", ",")?;
            out.write_all(b"\n]\n")?;
        }
        Format::Csv => csv(&mut out, report)?,
    }
    if format != Format::Table {
        // The rows alone must not hide that something did not run.
        let mut err = io::stderr().lock();
        exclusions::write(&mut err, report, team, &Paint::new(terminal.colour_errors))?;
        summary(&mut err, report, &Paint::new(terminal.colour_errors))?;
    }
    out.flush()
}

/// A heading and the first rows of a hunt with findings; nothing for others.
pub fn findings(out: &mut dyn Write, report: &HuntReport<'_>, rows: usize, terminal: &Terminal) -> io::Result<()> {
    let HuntOutcome::Findings(table) = &report.outcome else {
        return Ok(());
    };
    let paint = &terminal.paint;
    let hunt = report.hunt;
    let marks: Vec<&str> = hunt
        .tactics
        .iter()
        .chain(&hunt.techniques)
        .chain(&hunt.tags)
        .take(6)
        .map(String::as_str)
        .collect();
    let label = severity(hunt.severity);
    let painted = match hunt.severity {
        Some(HuntSeverity::High) => paint.red(label),
        Some(HuntSeverity::Medium) => paint.yellow(label),
        _ => paint.cyan(label),
    };
    let padding = " ".repeat(14_usize.saturating_sub(label.len()));
    let title = paint.bold(one_line(hunt.title()));
    let number = counted(table.rows(), "finding", "findings");
    writeln!(
        out,
        " {painted}{padding} {title}  {}  {}",
        paint.dim(one_line(&marks.join(" · "))),
        paint.bold(number)
    )?;
    let most = if rows == 0 { None } else { Some(rows) };
    let width = Some(terminal.width.unwrap_or(PLAIN_WIDTH));
    result_grid(table, most, width, Times::Seconds).write(out, paint, "   ")?;
    for (number, row) in table.iter().take(most.unwrap_or(usize::MAX)).enumerate() {
        if let Some(entries) = row.evidence() {
            writeln!(out, "   {}", paint.bold(format!("Evidence of row {}", count(number + 1))))?;
            evidence::write(&Evidence::read_all(entries), out, width, paint, "     ")?;
        }
    }
    writeln!(out)
}

fn severity(severity: Option<HuntSeverity>) -> &'static str {
    match severity {
        Some(HuntSeverity::High) => "HIGH",
        Some(HuntSeverity::Medium) => "MEDIUM",
        Some(HuntSeverity::Low) => "LOW",
        Some(HuntSeverity::Informational) => "INFORMATIONAL",
        None => "HUNT",
    }
}

/// The diagnostics of queries that are wrong or not supported, with their places, as long as there are few.
fn mistakes(out: &mut dyn Write, report: &Report<'_>, documents: &[Document], paint: &Paint) -> io::Result<()> {
    const MOST: usize = 3;
    let failed = report.hunts.iter().filter_map(|hunt| match &hunt.outcome {
        HuntOutcome::CannotRun(reasons) => Some((hunt.hunt, reasons)),
        _ => None,
    });
    let failed: Vec<_> = failed
        .filter(|(_, reasons)| reasons.iter().any(|reason| reason.diagnostic().is_some()))
        .collect();
    if failed.len() > MOST {
        return Ok(());
    }
    for (hunt, reasons) in failed {
        let Some(document) = documents.iter().find(|document| document.name == hunt.path) else {
            continue;
        };
        let found: Vec<_> = reasons.iter().filter_map(|reason| reason.diagnostic().cloned()).collect();
        writeln!(
            out,
            "{}",
            render::terminal(&document.name, &document.source, &found, paint.is_on()).trim_end()
        )?;
        writeln!(out)?;
    }
    Ok(())
}

/// Counts, and what kept hunts from running.
pub fn summary(out: &mut dyn Write, report: &Report<'_>, paint: &Paint) -> io::Result<()> {
    let totals = report.totals();
    let obstacles = report.obstacles();
    if !obstacles.is_empty() {
        writeln!(
            out,
            "{}",
            paint.yellow(format!("{} could not run:", counted(totals.could_not_run, "hunt", "hunts")))
        )?;
        for (cause, hunts) in obstacles {
            let names: Vec<String> = hunts.iter().take(NAMED).map(|hunt| one_line(hunt.title())).collect();
            let more = if hunts.len() > NAMED {
                format!(" and {} more", count(hunts.len() - NAMED))
            } else {
                String::new()
            };
            writeln!(
                out,
                "  {:>4}  {}  {}",
                count(hunts.len()),
                brief(&cause),
                paint.dim(format!("{}{more}", names.join(", ")))
            )?;
        }
    }
    let parts = [
        format!(
            "{} from {}",
            counted(totals.findings, "finding", "findings"),
            counted(totals.fired, "hunt", "hunts")
        ),
        format!("{} silent", count(totals.silent)),
        format!("{} could not run", count(totals.could_not_run)),
        elapsed(report.elapsed),
    ];
    writeln!(out, "{}", parts.join(" · "))?;
    let (hunts, cost) = report.evidence_cost();
    if hunts > 0 {
        let times = cost.with.as_secs_f64() / cost.without.as_secs_f64().max(f64::EPSILON);
        let line = format!(
            "Evidence of {}: {}, {times:.1} times as long as the {} without it",
            counted(hunts, "hunt", "hunts"),
            elapsed(cost.with),
            elapsed(cost.without)
        );
        writeln!(out, "{}", paint.dim(line))?;
    }
    Ok(())
}

/// The first line of a cause, not longer than a line of the summary.
fn brief(cause: &str) -> String {
    const MOST: usize = 110;
    let line = one_line(cause.lines().next().unwrap_or_default());
    if line.chars().count() <= MOST {
        line
    } else {
        format!("{}…", line.chars().take(MOST).collect::<String>())
    }
}

/// Each finding as an object: which hunt, and the row.
fn objects(out: &mut dyn Write, report: &Report<'_>, before: &str, separator: &str) -> io::Result<()> {
    let mut first = true;
    for hunt in &report.hunts {
        let HuntOutcome::Findings(table) = &hunt.outcome else { continue };
        let mut head = String::from("{\"hunt\":");
        let list = |items: &[String], head: &mut String| {
            head.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    head.push(',');
                }
                json::quote(item, head);
            }
            head.push(']');
        };
        json::quote(&hunt.hunt.name, &mut head);
        head.push_str(",\"id\":");
        json::quote(&hunt.hunt.id, &mut head);
        head.push_str(",\"severity\":");
        match hunt.hunt.severity {
            Some(severity) => json::quote(severity.name(), &mut head),
            None => head.push_str("null"),
        }
        head.push_str(",\"tactics\":");
        list(&hunt.hunt.tactics, &mut head);
        head.push_str(",\"techniques\":");
        list(&hunt.hunt.techniques, &mut head);
        head.push_str(",\"row\":");
        let names = table.distinct_names();
        for row in table.iter() {
            let mut line = String::new();
            if !first && separator != "\n" {
                line.push_str(separator);
            }
            line.push_str(before);
            line.push_str(&head);
            row.object(&names, &mut line);
            if let Some(entries) = row.evidence() {
                line.push_str(",\"evidence\":");
                line.push_str(entries);
            }
            line.push('}');
            if separator == "\n" {
                line.push('\n');
            }
            out.write_all(line.as_bytes())?;
            first = false;
        }
    }
    Ok(())
}

/// Hunts have different columns, so each row is one field of JSON beside the hunt's name.
fn csv(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let traced = report.hunts.iter().any(|hunt| match &hunt.outcome {
        HuntOutcome::Findings(table) => table.evidence.is_some(),
        HuntOutcome::Silent | HuntOutcome::CannotRun(_) => false,
    });
    let mut names = vec!["hunt", "id", "severity", "tactics", "techniques", "row"];
    if traced {
        names.push("evidence");
    }
    writer.write_record(names).map_err(io::Error::from)?;
    for hunt in &report.hunts {
        let HuntOutcome::Findings(table) = &hunt.outcome else { continue };
        let names = table.distinct_names();
        let severity = hunt.hunt.severity.map(HuntSeverity::name).unwrap_or_default();
        for row in table.iter() {
            let mut object = String::new();
            row.object(&names, &mut object);
            let (tactics, techniques) = (hunt.hunt.tactics.join(";"), hunt.hunt.techniques.join(";"));
            let mut fields = vec![hunt.hunt.name.as_str(), &hunt.hunt.id, severity, &tactics, &techniques, &object];
            if traced {
                fields.push(row.evidence().unwrap_or_default());
            }
            writer.write_record(fields).map_err(io::Error::from)?;
        }
    }
    writer.flush()
}
