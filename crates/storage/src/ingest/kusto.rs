//! Answers of query endpoints: Kusto v1 and v2, Log Analytics. Columns are named once, rows are lists.

use std::borrow::Cow;

use quarry_value::dynamic::{element, elements, member};
use quarry_value::json;

use super::deliver;
use super::fields::{Fields, Scope, Value};
use super::file::{FileRun, Place, Stop};
use super::members::Members;
use super::report::Format;

/// A table of an answer: names of columns, and the JSON array of rows.
struct ResultTable<'t> {
    columns: Vec<String>,
    rows: &'t str,
}

/// The table whose fragments follow.
#[derive(Default)]
pub(super) struct Progress {
    columns: Option<Vec<String>>,
    /// Whether some of its rows were given out.
    begun: bool,
}

/// Reads a record that is an answer, or a frame of one. False when it is none.
pub(super) fn read(text: &str, outer: &Members, progress: &mut Progress, place: Place, run: &mut FileRun<'_>) -> Result<bool, Stop> {
    let Some(tables) = tables(text, outer, progress) else {
        return Ok(false);
    };
    let replaces = outer
        .get(text, "TableFragmentType")
        .is_some_and(|kind| json::text(kind.value) == "DataReplace");
    if replaces && progress.begun {
        return Err(Stop::Broken(
            "the answer came in pieces of which later ones replace earlier ones; ask again without progressive results".to_owned(),
        ));
    }
    progress.begun = progress.columns.is_some() && (progress.begun || !tables.is_empty());
    for table in tables {
        run.format = Some(Format::QueryResult);
        for row in elements(table.rows).into_iter().flatten() {
            one(row, &table.columns, place, run)?;
        }
    }
    // An answer may come with success and an error: then it has only some of the rows.
    if let Some(error) = outer.get(text, "error").map(|error| error.value).filter(|error| *error != "null") {
        let message = member(error, "message").map(json::text).unwrap_or_default();
        run.broken(place, &format!("the answer is incomplete: {message}"), error.as_bytes())?;
    }
    Ok(true)
}

/// The result tables of an answer; none in a frame that only says how the query went.
fn tables<'t>(text: &'t str, outer: &Members, progress: &mut Progress) -> Option<Vec<ResultTable<'t>>> {
    let value = |key: &str| outer.get(text, key).map(|member| member.value);
    if let Some(frame) = value("FrameType") {
        let primary = value("TableKind").is_some_and(|kind| json::text(kind) == "PrimaryResult");
        let table = match json::text(frame).as_ref() {
            "DataTable" if primary => Some((columns(value("Columns")?)?, value("Rows")?)),
            "TableHeader" => {
                progress.columns = value("Columns").and_then(columns).filter(|_| primary);
                None
            }
            "TableFragment" => progress.columns.clone().zip(value("Rows")),
            "TableCompletion" => {
                progress.columns = None;
                None
            }
            _ => None,
        };
        return Some(table.map(|(columns, rows)| ResultTable { columns, rows }).into_iter().collect());
    }
    let list = value("tables").or_else(|| value("Tables"))?;
    let mut found = Vec::new();
    for table in elements(list)? {
        let part = |lower: &str, upper: &str| member(table, lower).or_else(|| member(table, upper));
        found.push(ResultTable {
            columns: columns(part("columns", "Columns")?)?,
            rows: part("rows", "Rows")?,
        });
    }
    Some(results_only(found))
}

/// A v1 answer ends with a table of contents, which tells results from what is said about the query.
fn results_only(mut tables: Vec<ResultTable<'_>>) -> Vec<ResultTable<'_>> {
    let contents = tables.last().filter(|last| last.columns.iter().take(2).eq(["Ordinal", "Kind"]));
    let Some(contents) = contents.filter(|_| tables.len() > 1) else {
        return tables;
    };
    let kinds: Vec<bool> = elements(contents.rows)
        .into_iter()
        .flatten()
        .map(|row| element(row, 1).is_some_and(|kind| json::text(kind) == "QueryResult"))
        .collect();
    let mut at = 0;
    tables.retain(|_| {
        at += 1;
        kinds.get(at - 1).copied().unwrap_or(false)
    });
    tables
}

fn columns(list: &str) -> Option<Vec<String>> {
    let name = |column: &str| {
        let name = ["name", "ColumnName", "Name"].iter().find_map(|key| member(column, key))?;
        Some(json::text(name).into_owned())
    };
    elements(list)?.map(name).collect()
}

fn one(row: &str, columns: &[String], place: Place, run: &mut FileRun<'_>) -> Result<(), Stop> {
    let Some(values) = elements(row) else {
        // A query that fails halfway says so in the place of a row.
        return run.broken(place, "the answer holds an error in the place of a row", row.as_bytes());
    };
    let mut fields = Fields::default();
    let mut number = 0;
    for value in values {
        number += 1;
        if let Some(name) = columns.get(number - 1) {
            fields.add(Scope::Own, Cow::Borrowed(name.as_str()), Value::of_raw(value));
        }
    }
    if number != columns.len() {
        let reason = format!("{number} cells where the table has {} columns", columns.len());
        return run.broken(place, &reason, row.as_bytes());
    }
    let raw = || object(&fields).into_bytes().into();
    match run.table_of(&fields) {
        Some(table) => run
            .record(&table, place, row.len(), raw, |rows| deliver::fill(rows, &fields))
            .map(drop),
        None => run.unknown(place, object(&fields).as_bytes()),
    }
}

/// The row as an object, for quarantine.
fn object(fields: &Fields<'_>) -> String {
    let mut out = String::from("{");
    for field in &fields.list {
        if out.len() > 1 {
            out.push(',');
        }
        json::quote(&field.name, &mut out);
        out.push(':');
        match &field.value {
            Value::Text(text) | Value::Plain(text) => json::quote(text, &mut out),
            Value::Cell(_) => {
                let text = field.value.text();
                out.push_str(if text.is_empty() { "null" } else { &text });
            }
        }
    }
    out.push('}');
    out
}
