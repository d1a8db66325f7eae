//! Lists of indicators: one value a line, `#` before what is none.

use std::io::Read;

use super::table;
use crate::ingest::file::{FileRun, Place, Stop};
use crate::ingest::records::Reader;
use crate::ingest::report::Format;

/// Reads every line of a stream.
pub(in crate::ingest) fn read(reader: &mut Reader<impl Read>, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(Format::IndicatorList);
    let mut number = 0;
    while let Some(record) = reader.next_line().map_err(|error| Stop::Broken(error.to_string()))? {
        number += 1;
        let place = Place {
            record: number,
            line: record.line,
            offset: record.offset,
        };
        if record.cut {
            run.too_long(place, record.text)?;
            continue;
        }
        let Ok(line) = std::str::from_utf8(record.text) else {
            run.broken(place, "the line is not UTF-8", record.text)?;
            continue;
        };
        // What follows a blank and `#` is a remark, as in `198.51.100.7 # seen in May`.
        let value = line.split_once(" #").map_or(line, |(value, _)| value).trim();
        if value.is_empty() || value.starts_with(['#', ';']) || value.starts_with("//") {
            continue;
        }
        match table::bare(value, &run.intel) {
            Ok(object) => {
                super::deliver(&object, place, record.text, run)?;
            }
            Err(reason) => run.broken(place, &reason, record.text)?,
        }
    }
    Ok(())
}
