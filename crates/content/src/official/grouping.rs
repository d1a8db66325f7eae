//! How alerts are grouped and held back.

use quarry_text::{Diagnostic, suggest};

use crate::code::GROUPING;
use crate::fields::Fields;
use crate::node::{Entry, Node, Value};

pub(super) fn check(fields: &mut Fields<'_>) {
    let events = fields
        .entry("eventGroupingSettings")
        .and_then(|entry| entry.value.get("aggregationKind"));
    one_of(events, &["SingleAlert", "AlertPerResult"], fields.diagnostics);
    let incident = fields
        .entry("incidentConfiguration")
        .and_then(|entry| entry.value.get("groupingConfiguration"));
    if let Some(grouping) = incident {
        one_of(
            grouping.value.get("matchingMethod"),
            &["AllEntities", "AnyAlert", "Selected"],
            fields.diagnostics,
        );
        if let Some(details) = grouping.value.get("groupByAlertDetails") {
            each_of(&details.value, &["DisplayName", "Severity"], fields.diagnostics);
        }
    }
    if let Some((text, span)) = fields.text("suppressionDuration")
        && !is_duration(text)
    {
        let message = format!("`suppressionDuration` must be a duration, not `{text}`");
        fields
            .diagnostics
            .push(Diagnostic::warning(GROUPING, message, span).with_help("such as 5h or PT5H"));
    }
}

fn one_of(entry: Option<&Entry>, allowed: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    if let Some(entry) = entry {
        each_of(&entry.value, allowed, diagnostics);
    }
}

fn each_of(value: &Node, allowed: &[&str], diagnostics: &mut Vec<Diagnostic>) {
    let items = match &value.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(value),
    };
    for item in items {
        let Some(text) = item.as_text().map(str::trim).filter(|text| !text.is_empty()) else {
            continue;
        };
        if allowed.contains(&text) {
            continue;
        }
        let mut found = Diagnostic::warning(GROUPING, format!("`{text}` is none of {}", allowed.join(", ")), item.span);
        if let Some(close) = suggest::closest(text, allowed.iter().copied()) {
            found = found.with_help(format!("did you mean `{close}`?"));
        }
        diagnostics.push(found);
    }
}

/// `5h`, `1d`, or ISO 8601 such as `PT5H`.
fn is_duration(text: &str) -> bool {
    let units = |text: &str, units: &str| {
        let digits = text.trim_end_matches(|c: char| units.contains(c));
        !digits.is_empty() && digits.len() + 1 == text.len() && digits.bytes().all(|b| b.is_ascii_digit())
    };
    match text.strip_prefix('P') {
        Some(iso) => {
            let body: String = iso.chars().filter(|c| *c != 'T').collect();
            let mut parts = body.split_inclusive(|c: char| c.is_ascii_alphabetic());
            !body.is_empty() && parts.all(|part| units(part, "YMWDHS"))
        }
        None => units(text, "smhd"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations() {
        for right in ["5h", "1d", "PT5H", "P1DT12H", "PT30M"] {
            assert!(is_duration(right), "{right}");
        }
        for wrong in ["", "h", "5", "P", "PT", "five hours", "1h30m"] {
            assert!(!is_duration(wrong), "{wrong}");
        }
    }
}
