//! Events as JSON in the layout of their XML, attributes beside the text.

use quarry_value::dynamic::{self, members};

use crate::ingest::fields::{Fields, Names, Scope, Value};

pub(super) fn is(names: Names<'_>) -> bool {
    // Some tables have a column of that name; their rows have a time beside it.
    let wrapped = names.has("Event") && !names.any(&["TimeGenerated", "Timestamp"]);
    wrapped || (names.has("System") && names.any(&["EventData", "UserData"]))
}

pub(super) fn read<'t>(fields: &Fields<'t>) -> Result<Fields<'t>, String> {
    let part = |name: &str| match fields.nested("Event") {
        Some(event) => dynamic::member(event, name),
        None => fields.nested(name),
    };
    let system = part("System").ok_or("the event has no System part")?;
    let mut event = Fields {
        whole: fields.whole,
        ..Fields::default()
    };
    for member in members(system).into_iter().flatten() {
        let key = member.key();
        match key.trim_end_matches("_attributes") {
            "Provider" => {
                attribute(&mut event, "Provider", member.value, &["Name"]);
                attribute(&mut event, "ProviderGuid", member.value, &["Guid"]);
            }
            "TimeCreated" => attribute(&mut event, "TimeCreated", member.value, &["SystemTime"]),
            "Correlation" => attribute(&mut event, "ActivityID", member.value, &["ActivityID"]),
            "Execution" => {
                attribute(&mut event, "ProcessID", member.value, &["ProcessID"]);
                attribute(&mut event, "ThreadID", member.value, &["ThreadID"]);
            }
            "Security" => attribute(&mut event, "UserID", member.value, &["UserID"]),
            "EventID" => attribute(&mut event, "EventID", member.value, &["#text"]),
            _ => event.add(Scope::System, key, Value::of_raw(member.value)),
        }
    }
    match (part("EventData"), part("UserData")) {
        (Some(data), _) if data.starts_with('{') => data_of(&mut event, data),
        (_, Some(data)) if data.starts_with('{') => {
            for member in members(data).into_iter().flatten() {
                if member.value.starts_with('{') {
                    data_of(&mut event, member.value);
                }
            }
        }
        _ => {}
    }
    Ok(event)
}

/// An attribute of an element, or the element's own text when it has no attributes.
fn attribute<'t>(event: &mut Fields<'t>, name: &'static str, raw: &'t str, keys: &[&str]) {
    if event.find(Scope::System, name).is_some() {
        return;
    }
    let attributes = dynamic::member(raw, "#attributes").unwrap_or(raw);
    let inside = |raw: &'t str| keys.iter().find_map(|key| dynamic::member(raw, key));
    let value = if raw.starts_with('{') {
        inside(attributes).or_else(|| inside(raw))
    } else {
        Some(raw)
    };
    if let Some(value) = value {
        event.add(Scope::System, name, Value::of_raw(value));
    }
}

/// Named data as they are; data without names as `Data`, a list.
fn data_of<'t>(event: &mut Fields<'t>, raw: &'t str) {
    for member in members(raw).into_iter().flatten() {
        let key = member.key();
        if key.starts_with('#') || key.ends_with("_attributes") {
            continue;
        }
        // {"Data":{"#text":["a","b"]}}
        let value = dynamic::member(member.value, "#text").unwrap_or(member.value);
        event.add(Scope::Own, key, Value::of_raw(value));
    }
}
