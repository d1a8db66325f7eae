//! From the content of a file to the reader of its kind.

use std::io::Read;

use super::file::{FileRun, Stop};
use super::records::Reader;
use super::report::Format;
use super::source::Source;
use super::{csv, decode, events, evtx_log, intel, json, lines, parquet};

/// Reads a file of whatever kind.
pub(super) fn read(content: decode::Content, source: &Source, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let stream = match &content.kind {
        decode::Kind::Parquet(copy) => {
            let path = copy.as_ref().map_or(source.path.as_path(), |copy| copy.path());
            return parquet::read(path, run);
        }
        decode::Kind::Evtx(copy) => {
            let path = copy.as_ref().map_or(source.path.as_path(), |copy| copy.path());
            return evtx_log::read(path, run);
        }
        decode::Kind::Text(_) => content.kind,
    };
    match stream {
        decode::Kind::Text(stream) => text(stream, run),
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
        json::read(&mut reader, run)
    } else if events::looks_like_xml(head) {
        events::read_xml(&mut reader, run)
    } else if let Some(format) = lines::recognise(head).filter(|_| wanted.is_none()) {
        lines::read(&mut reader, format, run)
    } else if csv::looks_like_csv(head) {
        csv::read(reader, run)
    } else {
        Err(Stop::NotALog("neither JSON, CSV, XML, syslog, EVTX nor Parquet".to_owned()))
    }
}
