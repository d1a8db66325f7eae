//! Files that a hunt leaves for others.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use quarry_hunting::Report;
use quarry_hunting::export::{Circumstances, Dossier, html, stix, timeline_csv, timeline_jsonl};

use crate::exit::Failure;

/// A file to write; the ending of its name says what goes in.
#[derive(Debug, Clone)]
pub struct Export {
    path: PathBuf,
    kind: Kind,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Html,
    Stix,
    TimelineCsv,
    TimelineJsonl,
}

impl FromStr for Export {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let path = PathBuf::from(text);
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let kind = match ending.as_deref() {
            Some("html" | "htm") => Kind::Html,
            Some("json") => Kind::Stix,
            Some("csv") => Kind::TimelineCsv,
            Some("jsonl" | "ndjson") => Kind::TimelineJsonl,
            _ => return Err("the name must end in .html (report), .json (STIX bundle), .csv or .jsonl (timeline)".to_owned()),
        };
        Ok(Self { path, kind })
    }
}

/// Writes the files.
pub fn write(exports: &[Export], report: &Report<'_>, circumstances: Circumstances<'_>) -> Result<(), Failure> {
    let dossier = Dossier::new(report, circumstances);
    for export in exports {
        one(export, &dossier).map_err(|error| Failure::new(format!("{}: {error}", export.path.display())))?;
        eprintln!("Wrote {}", export.path.display());
    }
    Ok(())
}

/// The file appears whole or not at all.
fn one(export: &Export, dossier: &Dossier) -> Result<(), String> {
    let folder = export
        .path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let unfinished = tempfile::NamedTempFile::new_in(folder).map_err(|error| error.to_string())?;
    fill(export.kind, dossier, unfinished.as_file())?;
    unfinished.persist(&export.path).map_err(|error| error.to_string())?;
    Ok(())
}

fn fill(kind: Kind, dossier: &Dossier, file: &File) -> Result<(), String> {
    let mut out = BufWriter::new(file);
    let written = match kind {
        Kind::Html => out.write_all(html(dossier)?.as_bytes()),
        Kind::Stix => serde_json::to_writer_pretty(&mut out, &stix(dossier)).map_err(std::io::Error::from),
        Kind::TimelineCsv => timeline_csv(dossier, &mut out),
        Kind::TimelineJsonl => timeline_jsonl(dossier, &mut out),
    };
    written.and_then(|()| out.flush()).map_err(|error| error.to_string())
}
