//! From the content of a file to the reader of its kind.

use std::io::Read;

use tempfile::NamedTempFile;

use super::file::{FileRun, Stop, not_of};
use super::records::Reader;
use super::report::Format;
use super::source::Source;
use super::{csv, decode, events, evtx_log, intel, json, lines, parquet};

/// Reads a file of whatever kind, or of the kind that the user names.
pub(super) fn read(content: decode::Content, source: &Source, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let on_disk = |copy: &Option<NamedTempFile>| copy.as_ref().map_or_else(|| source.path.clone(), |copy| copy.path().to_owned());
    match content.kind {
        decode::Kind::Parquet(copy) => {
            expect(run, &[Format::Parquet])?;
            parquet::read(&on_disk(&copy), run)
        }
        decode::Kind::Evtx(copy) => {
            expect(run, &[Format::Evtx])?;
            evtx_log::read(&on_disk(&copy), run)
        }
        decode::Kind::Text(stream) => text(stream, run),
    }
}

/// Goes on where the user names none or one of these formats, or one that is told by single records: those may be in files of every kind.
fn expect(run: &FileRun<'_>, formats: &[Format]) -> Result<(), Stop> {
    match run.wanted {
        Some(wanted) if !wanted.is_of_records() && !formats.contains(&wanted) => Err(Stop::NotALog(not_of(wanted))),
        _ => Ok(()),
    }
}

/// Reads a text of whatever kind.
fn text(stream: impl Read, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let mut reader = Reader::new(stream);
    let broken = |error: std::io::Error| Stop::Broken(error.to_string());
    let head = reader.head(64 << 10).map_err(broken)?;
    if head.get(257..262) == Some(b"ustar") {
        return Err(Stop::Broken("a tar archive; unpack it first".to_owned()));
    }
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if csv::is_preface(first) || json::is_heading(first) {
        reader.next_line().map_err(broken)?;
    }
    let head = reader.head(64 << 10).map_err(broken)?;
    if head.trim_ascii().is_empty() {
        return Err(Stop::NotALog("it is empty".to_owned()));
    }
    let wanted = run.wanted;
    let asked = |format: Format| wanted == Some(format);
    if let Some(format @ (Format::Cef | Format::Syslog)) = wanted {
        lines::read(&mut reader, format, run)
    } else if asked(Format::Csv) || asked(Format::IndicatorTable) {
        csv::read(reader, run)
    } else if asked(Format::IndicatorList) || (run.intel.expected && intel::looks_like_list(head, &run.intel)) {
        intel::list::read(&mut reader, run)
    } else if json::looks_like_json(head) {
        expect(run, &[Format::Json, Format::JsonLines, Format::QueryResult])?;
        json::read(&mut reader, run)
    } else if events::looks_like_xml(head) {
        expect(run, &[])?;
        events::read_xml(&mut reader, run)
    } else if let Some(format) = lines::recognise(head).filter(|_| wanted.is_none()) {
        lines::read(&mut reader, format, run)
    } else if csv::looks_like_csv(head) {
        expect(run, &[])?;
        csv::read(reader, run)
    } else {
        let reason = wanted.map(not_of);
        Err(Stop::NotALog(
            reason.unwrap_or_else(|| "neither JSON, CSV, XML, syslog, EVTX nor Parquet".to_owned()),
        ))
    }
}
