//! JSON: records on lines, in an array, or one after the other; plain rows, the envelopes of the Defender XDR streaming API, and records of
//! other shapes.

use std::borrow::Cow;
use std::io::Read;
use std::sync::Arc;

use quarry_value::dynamic;

use super::deliver;
use super::fields::Fields;
use super::file::{FileRun, Place, Stop};
use super::intel;
use super::kusto;
use super::members::{Member, Members};
use super::parallel::{self, Cut};
use super::recognise::Field;
use super::records::{Reader, Record, end_of_object};
use super::report::Format;
use crate::write::TableRows;

/// Whether text begins like JSON.
pub(super) fn looks_like_json(head: &[u8]) -> bool {
    matches!(head.trim_ascii_start().first(), Some(b'{' | b'['))
}

/// Reads all records of a stream.
pub(super) fn read(reader: &mut Reader<impl Read>, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let broken = |error: std::io::Error| Stop::Broken(error.to_string());
    let lines = is_lines(reader).map_err(broken)?;
    run.format = Some(if lines { Format::JsonLines } else { Format::Json });
    let cut = if lines { Cut::Lines } else { Cut::Values };
    parallel::each(reader, cut, run, || {
        let mut buffers = Buffers::default();
        move |record: &Record<'_>, place: Place, run: &mut FileRun<'_>| one(record, place, run, &mut buffers)
    })
}

/// Whether the next records stand on lines. A line may hold several of them, but not one that goes on for more than is looked at.
fn is_lines(reader: &mut Reader<impl Read>) -> std::io::Result<bool> {
    let head = reader.head(256 << 10)?.trim_ascii_start();
    let first_line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_all = first_line.len() == head.len();
    let rest = end_of_object(first_line).map(|end| first_line.get(end..).unwrap_or_default().trim_ascii());
    Ok(match rest {
        Some([]) => true,
        Some(rest) => rest.first() == Some(&b'{') && !is_all,
        None => head.first() == Some(&b'{') && is_all,
    })
}

/// The next record, whichever way they are written; for those who look at a few only.
pub(super) fn next<R: Read>(reader: &mut Reader<R>) -> std::io::Result<Option<Record<'_>>> {
    if is_lines(reader)? {
        reader.next_line()
    } else {
        reader.next_value()
    }
}

/// Members that a message around records has at most.
const MOST_WRAPPING: usize = 8;

/// Reused from record to record.
#[derive(Default)]
struct Buffers {
    outer: Members,
    inner: Members,
    progress: kusto::Progress,
}

fn one(record: &Record<'_>, place: Place, run: &mut FileRun<'_>, buffers: &mut Buffers) -> Result<(), Stop> {
    if record.cut {
        return run.too_long(place, record.text);
    }
    if is_heading(record.text) {
        return Ok(());
    }
    let text = match std::str::from_utf8(record.text) {
        Ok(text) => text,
        Err(error) => {
            let reason = format!("not UTF-8 at byte {} of the record", error.valid_up_to() + 1);
            return run.broken(place, &reason, record.text);
        }
    };
    let mut rest = text;
    loop {
        let (this, after) = match buffers.outer.find(rest) {
            Ok(()) => (rest, ""),
            // Writers that were stopped before the end of a line leave several records on it.
            Err(reason) => match end_of_object(rest.as_bytes()).and_then(|end| rest.split_at_checked(end)) {
                Some((first, after)) if after.trim_start().starts_with('{') && buffers.outer.find(first).is_ok() => {
                    (first, after.trim_start())
                }
                _ => return run.broken(place, &reason, rest.as_bytes()),
            },
        };
        object_of(this, place, run, buffers)?;
        if after.is_empty() {
            return Ok(());
        }
        rest = after;
    }
}

/// A record, or what wraps records; its members are found.
fn object_of(text: &str, place: Place, run: &mut FileRun<'_>, buffers: &mut Buffers) -> Result<(), Stop> {
    if let Some(source) = hit(text, &buffers.outer) {
        return match buffers.outer.find(source) {
            Ok(()) => row(source, place, run, buffers),
            Err(reason) => run.broken(place, &reason, text.as_bytes()),
        };
    }
    if kusto::read(text, &buffers.outer, &mut buffers.progress, place, run)? {
        return Ok(());
    }
    if let Some(records) = wrapped(text, &buffers.outer) {
        for element in dynamic::elements(records).into_iter().flatten() {
            let element = inside_of_object(element);
            if let Err(reason) = buffers.inner.find(element) {
                run.broken(place, &reason, element.as_bytes())?;
                continue;
            }
            // The element takes the place of the outer record.
            std::mem::swap(&mut buffers.outer, &mut buffers.inner);
            row(element, place, run, buffers)?;
        }
        return Ok(());
    }
    row(text, place, run, buffers)
}

/// The record in an object of PowerShell's Graph module, whose other properties are its own: `{"AdditionalProperties":{…}}`.
fn inside_of_object(element: &str) -> &str {
    let mut members = dynamic::members(element).into_iter().flatten();
    match (members.next(), members.next()) {
        (Some(only), None) if only.is("AdditionalProperties") && only.value.starts_with('{') => only.value,
        _ => element,
    }
}

