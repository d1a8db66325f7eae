//! `ingestionMapping`: which part of a record each column holds.

use serde_json::Value;

use crate::ir::{Column, OutsideSource};

/// Reads a mapping; columns that it does not mention stay empty.
pub(super) fn read(text: &str, columns: &[Column]) -> Result<Vec<OutsideSource>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
    let entries = value.as_array().ok_or("it is not an array")?;
    let mut sources = vec![OutsideSource::Nothing; columns.len()];
    for entry in entries {
        let column = field(entry, "column").or_else(|| field(entry, "name")).and_then(Value::as_str);
        let column = column.ok_or("an element names no column")?;
        let Some(slot) = columns
            .iter()
            .position(|known| known.name == column)
            .and_then(|at| sources.get_mut(at))
        else {
            continue;
        };
        let properties = field(entry, "properties").unwrap_or(entry);
        *slot = source(properties).ok_or_else(|| format!("what column '{column}' holds is not understood"))?;
    }
    Ok(sources)
}

/// A member, any case: the documentation writes `Column` and `column`.
fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut members = value.as_object()?.iter();
    members.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn source(properties: &Value) -> Option<OutsideSource> {
    if field(properties, "transform").is_some() || field(properties, "constvalue").is_some() {
        return None;
    }
    if let Some(ordinal) = field(properties, "ordinal") {
        let ordinal = ordinal.as_u64().or_else(|| ordinal.as_str()?.parse().ok())?;
        return Some(OutsideSource::Place(usize::try_from(ordinal).ok()?, String::new()));
    }
    if let Some(name) = field(properties, "field") {
        return Some(OutsideSource::Name(name.as_str()?.to_owned()));
    }
    path(field(properties, "path")?.as_str()?)
}

/// `$.a.b`, `$['a'][0]`, `$`, or a bare name.
fn path(text: &str) -> Option<OutsideSource> {
    let Some(mut rest) = text.strip_prefix('$') else {
        return Some(OutsideSource::Name(text.to_owned()));
    };
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            let (name, tail) = after.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            steps.push(Ok(name.to_owned()));
            rest = tail;
        } else {
            let (inside, tail) = rest.strip_prefix('[')?.split_once(']')?;
            let quoted = inside.strip_prefix('\'').and_then(|inside| inside.strip_suffix('\''));
            let quoted = quoted.or_else(|| inside.strip_prefix('"').and_then(|inside| inside.strip_suffix('"')));
            steps.push(match quoted {
                Some(name) => Ok(name.to_owned()),
                None => Err(inside.trim().parse().ok()?),
            });
            rest = tail;
        }
    }
    Some(OutsideSource::Path(steps))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use quarry_schema::KqlType;

    fn columns(names: &[&str]) -> Vec<Column> {
        let column = |name: &&str| Column {
            id: 0,
            name: (*name).to_owned(),
            ty: KqlType::String,
        };
        names.iter().map(column).collect()
    }

    #[test]
    fn paths_ordinals_and_names_are_understood() {
        let mapping = r#"[{"Column":"a","Properties":{"Path":"$.x['y z'][2]"}},{"column":"b","Properties":{"Ordinal":"3"}},
            {"Column":"c","path":"$.c"},{"Column":"elsewhere","Properties":{"Path":"$.q"}}]"#;
        let key = |name: &str| Ok(name.to_owned());
        assert_eq!(
            read(mapping, &columns(&["a", "b", "c", "d"])).unwrap(),
            [
                OutsideSource::Path(vec![key("x"), key("y z"), Err(2)]),
                OutsideSource::Place(3, String::new()),
                OutsideSource::Path(vec![key("c")]),
                OutsideSource::Nothing,
            ]
        );
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let columns = columns(&["a"]);
        assert!(read("{", &columns).is_err());
        assert!(read(r#"[{"Properties":{"Path":"$.x"}}]"#, &columns).is_err());
        assert!(read(r#"[{"Column":"a","Properties":{"Path":"$..x"}}]"#, &columns).is_err());
        assert!(
            read(
                r#"[{"Column":"a","Properties":{"Path":"$.x","Transform":"SourceLocation"}}]"#,
                &columns
            )
            .is_err()
        );
    }
}
