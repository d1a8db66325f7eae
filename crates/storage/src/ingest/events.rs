//! Windows events as XML: what the event viewer saves and what `wevtutil` prints.

use std::io::Read;

use super::deliver;
use super::file::{FileRun, Place, Stop};
use super::parallel::{self, Cut};
use super::records::{Reader, Record};
use super::report::Format;
use super::shapes::windows;

/// Whether text begins like XML that holds events.
pub(super) fn looks_like_xml(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    head.first() == Some(&b'<') && memchr::memmem::find(head, b"<Event").is_some()
}

/// Reads every `<Event>` of a stream.
pub(super) fn read_xml(reader: &mut Reader<impl Read>, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(Format::WindowsEvents);
    parallel::each(reader, Cut::Elements("Event"), run, || element)
}

fn element(record: &Record<'_>, place: Place, run: &mut FileRun<'_>) -> Result<(), Stop> {
    if record.cut {
        return run.too_long(place, record.text);
    }
    match std::str::from_utf8(record.text) {
        Ok(text) => one(text, place, run),
        Err(_) => run.broken(place, "the event is not UTF-8", record.text),
    }
}

/// Delivers one event.
pub(super) fn one(text: &str, place: Place, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let raw = text.as_bytes();
    match windows::parse_xml(text) {
        Ok(fields) => {
            let mapped = windows::routed(fields);
            if !deliver::mapped_record(&mapped, place, raw, run)?
                && let Some(table) = run.recogniser.fixed()
            {
                run.record(&table, place, raw.len(), || raw.into(), |rows| deliver::fill(rows, &mapped.fields))?;
            }
            Ok(())
        }
        Err(reason) => run.broken(place, &reason, raw),
    }
}
