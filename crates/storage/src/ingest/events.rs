//! Windows events as XML: what the event viewer saves and what `wevtutil` prints.

use std::io::Read;

use super::deliver;
use super::file::{FileRun, Place, Stop};
use super::records::Reader;
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
    let mut number = 0;
    while let Some(record) = reader.next_element("Event").map_err(|error| Stop::Broken(error.to_string()))? {
        number += 1;
        let place = Place {
            record: number,
            line: record.line,
            offset: record.offset,
        };
        if record.cut {
            run.broken(place, "the record is longer than 64 MB", record.text)?;
            continue;
        }
        match std::str::from_utf8(record.text) {
            Ok(text) => one(text, place, run)?,
            Err(_) => run.broken(place, "the event is not UTF-8", record.text)?,
        }
    }
    Ok(())
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
