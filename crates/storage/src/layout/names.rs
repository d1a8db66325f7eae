//! Names of columns in files.

use std::collections::HashSet;

use quarry_schema::KqlType;

use super::{Layout, RESIDUAL_SUFFIX, StoredColumn};
use crate::hot::HotPart;

impl Layout {
    /// Names in lower case that a new column of a file cannot have.
    pub(super) fn taken_names(&self) -> HashSet<String> {
        let own = StoredColumn::ingestion_time();
        let mut taken = HashSet::from([own.residual(), own.physical]);
        for column in &self.stored {
            taken.insert(column.physical.to_lowercase());
            if column.ty == KqlType::DateTime {
                taken.insert(column.residual().to_lowercase());
            }
        }
        let hot = self
            .hot
            .iter()
            .flat_map(|hot| HotPart::ALL.into_iter().filter_map(|part| part.name(hot)));
        taken.extend(hot.map(|name| name.to_lowercase()));
        taken
    }
}

/// A name that Delta Lake allows, different from those taken also in lower case.
pub(super) fn free_name(name: &str, ty: KqlType, taken: &HashSet<String>) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_control() || " ,;{}()\t\n=.`".contains(c) {
                '_'
            } else {
                c
            }
        })
        .collect();
    let plain = if plain.is_empty() { "_".to_owned() } else { plain };
    let free = |candidate: &str| {
        let lower = candidate.to_lowercase();
        !taken.contains(&lower) && (ty != KqlType::DateTime || !taken.contains(&format!("{lower}{RESIDUAL_SUFFIX}")))
    };
    if free(&plain) {
        return plain;
    }
    (2..)
        .map(|n| format!("{plain}__{n}"))
        .find(|candidate| free(candidate))
        .unwrap_or(plain)
}
