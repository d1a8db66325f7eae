use quarry_text::{Diagnostic, Rule};

use crate::subject::Subject;

/// A check of a hunt's query: what it is, and how it is found.
#[derive(Debug)]
pub struct Lint {
    pub rule: Rule,
    pub(crate) check: fn(&Subject<'_>, &mut Findings),
}

/// What lints found, by the text that the places are of.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub in_query: Vec<Diagnostic>,
    pub in_document: Vec<Diagnostic>,
}
