//! Text whose records are its lines, or that is one record as a whole.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};

use super::DataFormat;
use super::request::{ReadRequest, Source};
use super::rows::Rows;

pub(super) fn read(mut text: Box<dyn Read + Send>, request: &ReadRequest, rows: &mut Rows) -> Result<(), String> {
    if request.format == DataFormat::Raw {
        let mut whole = Vec::new();
        text.read_to_end(&mut whole).map_err(|error| error.to_string())?;
        return row(&String::from_utf8_lossy(&whole), request, rows);
    }
    let mut reader = BufReader::new(text);
    let mut line = Vec::new();
    let mut skip = request.skip_first;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).map_err(|error| error.to_string())? == 0 {
            return Ok(());
        }
        let end = line.len() - line.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        line.truncate(end);
        if line.is_empty() || std::mem::take(&mut skip) {
            continue;
        }
        row(&String::from_utf8_lossy(&line), request, rows)?;
    }
}

/// The first column holds the text.
fn row(text: &str, request: &ReadRequest, rows: &mut Rows) -> Result<(), String> {
    let number = rows.next();
    rows.row(|at| match request.columns.get(at).map(|wanted| &wanted.source) {
        Some(Source::Row) => number.to_string().into(),
        Some(Source::Place(0, _)) => text.into(),
        _ => Cow::Borrowed(""),
    })
}
