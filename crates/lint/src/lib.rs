//! What a reviewer of hunting content would say.
//!
//! A hunt's query is parsed and bound against the known tables; then every lint looks at the tree, at the bound query and at what the document
//! says around it. A lint is one file in `lints/`: its declaration (code, level, explanation, an example that fires and one that does not) and the
//! function that finds it. Nothing here runs a query.

mod allow;
mod baseline;
mod fix;
mod lint;
mod lints;
mod logic;
mod needs;
mod page;
mod review;
mod subject;
mod suppress;
mod tables;

pub use allow::Allowances;
pub use baseline::Baseline;
pub use fix::{Fixed, fix};
pub use lint::Lint;
pub use needs::{Needs, TableNeed, needs};
pub use page::page;
pub use review::{Review, review, review_with};
pub use suppress::Suppressions;

use quarry_text::{Diagnostic, Rule, remarks};

/// Everything that has a code of Quarry's own, in the order of codes: what stands between a query and its answer, what is odd in documents, in
/// tests, in queries, and in what is exported.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let documents = quarry_content::code::RULES;
    let lints = lints::LINTS.iter().map(|lint| &lint.rule);
    remarks::ENGINE
        .iter()
        .chain(documents)
        .chain(remarks::TESTING)
        .chain(lints)
        .chain(remarks::EXPORT)
}

/// What a code stands for. Codes of the language itself (`SYN…`, `SEM…`) are not listed: their messages say all there is.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}

/// Whether a diagnostic has a code, which may be written as its name.
fn is_called(diagnostic: &Diagnostic, code: &str) -> bool {
    diagnostic.code.eq_ignore_ascii_case(code) || rule(&diagnostic.code).is_some_and(|rule| rule.name.eq_ignore_ascii_case(code))
}

/// Every lint of queries.
#[must_use]
pub fn lints() -> &'static [&'static Lint] {
    lints::LINTS
}
