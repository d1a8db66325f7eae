//! JSON records: on lines, in an array, or one after the other.

use std::borrow::Cow;
use std::io::Read;

use quarry_value::dynamic::{self, get_path};
use quarry_value::json;

use super::request::{ReadRequest, Source, Wanted};
use super::rows::Rows;
use crate::ingest::{Record, RecordReader};

pub(super) fn read(text: Box<dyn Read + Send>, request: &ReadRequest, rows: &mut Rows) -> Result<(), String> {
    let mut reader = RecordReader::new(text);
    let mut skip = request.skip_first;
    while let Some(record) = reader.next_value().map_err(|error| error.to_string())? {
        if std::mem::take(&mut skip) {
            continue;
        }
        let record = checked(&record)?;
        let number = rows.next();
        rows.row(|at| {
            request
                .columns
                .get(at)
                .map_or(Cow::Borrowed(""), |wanted| value(record, wanted, number))
        })?;
    }
    Ok(())
}

/// The names of the first record's members.
pub(super) fn columns(text: Box<dyn Read + Send>) -> Result<Vec<String>, String> {
    let mut reader = RecordReader::new(text);
    let Some(record) = reader.next_value().map_err(|error| error.to_string())? else {
        return Ok(Vec::new());
    };
    let members = dynamic::members(checked(&record)?);
    Ok(members.into_iter().flatten().map(|member| member.key().into_owned()).collect())
}

fn checked<'r>(record: &Record<'r>) -> Result<&'r str, String> {
    let wrong = |what: &str| format!("line {}: {what}", record.line);
    if record.cut {
        return Err(wrong("a record is longer than 64 MB"));
    }
    let text = std::str::from_utf8(record.text).map_err(|_| wrong("the text is not UTF-8"))?;
    if serde_json::from_str::<&serde_json::value::RawValue>(text).is_err() || !text.trim_start().starts_with('{') {
        return Err(wrong("this is not a JSON object"));
    }
    Ok(text)
}

fn value<'r>(record: &'r str, wanted: &Wanted, number: usize) -> Cow<'r, str> {
    let raw = match &wanted.source {
        Source::Row => return number.to_string().into(),
        Source::Nothing => None,
        Source::Place(_, name) | Source::Name(name) => dynamic::member(record, name),
        Source::Path(path) => get_path(record, path),
    };
    match raw {
        None => Cow::Borrowed(""),
        Some(raw) if wanted.json => Cow::Borrowed(raw),
        Some(raw) => json::text(raw),
    }
}
