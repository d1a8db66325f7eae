//! Columns that only the data can tell: what `bag_unpack` unpacks and what `pivot` turns into columns.

use std::collections::{BTreeMap, HashSet};

use datafusion::arrow::array::ArrayRef;
use datafusion::common::cast::as_string_view_array;
use quarry_schema::KqlType;
use quarry_semantics::Discover;
use quarry_text::{Diagnostic, Span};
use quarry_value::dynamic::{members, to_datetime};
use quarry_value::json::{self, Kind};

use crate::prepare::Way;
use crate::{QueryError, ResultTable, Session};

/// Most columns that data may ask for: a bag with a key per row must not build a table of a million columns.
const MOST_COLUMNS: usize = 2_000;

/// Answers a question of the binder.
pub(crate) async fn schema(session: &Session, discover: &Discover, way: Way<'_>, now: i64) -> Result<Vec<(String, KqlType)>, QueryError> {
    let tables = session.run(&discover.input, way, now, None).await?;
    columns(discover, &tables)
}

fn columns(discover: &Discover, tables: &[ResultTable]) -> Result<Vec<(String, KqlType)>, QueryError> {
    let position = discover
        .input
        .results
        .first()
        .and_then(|result| result.rel.columns.iter().position(|column| column.id == discover.column));
    let (Some(table), Some(position)) = (tables.first(), position) else {
        return Ok(Vec::new());
    };
    let cells: Vec<&ArrayRef> = table.batches.iter().filter_map(|batch| batch.columns().get(position)).collect();
    let columns = match discover.plugin {
        "pivot" => distinct_values(&cells)?,
        _ => properties(&cells)?,
    };
    if columns.len() > MOST_COLUMNS {
        let message = format!(
            "{} would give {} columns; the most is {MOST_COLUMNS}",
            discover.plugin,
            columns.len()
        );
        return Err(QueryError::one(Diagnostic::error("Q0007", message, Span::new(0, 0))));
    }
    Ok(columns)
}

/// The names of all properties with the type that their values share.
fn properties(cells: &[&ArrayRef]) -> Result<Vec<(String, KqlType)>, QueryError> {
    let mut found: BTreeMap<String, Option<KqlType>> = BTreeMap::new();
    for column in cells {
        for bag in as_string_view_array(column)?.iter().flatten() {
            for member in members(bag).into_iter().flatten() {
                let seen = found.entry(member.key().into_owned()).or_default();
                let Some(ty) = type_of(member.value) else { continue };
                *seen = Some(seen.map_or(ty, |before| common(before, ty)));
            }
        }
        if found.len() > MOST_COLUMNS {
            break;
        }
    }
    Ok(found.into_iter().map(|(name, ty)| (name, ty.unwrap_or(KqlType::Dynamic))).collect())
}

/// The type of a JSON value as a column; null says nothing.
fn type_of(raw: &str) -> Option<KqlType> {
    Some(match json::kind(raw) {
        Kind::Null => return None,
        Kind::Bool => KqlType::Bool,
        Kind::Number if raw.bytes().any(|byte| matches!(byte, b'.' | b'e' | b'E')) => KqlType::Real,
        Kind::Number => KqlType::Long,
        // Only the form in which documents hold datetimes counts: text that merely could be read as one stays text.
        Kind::String if raw.len() == "\"2024-01-01T00:00:00.0000000Z\"".len() && raw.ends_with("Z\"") && to_datetime(raw).is_some() => {
            KqlType::DateTime
        }
        Kind::String => KqlType::String,
        Kind::Array | Kind::Object => KqlType::Dynamic,
    })
}

/// Values of two types make a column dynamic, even when both are numbers.
fn common(left: KqlType, right: KqlType) -> KqlType {
    if left == right { left } else { KqlType::Dynamic }
}

/// The distinct texts of the column in order of appearance.
fn distinct_values(cells: &[&ArrayRef]) -> Result<Vec<(String, KqlType)>, QueryError> {
    let mut known: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for column in cells {
        for text in as_string_view_array(column)? {
            let text = text.unwrap_or_default();
            if !known.contains(text) {
                known.insert(text.to_owned());
                found.push((text.to_owned(), KqlType::String));
            }
        }
        if found.len() > MOST_COLUMNS {
            break;
        }
    }
    Ok(found)
}
