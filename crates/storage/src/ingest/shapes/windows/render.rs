//! Columns that show an event's data as a whole, the way the agents write them.

use quarry_value::json;

use crate::ingest::fields::{Fields, Scope};

const NAMESPACE: &str = "http://schemas.microsoft.com/win/2004/08/events/event";

/// `<EventData><Data Name="…">…</Data></EventData>`
pub(super) fn event_data(fields: &Fields<'_>) -> Option<String> {
    let mut out = format!("<EventData xmlns=\"{NAMESPACE}\">");
    let mut any = false;
    for field in fields.list.iter().filter(|field| field.scope == Scope::Own) {
        any = true;
        if field.name == "Data" {
            out.push_str("<Data>");
        } else {
            out.push_str("<Data Name=\"");
            escape(&field.name, &mut out);
            out.push_str("\">");
        }
        escape(&field.value.text(), &mut out);
        out.push_str("</Data>");
    }
    out.push_str("</EventData>");
    any.then_some(out)
}

/// The same inside a `DataItem`, as the column of `Event` has it.
pub(super) fn data_item(fields: &Fields<'_>) -> Option<String> {
    let data = event_data(fields)?;
    let time = fields.system("TimeCreated").unwrap_or_default();
    let mut out = String::from("<DataItem type=\"System.XmlData\" time=\"");
    escape(&time, &mut out);
    out.push_str("\">");
    out.push_str(&data);
    out.push_str("</DataItem>");
    Some(out)
}

/// `<Param>…</Param>` for every datum.
pub(super) fn parameters(fields: &Fields<'_>) -> Option<String> {
    let mut out = String::new();
    for field in fields.list.iter().filter(|field| field.scope == Scope::Own) {
        out.push_str("<Param>");
        escape(&field.value.text(), &mut out);
        out.push_str("</Param>");
    }
    (!out.is_empty()).then_some(out)
}

/// A bag of all data.
pub(super) fn bag(fields: &Fields<'_>) -> Option<String> {
    let mut out = String::from("{");
    for field in fields.list.iter().filter(|field| field.scope == Scope::Own) {
        if out.len() > 1 {
            out.push(',');
        }
        json::quote(&field.name, &mut out);
        out.push(':');
        json::quote(&field.value.text(), &mut out);
    }
    out.push('}');
    (out.len() > 2).then_some(out)
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
}
