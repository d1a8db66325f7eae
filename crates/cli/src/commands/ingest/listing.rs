//! What became of each file.

use std::io::{self, Write};

use quarry_storage::{FileOutcome, FileReport, IngestReport};

use crate::output::{Grid, Terminal, count, counted, one_line};

/// Files listed of a large ingest, unless all are asked for.
const MOST_FILES: usize = 20;
/// Records shown of those set aside.
const MOST_EXAMPLES: usize = 5;

/// Writes a line for each file, problems first when there are too many, and the records set aside.
pub fn write(out: &mut dyn Write, report: &IngestReport, all: bool, terminal: &Terminal) -> io::Result<()> {
    let most = if all { usize::MAX } else { MOST_FILES };
    let mut files: Vec<&FileReport> = report.files.iter().collect();
    if files.len() > most {
        files.sort_by_key(|file| rank(&file.outcome));
    }
    let mut grid = Grid::new(["File", "Kind", "Outcome"], terminal.width);
    for file in files.iter().take(most) {
        let kind = file.format.map(|format| format.to_string()).unwrap_or_default();
        grid.push([shortened(&file.path), kind, outcome(file)]);
    }
    if !files.is_empty() {
        grid.write(out, &terminal.paint, "  ")?;
    }
    if files.len() > most {
        writeln!(
            out,
            "  {}",
            terminal
                .paint
                .dim(format!("…{} more (--verbose lists all)", count(files.len() - most)))
        )?;
    }
    if !report.keyless.is_empty() {
        let tables = report.keyless.join(", ");
        let note = format!("No key tells the records of {tables} apart: all were kept (--dedup-key names one)");
        writeln!(out, "{}", terminal.paint.yellow(note))?;
    }
    if report.in_part() > 0 {
        let number = usize::try_from(report.in_part()).unwrap_or(usize::MAX);
        let note = format!(
            "{} for more than values: what cannot be looked up is in the column Pattern alone",
            counted(number, "indicator asks", "indicators ask")
        );
        writeln!(out, "{}", terminal.paint.yellow(note))?;
    }
    set_aside(out, report, terminal)
}

fn rank(outcome: &FileOutcome) -> u8 {
    match outcome {
        FileOutcome::Failed(_) => 0,
        FileOutcome::NotALog(_) => 1,
        FileOutcome::Ingested => 2,
        FileOutcome::AlreadyIn | FileOutcome::Copy(_) => 3,
    }
}

fn outcome(file: &FileReport) -> String {
    match &file.outcome {
        FileOutcome::Ingested => {
            let parts = file.rows.iter().map(|(table, rows)| format!("{table} {}", number(*rows)));
            let duplicates = (file.duplicates > 0).then(|| format!("{} left out as duplicates", number(file.duplicates)));
            let parts: Vec<String> = parts.chain(duplicates).collect();
            if parts.is_empty() {
                "no records".to_owned()
            } else {
                parts.join(" · ")
            }
        }
        FileOutcome::AlreadyIn => "in already".to_owned(),
        FileOutcome::Copy(first) => format!("copy of {}", shortened(first)),
        FileOutcome::NotALog(reason) => format!("skipped: {reason}"),
        FileOutcome::Failed(reason) => format!("failed: {reason}"),
    }
}

fn set_aside(out: &mut dyn Write, report: &IngestReport, terminal: &Terminal) -> io::Result<()> {
    let number = usize::try_from(report.set_aside()).unwrap_or(usize::MAX);
    if number == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "{}",
        terminal.paint.yellow(format!(
            "{} set aside (quarry query _quarantine):",
            counted(number, "record", "records")
        ))
    )?;
    let examples = report
        .files
        .iter()
        .flat_map(|file| file.examples.iter().map(move |example| (file, example)));
    for (file, example) in examples.take(MOST_EXAMPLES) {
        writeln!(
            out,
            "  {}:{} {}",
            one_line(&shortened(&file.path)),
            example.line,
            one_line(&example.reason)
        )?;
    }
    Ok(())
}

fn number(rows: u64) -> String {
    count(usize::try_from(rows).unwrap_or(usize::MAX))
}

/// The end of a long path: its beginning is the same for all.
fn shortened(path: &str) -> String {
    const MOST: usize = 60;
    let characters = path.chars().count();
    if characters <= MOST {
        path.to_owned()
    } else {
        format!("…{}", path.chars().skip(characters - MOST + 1).collect::<String>())
    }
}
