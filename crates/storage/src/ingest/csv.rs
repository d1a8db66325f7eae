//! CSV as portals and exporters write it: a header, quoted cells, empty for nothing.

use std::cell::Cell as StdCell;
use std::io::{self, Read};
use std::rc::Rc;
use std::sync::Arc;

use super::deliver;
use super::fields::{Fields, Scope, Value};
use super::file::{FileRun, Place, Stop, not_of};
use super::intel;
use super::recognise::Field;
use super::records::{LONGEST, Reader};
use super::report::Format;
use crate::write::{Cell, TableRows};

/// Bytes that a record may take up, and what is read ahead of it.
const MOST: usize = LONGEST + (1 << 20);

/// Whether text begins like a table: a first line of several names, without control characters.
pub(super) fn looks_like_csv(head: &[u8]) -> bool {
    let line = first_line(head);
    let printable = line.iter().all(|byte| *byte >= 0x20 || *byte == b'\t');
    printable
        && std::str::from_utf8(line)
            .is_ok_and(|line| line.contains(delimiter(line.as_bytes()) as char) && line.chars().any(char::is_alphabetic))
}

/// A line above the header: the type of the objects as PowerShell writes it, the delimiter as Excel wants it.
pub(super) fn is_preface(line: &[u8]) -> bool {
    line.starts_with(b"#TYPE ") || (line.starts_with(b"sep=") && line.trim_ascii_end().len() == b"sep=,".len())
}

/// The first line, whichever way lines end: also by a carriage return alone.
fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default()
}

/// The delimiter that the header has most of.
pub(super) fn delimiter(line: &[u8]) -> u8 {
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
    let first_line = first_line(head);
    let delimiter = delimiter(first_line);
    // Where a line ends with two characters, a row is said to begin at the second.
    let second = u64::from(head.get(first_line.len()..).is_some_and(|rest| rest.starts_with(b"\r\n")));
    let (offset_before, lines_before) = (reader.offset(), reader.line() - 1);
    let allowance = Rc::new(StdCell::new(MOST));
    let rest = Allowed {
        inner: reader.into_rest(),
        allowance: Rc::clone(&allowance),
    };
    let mut table = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(rest);
    let header = match table.headers() {
        Ok(header) => header.clone(),
        Err(error) => return Err(Stop::NotALog(format!("the header cannot be read: {error}"))),
    };
    run.header = String::from_utf8(raw_of(header.as_byte_record())).ok();
    let names: Vec<&str> = header.iter().map(str::trim).collect();
    let shape = run.shape(|| names.iter().copied());
    let indicators = intel::Layout::of(&names, &run.intel).filter(|_| run.recogniser.fixed().is_none_or(|table| intel::takes(&table)));
    if indicators.is_some() {
        run.format = Some(Format::IndicatorTable);
    }
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
            Ok(false) if number == 0 && by_header.is_none() && type_column.is_none() && shape.is_none() && indicators.is_none() => {
                let reason = run.wanted.filter(|wanted| wanted.is_of_records()).map(not_of);
                return Err(Stop::NotALog(reason.unwrap_or_else(|| "not a log we recognise".to_owned())));
            }
            Ok(false) => return Ok(()),
            Err(error) => return Err(Stop::Broken(error.to_string())),
        }
        number += 1;
        let position = record.position();
        let place = Place {
            record: number,
            line: position.map_or(0, csv::Position::line) + lines_before + second,
            offset: position.map_or(0, csv::Position::byte) + offset_before + second,
        };
        allowance.set(MOST);
        let cells = match cells_of(&record, names.len()) {
            Ok(cells) => cells,
            Err(reason) => {
                run.broken(place, &reason, &raw_of(&record))?;
                continue;
            }
        };
        if let Some(layout) = &indicators {
            match layout.indicator(&cells, &run.intel) {
                Ok(object) => {
                    intel::deliver(&object, place, &raw_of(&record), run)?;
                }
                Err(reason) => run.broken(place, &reason, &raw_of(&record))?,
            }
            continue;
        }
        let fixed = run.recogniser.fixed();
        let typed = match &fixed {
            Some(_) => None,
            None => type_column
                .and_then(|at| cells.get(at))
                .and_then(|name| run.recogniser.by_type(name)),
        };
        // A row that names its table is no record of another shape.
        if let Some(shape) = shape.filter(|_| typed.is_none()) {
            let mut fields = Fields::default();
            for (name, cell) in names.iter().zip(&cells) {
                fields.add(Scope::Own, *name, Value::Plain((*cell).into()));
            }
            if deliver::by_shape(shape, fields, place, &raw_of(&record), run)? {
                continue;
            }
        }
        // A result of several tables has the columns of all: what a row has filled tells which it is from.
        let target: Option<Arc<str>> = fixed.or(typed).or_else(|| by_header.clone()).or_else(|| {
            let fields = names.iter().zip(&cells);
            run.recogniser.by_fields(fields.map(|(name, cell)| Field {
                name,
                filled: !cell.is_empty(),
            }))
        });
        match target {
            Some(target) => {
                let raw = || raw_of(&record).into();
                run.record(&target, place, record.as_slice().len(), raw, |rows| fill(rows, &names, &cells))?;
            }
            None => run.unknown(place, &raw_of(&record))?,
        }
    }
}

/// Gives out so many bytes between two records: a quote that never closes must not fill the memory.
struct Allowed<R> {
    inner: R,
    allowance: Rc<StdCell<usize>>,
}

impl<R: Read> Read for Allowed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.allowance.get();
        if left == 0 {
            return Err(io::Error::other(
                "a record is longer than 64 MB, most likely by a quote that is never closed",
            ));
        }
        let most = buffer.len().min(left);
        let read = self.inner.read(buffer.get_mut(..most).unwrap_or_default())?;
        self.allowance.set(left - read);
        Ok(read)
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
