//! Custom details.

use quarry_text::Diagnostic;

use super::is_column_name;
use crate::code::CUSTOM_DETAILS;
use crate::fields::Fields;
use crate::model::ColumnUse;

const MOST: usize = 20;
const LONGEST_KEY: usize = 20;
const LONGEST_COLUMN: usize = 500;

pub(super) fn check(fields: &mut Fields<'_>, uses: &mut Vec<ColumnUse>) {
    let Some(entry) = fields.entry("customDetails") else { return };
    let details = entry.value.entries();
    let mut report = |message: String, span| fields.diagnostics.push(Diagnostic::warning(CUSTOM_DETAILS, message, span));
    if details.len() > MOST {
        report(format!("{} custom details, {MOST} are allowed", details.len()), entry.key_span);
    }
    for detail in details {
        let letters = detail.key.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
        if !letters || !is_column_name(&detail.key) || detail.key.len() > LONGEST_KEY {
            let message = format!(
                "`{}` cannot name a custom detail: a letter, then letters and digits, {LONGEST_KEY} at most",
                detail.key
            );
            report(message, detail.key_span);
        }
        let Some(column) = detail.value.as_text().map(str::trim) else {
            continue;
        };
        if is_column_name(column) && column.len() <= LONGEST_COLUMN {
            uses.push(ColumnUse {
                column: column.to_owned(),
                span: detail.value.span,
            });
        } else {
            let message = format!("`{column}` is not the name of a column: letters, digits and underscores");
            report(message, detail.value.span);
        }
    }
}
