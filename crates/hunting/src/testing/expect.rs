//! Findings against what a case expects of them.

use quarry_content::sidecar::ExpectedValue;
use quarry_schema::KqlType;
use quarry_syntax::literal::{parse_datetime, parse_timespan, parse_timespan_clock};
use quarry_text::suggest;
use quarry_value::json;
use serde_json::Value as Json;

use super::when;
use crate::table::{ResultTable, Row};

/// Findings shown of a result that is not as expected.
const SHOWN: usize = 5;

/// What differs, a sentence each.
pub(super) fn differences(table: &ResultTable, findings: Option<u64>, rows: &[Vec<ExpectedValue>], now: i64) -> Vec<String> {
    let mut differences = Vec::new();
    let mut columns: Vec<&str> = Vec::new();
    for value in rows.iter().flatten() {
        if table.position(&value.column).is_none() {
            let names = table.columns.iter().map(|(name, _)| name.as_str());
            let close = suggest::closest(&value.column, names).map(|close| format!(": did you mean `{close}`?"));
            differences.push(format!("the result has no column `{}`{}", value.column, close.unwrap_or_default()));
            return differences;
        }
        if !columns.contains(&value.column.as_str()) {
            columns.push(&value.column);
        }
    }
    let found: Vec<Row<'_>> = table.iter().collect();
    if let Some(expected) = findings
        && usize::try_from(expected) != Ok(found.len())
    {
        differences.push(format!("expected {}, found {}", counted(expected), shown(table, &columns)));
    }
    let fits: Vec<Vec<usize>> = rows
        .iter()
        .map(|row| {
            let matching = found
                .iter()
                .enumerate()
                .filter(|(_, one)| row.iter().all(|value| holds(table, one, value, now)));
            matching.map(|(at, _)| at).collect()
        })
        .collect();
    for row in unmatched(&fits, found.len()) {
        let wanted: Vec<String> = rows.get(row).into_iter().flatten().map(written).collect();
        let other = if fits.get(row).is_some_and(Vec::is_empty) {
            ""
        } else {
            " besides the others"
        };
        let and = if differences.is_empty() {
            format!(", found {}", shown(table, &columns))
        } else {
            String::new()
        };
        differences.push(format!("expected a finding with {}{other}{and}", wanted.join(", ")));
    }
    differences
}

fn counted(number: u64) -> String {
    if number == 1 {
        "1 finding".to_owned()
    } else {
        format!("{number} findings")
    }
}

fn written(value: &ExpectedValue) -> String {
    let text = match &value.value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    format!("{} = {text}", value.column)
}

/// The number of findings and the first of them, by the given columns; by all that say something when none are given.
pub(super) fn shown(table: &ResultTable, columns: &[&str]) -> String {
    let total = table.rows();
    if total == 0 {
        return "none".to_owned();
    }
    let positions: Vec<usize> = match columns {
        [] => (0..table.columns.len()).collect(),
        named => named.iter().filter_map(|name| table.position(name)).collect(),
    };
    let mut text = counted(u64::try_from(total).unwrap_or_default());
    for row in table.iter().take(SHOWN) {
        let cells = positions.iter().filter(|at| !row.is_blank(**at));
        let cells: Vec<String> = cells
            .take(6)
            .filter_map(|at| {
                let cell: String = row.text(*at).chars().take(60).collect();
                Some(format!("{} = {cell}", table.columns.get(*at)?.0))
            })
            .collect();
        text.push_str("\n    ");
        text.push_str(&cells.join(", "));
    }
    if total > SHOWN {
        text.push_str("\n    …");
    }
    text
}

/// The rows that find no partner of their own: each finding serves one row.
fn unmatched(fits: &[Vec<usize>], findings: usize) -> Vec<usize> {
    let mut taken: Vec<Option<usize>> = vec![None; findings];
    let mut left = Vec::new();
    for row in 0..fits.len() {
        let mut seen = vec![false; findings];
        if !assign(row, fits, &mut taken, &mut seen) {
            left.push(row);
        }
    }
    left
}

/// Gives a row a finding, moving others to other findings where that makes room.
fn assign(row: usize, fits: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for finding in fits.get(row).into_iter().flatten().copied() {
        match seen.get_mut(finding) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let holder = taken.get(finding).copied().flatten();
        if holder.is_none_or(|holder| assign(holder, fits, taken, seen))
            && let Some(place) = taken.get_mut(finding)
        {
            *place = Some(row);
            return true;
        }
    }
    false
}

/// Whether a finding has a value in a column.
fn holds(table: &ResultTable, row: &Row<'_>, expected: &ExpectedValue, now: i64) -> bool {
    let Some(at) = table.position(&expected.column) else { return false };
    let Some((_, ty)) = table.columns.get(at) else { return false };
    let value = &expected.value;
    if value.is_null() {
        return row.is_blank(at);
    }
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    match ty {
        KqlType::DateTime => when::moment(&text, now).is_some_and(|wanted| parse_datetime(&row.text(at)) == Some(wanted)),
        KqlType::TimeSpan => {
            let wanted = parse_timespan_clock(&text).or_else(|| parse_timespan(&text));
            wanted.is_some() && parse_timespan_clock(&row.text(at)) == wanted
        }
        KqlType::Int | KqlType::Long | KqlType::Real | KqlType::Decimal => {
            let found = row.text(at);
            found == text
                || matches!((found.parse::<f64>(), text.parse::<f64>()), (Ok(found), Ok(wanted)) if found.total_cmp(&wanted).is_eq())
        }
        KqlType::Bool => row.text(at).eq_ignore_ascii_case(&text),
        KqlType::Guid => row.text(at).eq_ignore_ascii_case(&text),
        KqlType::Dynamic => {
            let mut found = String::new();
            row.json(at, &mut found);
            same_document(&found, value)
        }
        KqlType::String | KqlType::Unknown => row.text(at) == text,
    }
}

/// A document is the same when its values are; the order of an array does not matter, because sets are written as arrays.
fn same_document(cell: &str, wanted: &Json) -> bool {
    let parsed = serde_json::from_str::<Json>(cell).ok();
    // Results carry documents as text.
    let parsed = match parsed {
        Some(Json::String(inner)) => serde_json::from_str::<Json>(&inner).ok().or(Some(Json::String(inner))),
        None => json::unquote(cell).and_then(|inner| serde_json::from_str::<Json>(&inner).ok()),
        other => other,
    };
    match (parsed, wanted) {
        (Some(Json::Array(found)), Json::Array(wanted)) => {
            let sorted = |items: &[Json]| {
                let mut texts: Vec<String> = items.iter().map(Json::to_string).collect();
                texts.sort();
                texts
            };
            sorted(&found) == sorted(wanted)
        }
        (Some(found), wanted) => found == *wanted,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_needs_a_finding_of_its_own() {
        assert!(
            unmatched(&[vec![0, 1], vec![0]], 2).is_empty(),
            "the first makes room for the second"
        );
        assert_eq!(unmatched(&[vec![0], vec![0]], 1), [1]);
        assert_eq!(unmatched(&[vec![], vec![0]], 1), [0]);
    }

    #[test]
    fn sets_have_no_order() {
        assert!(same_document(r#"["b","a"]"#, &serde_json::json!(["a", "b"])));
        assert!(!same_document(r#"["b"]"#, &serde_json::json!(["a", "b"])));
        assert!(same_document(r#"{"a":1}"#, &serde_json::json!({"a": 1})));
    }
}
