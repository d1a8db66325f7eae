//! Entity mappings as a whole.

use quarry_schema::attack;
use quarry_text::{Diagnostic, Span};

use super::is_column_name;
use crate::code::ENTITY_MAPPING;
use crate::model::ColumnUse;

const MOST_MAPPINGS: usize = 10;
const MOST_FIELDS: usize = 3;

/// An entity mapping as it was read: its type, its identifiers and columns, and the place of the type.
pub(crate) struct Mapping {
    pub entity: Option<(String, Span)>,
    pub pairs: Vec<Pair>,
}

/// An identifier and the column that holds it, each with its place.
pub(crate) struct Pair {
    pub identifier: String,
    pub place: Span,
    pub column: String,
    pub column_place: Span,
}

/// Checks mappings and gives the columns that they name.
pub(crate) fn check(mappings: &[Mapping], span: Span, diagnostics: &mut Vec<Diagnostic>) -> Vec<ColumnUse> {
    if mappings.len() > MOST_MAPPINGS {
        let message = format!("{} entity mappings, {MOST_MAPPINGS} are allowed", mappings.len());
        diagnostics.push(Diagnostic::warning(ENTITY_MAPPING, message, span));
    }
    let mut uses = Vec::new();
    for mapping in mappings {
        let mut seen: Vec<&str> = Vec::new();
        for Pair {
            identifier,
            place,
            column,
            column_place,
        } in &mapping.pairs
        {
            if seen.contains(&identifier.as_str()) {
                let message = format!("`{identifier}` is mapped twice");
                diagnostics.push(Diagnostic::warning(ENTITY_MAPPING, message, *place));
            }
            seen.push(identifier);
            if is_column_name(column) {
                uses.push(ColumnUse {
                    column: column.clone(),
                    span: *column_place,
                });
            } else {
                let message = format!("`{column}` is not the name of a column: letters, digits and underscores");
                diagnostics.push(Diagnostic::warning(ENTITY_MAPPING, message, *column_place));
            }
        }
        let Some((name, place)) = &mapping.entity else { continue };
        if mapping.pairs.len() > MOST_FIELDS {
            let message = format!("{} fields for one entity, {MOST_FIELDS} are allowed", mapping.pairs.len());
            diagnostics.push(Diagnostic::warning(ENTITY_MAPPING, message, *place));
        }
        // Identifiers that the type does not have are reported one by one.
        let Some(entity) = attack::entity_type(name).filter(|entity| seen.iter().all(|given| entity.identifiers.contains(given))) else {
            continue;
        };
        if !seen.is_empty() && !entity.is_identified_by(&seen) {
            let needed: Vec<String> = entity.required.iter().map(|together| together.join(" with ")).collect();
            let message = format!("{} do not tell one {name} from another", seen.join(", "));
            diagnostics.push(Diagnostic::warning(ENTITY_MAPPING, message, *place).with_help(format!("it takes {}", needed.join(", or "))));
        }
    }
    uses
}