/// What `evtx_dump` writes above each record: `Record 12`.
pub(super) fn is_heading(line: &[u8]) -> bool {
    let number = line.strip_prefix(b"Record ").map(<[u8]>::trim_ascii);
    number.is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit))
}

/// The record in a hit of Elasticsearch or OpenSearch, as their exports have them.
fn hit<'t>(text: &'t str, outer: &Members) -> Option<&'t str> {
    let source = outer.get(text, "_source")?.value;
    (source.starts_with('{') && outer.get(text, "_index").is_some()).then_some(source)
}

/// The array of records in a message of an event hub, an answer of a hunting or Graph query, or a STIX bundle.
pub(super) fn wrapped<'t>(text: &'t str, outer: &Members) -> Option<&'t str> {
    if outer.len() > MOST_WRAPPING {
        return None;
    }
    let beside = |key: &str| outer.get(text, key).is_some();
    let records = outer.get(text, "records").or_else(|| outer.get(text, "Records"));
    let records = records.or_else(|| outer.get(text, "results").filter(|_| beside("schema")));
    let records = records.or_else(|| outer.get(text, "Results").filter(|_| beside("Schema")));
    let records = records.or_else(|| outer.get(text, "value").filter(|_| beside("@odata.context") || outer.len() <= 2));
    let records = records.map(|records| records.value).filter(|records| records.starts_with('['));
    records.or_else(|| intel::objects(text, outer))
}

fn row(text: &str, place: Place, run: &mut FileRun<'_>, buffers: &mut Buffers) -> Result<(), Stop> {
    let Buffers { outer, inner, .. } = buffers;
    let raw = text.as_bytes();
    if run.may_be(Format::XdrStream)
        && let Some(category) = outer.get(text, "category").and_then(|category| category.text())
        && let Some(properties) = outer.get(text, "properties").and_then(object)
        && let Some(table) = run.recogniser.by_category(&category)
    {
        run.format = Some(Format::XdrStream);
        let table = run.recogniser.fixed().unwrap_or(table);
        if let Err(reason) = inner.find(&properties) {
            return run.broken(place, &reason, raw);
        }
        let tenant = outer.get(text, "tenantId").filter(|_| inner.get(&properties, "TenantId").is_none());
        run.record(
            &table,
            place,
            raw.len(),
            || raw.into(),
            |rows| {
                fill(rows, inner.iter(&properties))?;
                fill(rows, tenant.map(|tenant| tenant.under("\"TenantId\"")).into_iter())
            },
        )?;
        return Ok(());
    }
    if run.may_be(Format::Stix) && intel::is_object(text, outer) && intel::deliver(text, place, raw, run)? {
        return Ok(());
    }
    let labelled = labelled(text, outer, run);
    if labelled.is_none()
        && let Some(shape) = run.shape_of(outer.signature().names, || outer.iter(text).map(|member| member.name()))
    {
        let fields = match Fields::of_object(text, outer) {
            Ok(fields) => fields,
            Err(reason) => return run.broken(place, &reason, raw),
        };
        if deliver::by_shape(shape, fields, place, raw, run)? {
            return Ok(());
        }
    }
    match labelled.or_else(|| table_of(text, outer, run)) {
        Some(table) => {
            run.record(
                &table,
                place,
                raw.len(),
                || raw.into(),
                |rows| {
                    let names = outer.signature().names;
                    rows.expect(names);
                    fill(rows, outer.iter(text))?;
                    rows.had(names);
                    Ok(())
                },
            )?;
            Ok(())
        }
        None => run.unknown(place, raw),
    }
}

/// The object that a value is; forwarders write it as text, too.
fn object<'t>(member: Member<'t>) -> Option<Cow<'t, str>> {
    let text = match member.value.as_bytes().first()? {
        b'{' => Cow::Borrowed(member.value),
        b'"' => member.text()?,
        _ => return None,
    };
    text.starts_with('{').then_some(text)
}

/// The table that a record names in its `Type`.
fn labelled(text: &str, record: &Members, run: &mut FileRun<'_>) -> Option<Arc<str>> {
    if run.recogniser.fixed().is_some() {
        return None;
    }
    let named = record.get(text, "Type").and_then(|named| named.text());
    named.and_then(|name| run.recogniser.by_type(&name))
}

fn table_of(text: &str, record: &Members, run: &mut FileRun<'_>) -> Option<Arc<str>> {
    if let Some(fixed) = run.recogniser.fixed() {
        return Some(fixed);
    }
    let fields = record.iter(text).map(|member| Field {
        name: member.name(),
        filled: member.is_filled(),
    });
    run.recogniser.by_signature(record.signature().filled, fields)
}

fn fill<'t>(rows: &mut TableRows, members: impl Iterator<Item = Member<'t>>) -> Result<(), String> {
    for member in members {
        let Some(name) = member.unescaped_name() else {
            return Err(format!("broken JSON: the field name {}", member.key));
        };
        let slot = rows.slot(&name);
        let text = member.text();
        let Some(cell) = member.cell(&text) else {
            let value: String = member.value.chars().take(60).collect();
            return Err(format!("broken JSON: {name} is {value}"));
        };
        rows.put(slot, &name, cell).map_err(|misfit| misfit.to_string())?;
    }
    Ok(())
}
