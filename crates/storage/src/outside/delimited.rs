//! Cells between delimiters.

use std::io::Read;

use super::DataFormat;
use super::request::{ReadRequest, Source};
use super::rows::Rows;

pub(super) fn read(text: Box<dyn Read + Send>, request: &ReadRequest, rows: &mut Rows) -> Result<(), String> {
    let mut reader = reader(text, request.format);
    let mut record = csv::ByteRecord::new();
    let escaped = request.format == DataFormat::EscapedTabs;
    let mut first = true;
    let mut places: Vec<Option<usize>> = request.columns.iter().map(|wanted| place(&wanted.source, None)).collect();
    while reader.read_byte_record(&mut record).map_err(|error| error.to_string())? {
        if std::mem::take(&mut first) && (request.header || request.skip_first) {
            if request.header {
                let names = names(&record);
                places = request.columns.iter().map(|wanted| place(&wanted.source, Some(&names))).collect();
            }
            continue;
        }
        let number = rows.next();
        rows.row(|at| {
            if matches!(request.columns.get(at).map(|wanted| &wanted.source), Some(Source::Row)) {
                return number.to_string().into();
            }
            let cell = places
                .get(at)
                .copied()
                .flatten()
                .and_then(|place| record.get(place))
                .unwrap_or_default();
            let text = String::from_utf8_lossy(cell);
            if escaped && text.contains('\\') {
                unescaped(&text).into()
            } else {
                text
            }
        })?;
    }
    Ok(())
}

/// The names in the first record.
pub(super) fn columns(text: Box<dyn Read + Send>, format: DataFormat) -> Result<Vec<String>, String> {
    let mut record = csv::ByteRecord::new();
    reader(text, format)
        .read_byte_record(&mut record)
        .map_err(|error| error.to_string())?;
    Ok(names(&record))
}

fn reader(text: Box<dyn Read + Send>, format: DataFormat) -> csv::Reader<Box<dyn Read + Send>> {
    let (delimiter, quotes) = match format {
        DataFormat::Delimited { delimiter } => (delimiter, true),
        _ => (b'\t', false),
    };
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quotes)
        .flexible(true)
        .has_headers(false)
        .from_reader(text)
}

fn names(record: &csv::ByteRecord) -> Vec<String> {
    record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

fn place(source: &Source, header: Option<&[String]>) -> Option<usize> {
    match (source, header) {
        (Source::Place(at, _), None) => Some(*at),
        (Source::Place(_, name) | Source::Name(name), Some(header)) => header.iter().position(|known| known == name),
        _ => None,
    }
}

/// `\t`, `\n`, `\r` and `\\`; a backslash before anything else stands for it.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('t') => out.push('\t'),
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
    out
}
