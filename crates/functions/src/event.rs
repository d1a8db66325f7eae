//! A row of a stored table as an entry of evidence.

use quarry_schema::KqlType;
use quarry_value::json;

use crate::scalar::Value;

/// What all events of a table have in common: JSON texts, so that nothing is quoted row by row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct EventForm {
    table: String,
    /// The name of each field and a colon.
    keys: Vec<String>,
}

impl EventForm {
    pub fn new<'n>(table: &str, names: impl IntoIterator<Item = &'n str>) -> EventForm {
        let quoted = |text: &str| {
            let mut out = String::new();
            json::quote(text, &mut out);
            out
        };
        EventForm {
            table: quoted(table),
            keys: names.into_iter().map(|name| quoted(name) + ":").collect(),
        }
    }

    /// The name of the table as JSON.
    pub fn table(&self) -> &str {
        &self.table
    }

    /// Appends the event of a row. Fields that are null or empty are left out.
    pub fn write<'v, 'a: 'v>(&self, time: &Value<'a>, fields: impl IntoIterator<Item = &'v Value<'a>>, row: usize, out: &mut String) {
        out.push_str("{\"Table\":");
        out.push_str(&self.table);
        if !time.is_null(row) {
            out.push_str(",\"Time\":");
            time.write(row, out);
        }
        out.push_str(",\"Fields\":{");
        let first = out.len();
        for (key, value) in self.keys.iter().zip(fields) {
            let before = out.len();
            if before > first {
                out.push(',');
            }
            out.push_str(key);
            let start = out.len();
            value.write(row, out);
            let blank = match out.get(start..) {
                Some("\"\"") => value.ty() == KqlType::String,
                Some("null") => true,
                _ => false,
            };
            if blank {
                out.truncate(before);
            }
        }
        out.push_str("}}");
    }
}
