//! What the validation of published content demands beside single values. Its limits are those that Sentinel sets when a rule is deployed.

mod alert;
mod details;
mod entities;
mod grouping;
mod lengths;
mod techniques;

use quarry_text::{Diagnostic, Span};

use crate::fields::Fields;
use crate::model::{ColumnUse, HuntKind};

pub(crate) use entities::{Mapping, Pair, check as entities};
pub(crate) use lengths::query as query_length;
pub(crate) use techniques::check as techniques;

/// Checks the fields that only rules have, and the lengths of all; gives the columns that they name.
pub(crate) fn fields(fields: &mut Fields<'_>, kind: HuntKind) -> Vec<ColumnUse> {
    let mut uses = Vec::new();
    lengths::check(fields);
    details::check(fields, &mut uses);
    if matches!(kind, HuntKind::Scheduled | HuntKind::NearRealTime) {
        alert::check(fields, &mut uses);
        grouping::check(fields);
    }
    uses
}

/// Whether a text can name a column: a letter or underscore, then letters, digits and underscores.
fn is_column_name(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn too_long(field: &str, length: usize, most: usize, span: Span) -> Diagnostic {
    let message = format!("`{field}` has {length} characters, {most} are allowed");
    Diagnostic::warning(crate::code::TOO_LONG, message, span)
}
