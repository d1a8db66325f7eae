//! The report of a check.

use std::io::{self, Write};
use std::time::Duration;

use quarry_content::Document;
use quarry_text::render::{self, SarifFile};
use serde_json::json;

use super::{ReportFormat, Totals};
use crate::output::{Paint, count, counted, elapsed};

/// Writes every remark in the format asked for.
pub fn write(out: &mut dyn Write, documents: &[Document], format: ReportFormat, paint: &Paint) -> io::Result<()> {
    match format {
        ReportFormat::Table => people(out, documents, paint),
        ReportFormat::Json => {
            let files: Vec<_> = documents.iter().map(object).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&files).unwrap_or_default())
        }
        ReportFormat::Jsonl => remarks(out, documents),
        ReportFormat::Sarif => sarif(out, documents),
    }
}

/// Remarks on one file that people are shown; a file with more is something else than content, or needs a program to read about it.
const MOST: usize = 200;

fn people(out: &mut dyn Write, documents: &[Document], paint: &Paint) -> io::Result<()> {
    for document in documents.iter().filter(|document| !document.diagnostics.is_empty()) {
        let all = &document.diagnostics;
        let shown = all.get(..MOST).unwrap_or(all);
        write!(out, "{}", render::terminal(&document.name, &document.source, shown, paint.is_on()))?;
        if all.len() > shown.len() {
            let more = counted(all.len() - shown.len(), "more remark", "more remarks");
            writeln!(out, "{} on {}: `--format jsonl` lists all\n", paint.bold(more), document.name)?;
        }
    }
    Ok(())
}

fn remarks(out: &mut dyn Write, documents: &[Document]) -> io::Result<()> {
    for document in documents {
        let rendered = render::json(&document.source, &document.diagnostics);
        for remark in rendered.as_array().into_iter().flatten() {
            let mut remark = remark.clone();
            if let Some(fields) = remark.as_object_mut() {
                fields.insert("file".to_owned(), json!(document.name));
            }
            writeln!(out, "{remark}")?;
        }
    }
    Ok(())
}

fn sarif(out: &mut dyn Write, documents: &[Document]) -> io::Result<()> {
    let names: Vec<String> = documents.iter().map(|document| document.name.replace('\\', "/")).collect();
    let files: Vec<SarifFile<'_>> = documents
        .iter()
        .zip(&names)
        .map(|(document, uri)| SarifFile {
            uri,
            source: &document.source,
            diagnostics: &document.diagnostics,
        })
        .collect();
    let log = render::sarif(env!("CARGO_PKG_VERSION"), &files, &quarry_lint::rule);
    writeln!(out, "{}", serde_json::to_string_pretty(&log).unwrap_or_default())
}

fn object(document: &Document) -> serde_json::Value {
    let hunts: Vec<_> = document
        .hunts
        .iter()
        .map(|hunt| json!({ "id": hunt.id, "name": hunt.name, "kind": hunt.kind.name(), "tactics": hunt.tactics, "techniques": hunt.techniques }))
        .collect();
    json!({ "file": document.name, "hunts": hunts, "diagnostics": render::json(&document.source, &document.diagnostics) })
}

/// The last line.
pub fn summary(out: &mut dyn Write, documents: &[Document], totals: &Totals, time: Duration) -> io::Result<()> {
    let mut parts = vec![
        counted(documents.len(), "file", "files"),
        counted(documents.iter().map(|document| document.hunts.len()).sum(), "hunt", "hunts"),
        counted(totals.errors, "error", "errors"),
        counted(totals.warnings, "warning", "warnings"),
    ];
    let further = [
        (totals.fixed, "corrected"),
        (totals.known, "known"),
        (totals.suppressed, "allowed"),
        (totals.unreported, "more below --level"),
    ];
    parts.extend(
        further
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{} {what}", count(number))),
    );
    parts.push(elapsed(time));
    writeln!(out, "{}", parts.join(" · "))
}
