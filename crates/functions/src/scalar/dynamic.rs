//! Documents from text and back, and queries into them.

use std::collections::BTreeMap;

use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ColumnarValue;
use quarry_value::dynamic::{self, ArrayWriter, BagWriter};
use quarry_value::json::{self, Kind, kind};

use super::dynamic_jsonpath::parse;
use super::dynamic_paths::write_as;
use super::dynamic_values::{Arguments, document};
use crate::kernel::{Call, ScalarKernel};

pub(crate) const KERNELS: &[(&str, ScalarKernel)] = &[
    ("dynamic_to_json", dynamic_to_json),
    ("extract_json", extract_json),
    ("parse_json", parse_json),
    ("treepath", treepath),
];

/// A dynamic is what it is; only text is parsed.
pub(crate) fn parse_json(call: &Call<'_>) -> Result<ColumnarValue> {
    if call.type_of(0).is_dynamic()
        && let Some(argument) = call.args.first()
    {
        return Ok(argument.clone());
    }
    let texts = call.texts(0)?;
    call.write_dynamics(|row, out| {
        out.push_str(&dynamic::parse_json(texts.raw(row)?)?);
        Some(())
    })
}

/// The value at a constant path in JSON text, as the call's result type.
fn extract_json(call: &Call<'_>) -> Result<ColumnarValue> {
    let (paths, texts) = (call.texts(0)?, call.texts(1)?);
    let Some(path) = paths.constant() else {
        return exec_err!("extract_json() needs a constant path");
    };
    let Some(path) = parse(&path) else {
        return exec_err!("extract_json() does not support the path {path}");
    };
    let documents: Vec<Option<String>> = (0..call.rows)
        .map(|row| {
            texts.raw(row)?;
            let text = texts.get(row);
            let compact = dynamic::compact(&text)?;
            dynamic::get_path(&compact, &path).map(str::to_owned)
        })
        .collect();
    write_as(call, |row| documents.get(row)?.as_deref())
}

/// JSON text whose keys are in order, so that equal values have equal texts.
fn dynamic_to_json(call: &Call<'_>) -> Result<ColumnarValue> {
    let arguments = Arguments::new(call, 0)?;
    let values = arguments.values()?;
    call.write_texts(|row, out| {
        if let Some(value) = values.first().filter(|value| !value.is_null(row)) {
            write_sorted(&value.json(row), out);
        }
    })
}

fn write_sorted(raw: &str, out: &mut String) {
    match kind(raw) {
        Kind::Object => {
            let members: BTreeMap<_, _> = dynamic::members(raw)
                .into_iter()
                .flatten()
                .map(|member| (member.key(), member))
                .collect();
            let mut bag = BagWriter::new(out);
            for member in members.into_values() {
                write_sorted(member.value, bag.raw_key(member.raw_key));
            }
            bag.finish();
        }
        Kind::Array => {
            let mut array = ArrayWriter::new(out);
            dynamic::elements(raw)
                .into_iter()
                .flatten()
                .for_each(|element| write_sorted(element, array.next()));
            array.finish();
        }
        _ => out.push_str(raw),
    }
}

/// The paths to everything inside a document, each once; all elements of an array share the index 0.
fn treepath(call: &Call<'_>) -> Result<ColumnarValue> {
    let documents = call.texts(0)?;
    call.write_dynamics(|row, out| {
        let raw = document(&documents, row).filter(|raw| matches!(kind(raw), Kind::Object | Kind::Array))?;
        let mut found = Vec::new();
        collect_paths(raw, &mut String::new(), &mut found);
        let mut array = ArrayWriter::new(out);
        found.iter().for_each(|path| array.string(path));
        array.finish();
        Some(())
    })
}

fn collect_paths(raw: &str, path: &mut String, found: &mut Vec<String>) {
    let here = path.len();
    let mut visit = |step: &str, value: &str, found: &mut Vec<String>| {
        path.push_str(step);
        if !found.contains(path) {
            found.push(path.clone());
        }
        collect_paths(value, path, found);
        path.truncate(here);
    };
    dynamic::members(raw)
        .into_iter()
        .flatten()
        .for_each(|member| visit(&format!("['{}']", json::text(member.raw_key)), member.value, found));
    dynamic::elements(raw)
        .into_iter()
        .flatten()
        .for_each(|element| visit("[0]", element, found));
}
