//! How long texts may be.

use quarry_text::{Diagnostic, Span};

use super::too_long;
use crate::fields::Fields;

const LIMITS: [(&str, usize); 2] = [("name", 256), ("description", 5_000)];
const LONGEST_QUERY: usize = 10_000;

pub(super) fn check(fields: &mut Fields<'_>) {
    for (field, most) in LIMITS {
        let Some(entry) = fields.entry(field) else { continue };
        let length = entry.value.as_text().map_or(0, |text| text.trim().chars().count());
        if length > most {
            let found = too_long(field, length, most, entry.key_span);
            fields.diagnostics.push(found);
        }
    }
}

/// The limit on the query of a rule.
pub(crate) fn query(text: &str, span: Span, diagnostics: &mut Vec<Diagnostic>) {
    let length = text.trim().chars().count();
    if length > LONGEST_QUERY {
        diagnostics.push(too_long("query", length, LONGEST_QUERY, span).with_help("move parts of it into a function"));
    }
}
