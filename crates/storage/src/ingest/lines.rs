//! Text of lines: CEF and syslog.

use std::io::Read;

use super::deliver;
use super::file::{FileRun, Place, Stop};
use super::parallel::{self, Cut};
use super::records::{Reader, Record};
use super::report::Format;
use super::shapes::{self, looks_like_cef, looks_like_syslog};

/// The kind of lines that text begins with.
pub(super) fn recognise(head: &[u8]) -> Option<Format> {
    let first = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty())?;
    let first = std::str::from_utf8(first.get(..first.len().min(4096))?.trim_ascii()).ok()?;
    of_line(first)
}

fn of_line(line: &str) -> Option<Format> {
    if looks_like_cef(line) {
        Some(Format::Cef)
    } else if looks_like_syslog(line) {
        Some(Format::Syslog)
    } else {
        None
    }
}

/// Reads all lines of a stream. CEF and plain messages of one collector come mixed.
pub(super) fn read(reader: &mut Reader<impl Read>, format: Format, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(format);
    parallel::each(reader, Cut::Lines, run, || one)
}

fn one(record: &Record<'_>, place: Place, run: &mut FileRun<'_>) -> Result<(), Stop> {
    if record.cut {
        return run.too_long(place, record.text);
    }
    let Ok(text) = std::str::from_utf8(record.text) else {
        return run.broken(place, "the line is not UTF-8", record.text);
    };
    let kind = if text.contains("CEF:") && looks_like_cef(text) {
        Format::Cef
    } else {
        Format::Syslog
    };
    match shapes::line(kind, text, run.around) {
        Ok(mapped) => {
            if !deliver::mapped_record(&mapped, place, record.text, run)?
                && let Some(table) = run.recogniser.fixed()
            {
                let raw = || record.text.into();
                run.record(&table, place, text.len(), raw, |rows| deliver::fill(rows, &mapped.fields))?;
            }
            Ok(())
        }
        Err(reason) => run.broken(place, &reason, record.text),
    }
}
