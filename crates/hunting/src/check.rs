//! Checking hunts without running them.

use quarry_content::Hunt;
use quarry_semantics::{BindOptions, Catalog, Mode};
use quarry_text::Diagnostic;

/// What binding a hunt's query against a catalogue gave.
#[derive(Debug, Clone)]
pub struct CheckedHunt {
    /// Of the query, with places in the hunt's document.
    pub diagnostics: Vec<Diagnostic>,
    /// The names of the result's columns, when they are known for certain.
    pub columns: Option<Vec<String>>,
}

/// Parses and binds a hunt's query.
#[must_use]
pub fn check_hunt(hunt: &Hunt, catalog: &dyn Catalog) -> CheckedHunt {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    let outcome = quarry_semantics::bind(&hunt.query.text, &options, catalog);
    let names = outcome
        .query
        .as_ref()
        .filter(|_| !outcome.open)
        .and_then(|query| query.results.first());
    let columns = names.map(|result| result.rel.columns.iter().map(|column| column.name.clone()).collect());
    let diagnostics = outcome
        .diagnostics
        .into_iter()
        .map(|diagnostic| hunt.query.map.diagnostic(diagnostic))
        .collect();
    CheckedHunt { diagnostics, columns }
}
