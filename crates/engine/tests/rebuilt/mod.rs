//! Tables rebuilt from nothing but what evidence says of their rows.

use std::collections::BTreeMap;

use quarry_schema::KqlType;
use serde_json::Value;

/// For each table with events in an array of entries, the fields of each event.
pub fn events(evidence: &str) -> BTreeMap<String, Vec<Value>> {
    let entries: Vec<Value> = serde_json::from_str(evidence).unwrap();
    let mut tables: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for mut entry in entries {
        if let Some(table) = entry.get("Table").and_then(Value::as_str).map(str::to_owned)
            && let Some(fields) = entry.get_mut("Fields")
        {
            tables.entry(table).or_default().push(fields.take());
        }
    }
    tables
}

/// A table of these events, as a query.
pub fn table(columns: &[(String, KqlType)], events: &[Value]) -> String {
    let rows: Vec<String> = events.iter().map(|event| format!("dynamic({event})")).collect();
    let items: Vec<String> = columns
        .iter()
        .map(|(name, ty)| {
            let cell = format!("j['{name}']");
            let value = match ty {
                KqlType::Long => format!("tolong({cell})"),
                KqlType::Int => format!("toint({cell})"),
                KqlType::Real => format!("toreal({cell})"),
                KqlType::String => format!("tostring({cell})"),
                KqlType::Bool => format!("tobool({cell})"),
                KqlType::DateTime => format!("todatetime({cell})"),
                KqlType::TimeSpan => format!("totimespan({cell})"),
                KqlType::Decimal => format!("todecimal({cell})"),
                KqlType::Guid => format!("toguid({cell})"),
                KqlType::Dynamic | KqlType::Unknown => cell,
            };
            format!("['{name}'] = {value}")
        })
        .collect();
    format!("datatable(j:dynamic)[{}] | project {}", rows.join(", "), items.join(", "))
}
