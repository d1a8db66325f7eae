//! `quarry check`

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use quarry_content::Document;
use quarry_hunting::{Functions, KnownTables, check_hunt};
use quarry_text::render::{self, SarifFile};
use quarry_text::{Diagnostic, Severity};
use serde_json::json;

use crate::exit::{Exit, Outcome};
use crate::output::{Paint, Terminal, counted, elapsed};

/// Check hunting content: fields, KQL, names and types
///
/// Reads every file, parses its query and binds it against the known tables, without data. Every remark has a code and a place.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  quarry check hunts/                        everything below a folder
  quarry check rule.yaml --format json       for programs; sarif for code-scanning services
  quarry check hunts/ --quiet                errors only

Exit code: 0 without errors (warnings are allowed), 1 with errors.")]
pub struct Args {
    /// Files and folders: Sentinel YAML, pages, .kql
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Folder or file with parsers and functions that the content calls (repeatable)
    #[arg(long, value_name = "PATH")]
    functions: Vec<PathBuf>,
    /// Form of the report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: ReportFormat,
    /// Report errors only
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Table,
    /// One object a file
    Json,
    /// One object a remark
    Jsonl,
    /// Static Analysis Results Interchange Format 2.1.0
    Sarif,
}

pub fn run(args: &Args, terminal: &Terminal) -> Outcome {
    let start = Instant::now();
    let mut documents = quarry_content::load_paths(&args.paths);
    let mut known = documents.clone();
    known.extend(quarry_content::load_paths(&args.functions));
    let catalog = KnownTables::new(Functions::of(&known));
    for document in &mut documents {
        let found: Vec<Diagnostic> = document
            .hunts
            .iter()
            .flat_map(|hunt| check_hunt(hunt, &catalog).diagnostics)
            .collect();
        document.diagnostics.extend(found);
        if args.quiet {
            document.diagnostics.retain(Diagnostic::is_error);
        }
        document.diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.format {
        ReportFormat::Table => people(&mut out, &documents, &terminal.paint)?,
        ReportFormat::Json => {
            let files: Vec<_> = documents.iter().map(object).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&files).unwrap_or_default())?;
        }
        ReportFormat::Jsonl => {
            for document in &documents {
                for remark in render::json(&document.source, &document.diagnostics)
                    .as_array()
                    .into_iter()
                    .flatten()
                {
                    let mut remark = remark.clone();
                    if let Some(fields) = remark.as_object_mut() {
                        fields.insert("file".to_owned(), json!(document.name));
                    }
                    writeln!(out, "{remark}")?;
                }
            }
        }
        ReportFormat::Sarif => {
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
            let log = render::sarif(env!("CARGO_PKG_VERSION"), &files);
            writeln!(out, "{}", serde_json::to_string_pretty(&log).unwrap_or_default())?;
        }
    }
    let errors = count(&documents, Severity::Error);
    if args.format == ReportFormat::Table {
        let totals = [
            counted(documents.len(), "file", "files"),
            counted(documents.iter().map(|document| document.hunts.len()).sum(), "hunt", "hunts"),
            counted(errors, "error", "errors"),
            counted(count(&documents, Severity::Warning), "warning", "warnings"),
            elapsed(start.elapsed()),
        ];
        writeln!(out, "{}", totals.join(" · "))?;
    }
    out.flush()?;
    Ok(if errors > 0 { Exit::Found } else { Exit::Clean })
}

fn count(documents: &[Document], severity: Severity) -> usize {
    documents
        .iter()
        .flat_map(|document| &document.diagnostics)
        .filter(|diagnostic| diagnostic.severity == severity)
        .count()
}

fn people(out: &mut dyn Write, documents: &[Document], paint: &Paint) -> std::io::Result<()> {
    for document in documents.iter().filter(|document| !document.diagnostics.is_empty()) {
        write!(
            out,
            "{}",
            render::terminal(&document.name, &document.source, &document.diagnostics, paint.is_on())
        )?;
    }
    Ok(())
}

fn object(document: &Document) -> serde_json::Value {
    let hunts: Vec<_> = document
        .hunts
        .iter()
        .map(|hunt| json!({ "id": hunt.id, "name": hunt.name, "kind": hunt.kind.name(), "tactics": hunt.tactics, "techniques": hunt.techniques }))
        .collect();
    json!({ "file": document.name, "hunts": hunts, "diagnostics": render::json(&document.source, &document.diagnostics) })
}
