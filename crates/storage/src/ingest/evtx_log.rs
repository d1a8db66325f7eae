//! EVTX: the log files of Windows themselves.

use std::path::Path;

use evtx::{EvtxParser, ParserSettings};

use super::events;
use super::file::{FileRun, Place, Stop};
use super::report::Format;

/// What such files begin with.
pub(super) const MARK: &[u8] = b"ElfFile\0";

/// Reads an EVTX file. Records that are damaged are set aside; the rest of their chunk is read.
pub(super) fn read(path: &Path, run: &mut FileRun<'_>) -> Result<(), Stop> {
    run.format = Some(Format::Evtx);
    let settings = ParserSettings::new().indent(false).num_threads(1);
    let parser = EvtxParser::from_path(path).map_err(|error| Stop::Broken(error.to_string()))?;
    let mut parser = parser.with_configuration(settings);
    for (number, record) in (1..).zip(parser.records()) {
        let place = Place {
            record: number,
            line: number,
            offset: 0,
        };
        match record {
            Ok(record) => events::one(&record.data, place, run)?,
            Err(error) => run.broken(place, &format!("damaged: {error}"), b"")?,
        }
    }
    run.format = Some(Format::Evtx);
    Ok(())
}
