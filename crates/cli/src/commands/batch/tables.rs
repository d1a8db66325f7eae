//! Tables that a case brings along: `{"T": {"columns": [["a", "long"]], "rows": [[1]]}}`, or a list of objects with a `name`.
//! `columns` may also be names beside a list of `types`.

use quarry_engine::{MemoryDatabase, QueryError, QueryOptions, Session};
use quarry_schema::KqlType;
use quarry_text::{Diagnostic, Span};
use quarry_value::json;
use serde_json::Value;

/// A database with these tables. Their cells become Arrow the way every value does: as a `datatable` that the engine evaluates.
pub async fn database(tables: Option<&Value>, session: &Session) -> Result<MemoryDatabase, QueryError> {
    let mut database = MemoryDatabase::new();
    for (name, table) in named(tables) {
        let Some(columns) = columns(table) else {
            return Err(bad(format!("table {name}: its columns are not [name, type] pairs")));
        };
        let outcome = session
            .query(&datatable(&columns, table), &MemoryDatabase::new(), &QueryOptions::default())
            .await?;
        let batches = outcome.tables.into_iter().next().map(|result| result.batches).unwrap_or_default();
        database
            .add(&name, columns, batches)
            .map_err(|error| bad(format!("table {name}: {error}")))?;
    }
    Ok(database)
}

fn bad(message: String) -> QueryError {
    QueryError {
        diagnostics: vec![Diagnostic::error("BAD_CASE", message, Span::default())],
    }
}

fn named(tables: Option<&Value>) -> Vec<(String, &Value)> {
    match tables {
        Some(Value::Object(tables)) => tables.iter().map(|(name, table)| (name.clone(), table)).collect(),
        Some(Value::Array(tables)) => tables
            .iter()
            .filter_map(|table| Some((table.get("name")?.as_str()?.to_owned(), table)))
            .collect(),
        _ => Vec::new(),
    }
}

fn columns(table: &Value) -> Option<Vec<(String, KqlType)>> {
    let columns = table.get("columns")?;
    if let Value::Object(columns) = columns {
        return columns
            .iter()
            .map(|(name, ty)| Some((name.clone(), KqlType::from_name(ty.as_str()?)?)))
            .collect();
    }
    let types = table.get("types").and_then(Value::as_array);
    let column = |(at, column): (usize, &Value)| match (column, types) {
        (Value::String(name), Some(types)) => Some((name.clone(), KqlType::from_name(types.get(at)?.as_str()?)?)),
        (Value::Array(pair), _) => Some((pair.first()?.as_str()?.to_owned(), KqlType::from_name(pair.get(1)?.as_str()?)?)),
        _ => None,
    };
    columns.as_array()?.iter().enumerate().map(column).collect()
}

fn datatable(columns: &[(String, KqlType)], table: &Value) -> String {
    let mut text = String::from("datatable(");
    for (at, (name, ty)) in columns.iter().enumerate() {
        text.push_str(if at > 0 { ", ['" } else { "['" });
        text.push_str(&name.replace('\\', "\\\\").replace('\'', "\\'"));
        text.push_str("']:");
        text.push_str(ty.name());
    }
    text.push_str(")[");
    let rows = table.get("rows").and_then(Value::as_array);
    for row in rows.into_iter().flatten().filter_map(Value::as_array) {
        for (at, (_, ty)) in columns.iter().enumerate() {
            literal(row.get(at).unwrap_or(&Value::Null), *ty, &mut text);
            text.push(',');
        }
    }
    if text.ends_with(',') {
        text.pop();
    }
    text.push(']');
    text
}

fn literal(value: &Value, ty: KqlType, out: &mut String) {
    match (ty, value) {
        (KqlType::String, Value::String(text)) => json::quote(text, out),
        (KqlType::String, Value::Null) => out.push_str("\"\""),
        (KqlType::String, other) => json::quote(&other.to_string(), out),
        (_, Value::String(text)) if ty != KqlType::Dynamic => {
            out.push_str(&format!("{ty}({text})"));
        }
        (_, other) => out.push_str(&format!("{ty}({other})")),
    }
}
