//! What a rule writes into its alerts.

use quarry_text::{Diagnostic, suggest};

use super::{is_column_name, too_long};
use crate::code::ALERT_DETAILS;
use crate::fields::Fields;
use crate::model::ColumnUse;
use crate::node::Node;

const FORMATS: [(&str, usize); 2] = [("alertDisplayNameFormat", 256), ("alertDescriptionFormat", 5_000)];
const COLUMNS: [&str; 2] = ["alertTacticsColumnName", "alertSeverityColumnName"];
const MOST_PLACES: usize = 3;
const PROPERTIES: [&str; 9] = [
    "AlertLink",
    "ConfidenceLevel",
    "ConfidenceScore",
    "ExtendedLinks",
    "ProductComponentName",
    "ProductName",
    "ProviderName",
    "RemediationSteps",
    "Techniques",
];

pub(super) fn check(fields: &mut Fields<'_>, uses: &mut Vec<ColumnUse>) {
    let Some(entry) = fields.entry("alertDetailsOverride") else {
        return;
    };
    let details = &entry.value;
    for (name, most) in FORMATS {
        let Some(format) = details.get(name) else { continue };
        let Some(text) = format.value.as_text() else { continue };
        let length = text.trim().chars().count();
        if length > most {
            fields.diagnostics.push(too_long(name, length, most, format.key_span));
        }
        let columns = places(text);
        if columns.len() > MOST_PLACES {
            let message = format!("`{name}` takes {} columns, {MOST_PLACES} are allowed", columns.len());
            fields
                .diagnostics
                .push(Diagnostic::warning(ALERT_DETAILS, message, format.key_span));
        }
        uses.extend(columns.into_iter().map(|column| ColumnUse {
            column,
            span: format.value.span,
        }));
    }
    for name in COLUMNS {
        uses.extend(details.get(name).and_then(|entry| column(&entry.value)));
    }
    dynamic_properties(details, fields.diagnostics, uses);
}

fn dynamic_properties(details: &Node, diagnostics: &mut Vec<Diagnostic>, uses: &mut Vec<ColumnUse>) {
    if details.get("alertDynamicProperties").is_none() {
        return;
    }
    let mut properties = Fields::new(details, diagnostics);
    for property in properties.maps("alertDynamicProperties") {
        let known = property
            .get("alertProperty")
            .and_then(|name| Some((name.value.as_text()?.trim(), name.value.span)));
        if let Some((name, span)) = known
            && !PROPERTIES.contains(&name)
        {
            let mut found = Diagnostic::warning(ALERT_DETAILS, format!("alerts have no property `{name}`"), span);
            if let Some(close) = suggest::closest(name, PROPERTIES) {
                found = found.with_help(format!("did you mean `{close}`?"));
            }
            properties.diagnostics.push(found);
        }
        uses.extend(property.get("value").and_then(|value| column(&value.value)));
    }
}

fn column(value: &Node) -> Option<ColumnUse> {
    let column = value.as_text().filter(|_| !value.is_blank())?.trim();
    is_column_name(column).then(|| ColumnUse {
        column: column.to_owned(),
        span: value.span,
    })
}

/// The columns in `{{…}}`.
fn places(text: &str) -> Vec<String> {
    let parts = text.split("{{").skip(1).filter_map(|part| part.split_once("}}"));
    parts
        .map(|(column, _)| column.trim().to_owned())
        .filter(|column| is_column_name(column))
        .collect()
}
