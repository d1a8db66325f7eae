//! CSV as portals and exporters write it: a header, quoted cells, empty for nothing.

use std::io::Read;
use std::sync::Arc;

use super::file::{FileRun, Place, Stop};
use super::recognise::Field;
use super::records::{LONGEST, Reader};
use super::report::Format;
use crate::write::{Cell, TableRows};

/// Whether text begins like a table: a first line of several names, without control characters.
pub(super) fn looks_like_csv(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let printable = line.iter().all(|byte| *byte >= 0x20 || matches!(byte, b'\t' | b'\r'));
    printable
        && std::str::from_utf8(line)
            .is_ok_and(|line| line.contains(delimiter(line.as_bytes()) as char) && line.chars().any(char::is_alphabetic))
}

/// The delimiter that the header has most of.
fn delimiter(line: &[u8]) -> u8 {
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    [b',', b';', b'\t', b'|']
        .into_iter()
        .rev()
        .max_by_key(|byte| count(*byte))
        .unwrap_or(b',')
}

/// Reads all rows of a stream.
pub(super) fn read(mut reader: Reader<impl Read>, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(Format::Csv);
    let head = reader.head(64 << 10).map_err(|error| Stop::Broken(error.to_string()))?;
    let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter(first_line))
        .flexible(true)
        .from_reader(reader.into_rest());
    let header = match table.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(Stop::NotALog(format!("the header cannot be read: {error}"))),
    };
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let type_column = names.iter().position(|name| *name == "Type");
    let by_header = match run.recogniser.fixed() {
        Some(table) => Some(table),
        None => run.recogniser.by_fields(names.iter().map(|name| Field { name, filled: true })),
    };
    let mut record = csv::ByteRecord::new();
    let mut number = 0;
    loop {
        match table.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(error) => return Err(Stop::Broken(error.to_string())),
        }
        number += 1;
        let position = record.position();
        let place = Place {
            record: number,
            line: position.map_or(0, csv::Position::line),
            offset: position.map_or(0, csv::Position::byte),
        };
        let raw = raw_of(&record);
        if raw.len() > LONGEST {
            run.broken(place, "the record is longer than 64 MB", raw.get(..4096).unwrap_or_default())?;
            continue;
        }
        let cells = match cells_of(&record, names.len()) {
            Ok(cells) => cells,
            Err(reason) => {
                run.broken(place, &reason, &raw)?;
                continue;
            }
        };
        let typed = type_column
            .and_then(|at| cells.get(at))
            .and_then(|name| run.recogniser.by_type(name));
        let target: Option<Arc<str>> = match run.recogniser.fixed() {
            Some(table) => Some(table),
            None => typed.or_else(|| by_header.clone()),
        };
        match target {
            Some(target) => run.record(&target, place, &raw, |rows| fill(rows, &names, &cells))?,
            None => run.unknown(place, &raw)?,
        }
    }
}

fn cells_of(record: &csv::ByteRecord, wanted: usize) -> Result<Vec<&str>, String> {
    if record.len() != wanted {
        return Err(format!("{} cells where the header has {wanted}", record.len()));
    }
    let mut cells = Vec::with_capacity(wanted);
    for (at, cell) in record.iter().enumerate() {
        cells.push(std::str::from_utf8(cell).map_err(|_| format!("cell {} is not UTF-8", at + 1))?);
    }
    Ok(cells)
}

fn fill(rows: &mut TableRows, names: &[&str], cells: &[&str]) -> Result<(), String> {
    for (name, cell) in names.iter().zip(cells) {
        let slot = rows.slot(name);
        rows.put(slot, name, Cell::Plain(cell)).map_err(|misfit| misfit.to_string())?;
    }
    Ok(())
}

/// The record as CSV again, for quarantine.
fn raw_of(record: &csv::ByteRecord) -> Vec<u8> {
    let mut raw = Vec::with_capacity(record.as_slice().len() + record.len());
    for (at, cell) in record.iter().enumerate() {
        if at > 0 {
            raw.push(b',');
        }
        if cell.iter().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) {
            raw.push(b'"');
            for byte in cell {
                if *byte == b'"' {
                    raw.push(b'"');
                }
                raw.push(*byte);
            }
            raw.push(b'"');
        } else {
            raw.extend_from_slice(cell);
        }
    }
    raw
}
