//! A whole document reviewed.

use std::collections::HashSet;

use quarry_content::{Document, Hunt, HuntKind, QueryText};
use quarry_schema::catalogue;
use quarry_semantics::{BindOptions, BindOutcome, Catalog, Mode};
use quarry_syntax::Parse;
use quarry_text::{Diagnostic, Severity, Span};

use crate::allow::Allowances;
use crate::lint::Findings;
use crate::lints::LINTS;
use crate::subject::Subject;
use crate::suppress::Suppressions;
use crate::tables::Reviewed;

/// What was found in a document, its places in the document's text.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// How many were allowed, by comments or by sidecars.
    pub suppressed: usize,
}

/// Reviews what a document says and every query in it. `catalog` has the tables and functions that queries may name.
#[must_use]
pub fn review(document: &Document, catalog: &dyn Catalog) -> Review {
    review_with(document, catalog, &Allowances::default())
}

/// The same without what sidecars allow.
#[must_use]
pub fn review_with(document: &Document, catalog: &dyn Catalog, allowances: &Allowances) -> Review {
    let mut diagnostics = document.diagnostics.clone();
    for hunt in &document.hunts {
        let mut findings = query(hunt, catalog);
        findings.in_query = findings
            .in_query
            .into_iter()
            .map(|diagnostic| place(diagnostic, &hunt.query, &document.source))
            .collect();
        diagnostics.append(&mut findings.in_query);
        diagnostics.append(&mut findings.in_document);
    }
    for function in &document.functions {
        let parse = quarry_syntax::parse(&function.query.text);
        let found = parse.diagnostics().iter().cloned();
        diagnostics.extend(found.map(|diagnostic| place(diagnostic, &function.query, &document.source)));
    }
    let allowed = Suppressions::of(&document.source);
    let before = diagnostics.len();
    diagnostics.retain(|diagnostic| !allowed.allows(diagnostic));
    allowances.take(document, &mut diagnostics);
    let suppressed = before - diagnostics.len();
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    Review { diagnostics, suppressed }
}

/// Parses, binds and lints the query of a hunt.
fn query(hunt: &Hunt, catalog: &dyn Catalog) -> Findings {
    let parse = quarry_syntax::parse(&hunt.query.text);
    let mut findings = Findings::default();
    // The query of an exploration is a form: what stands for its entity is filled in before it runs.
    if hunt.kind == HuntKind::Exploration {
        return findings;
    }
    let outcome = bind(&parse, &Reviewed(catalog));
    let bound = outcome.query.as_ref();
    let columns = bound
        .filter(|_| !outcome.open)
        .and_then(|query| query.results.last())
        .map(|result| result.rel.columns.as_slice());
    findings.in_query.extend(outcome.diagnostics.iter().cloned().map(judged));
    if parse.is_ok() {
        let subject = Subject::new(hunt, parse.syntax(), bound, columns);
        let mut found = Findings::default();
        LINTS.iter().for_each(|lint| (lint.check)(&subject, &mut found));
        // Tables that are used twice are bound twice, and what is wrong with them is one thing.
        let mut seen: HashSet<(String, Span)> = HashSet::new();
        let mut new = |diagnostic: &Diagnostic| seen.insert((diagnostic.code.to_string(), diagnostic.span));
        found.in_query.retain(&mut new);
        findings.in_query.append(&mut found.in_query);
        findings.in_document.append(&mut found.in_document);
    }
    findings
}

pub(crate) fn bind(query: &Parse, catalog: &dyn Catalog) -> BindOutcome {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    quarry_semantics::bind_parsed(query, &options, catalog)
}

/// The binder's diagnostic as a reviewer's: an error is what is certainly wrong with this query.
fn judged(mut diagnostic: Diagnostic) -> Diagnostic {
    // A parser's own mistake is reported where it is called; its author is another one.
    if diagnostic.is_error() && diagnostic.message.starts_with("in function ") {
        diagnostic.severity = Severity::Warning;
        return diagnostic;
    }
    let nameless = diagnostic.message.starts_with("Failed to resolve table") || diagnostic.message.starts_with("Unknown function");
    if !nameless {
        return diagnostic;
    }
    let name = diagnostic.message.rsplit('\'').nth(1).unwrap_or_default();
    let close = diagnostic.help.as_deref().and_then(|help| help.split('`').nth(1));
    if close.is_some_and(|close| is_slip(name, close)) {
        return diagnostic;
    }
    if let Some(rename) = catalogue::renamed(name) {
        let new = rename.new.join(" and ");
        return diagnostic.with_help(format!("{new} took its place"));
    }
    // Solutions and workspaces bring parsers and tables of their own, and nothing known is spelled like this one.
    diagnostic.severity = Severity::Warning;
    diagnostic.with_help("if a parser or a table of your own is called so, `--functions FOLDER` brings the parser")
}

/// Whether one name is the other with at most two letters changed in one place, so that a slip of the hand is the likely cause.
fn is_slip(name: &str, close: &str) -> bool {
    let letters = |text: &str| text.chars().map(|c| c.to_ascii_lowercase()).collect::<Vec<char>>();
    let (a, b) = (letters(name), letters(close));
    let shortest = a.len().min(b.len());
    let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    a.len().max(b.len()) - (start + end).min(shortest) <= 2
}

/// The diagnostic of a query at its place in the document. An edit is kept where the document writes the part exactly as the query has it.
fn place(mut diagnostic: Diagnostic, query: &QueryText, source: &str) -> Diagnostic {
    let edits = std::mem::take(&mut diagnostic.fix);
    let mut placed = query.map.diagnostic(diagnostic);
    let mapped: Option<Vec<_>> = edits
        .into_iter()
        .map(|edit| {
            let there = query.map.to_source(edit.span);
            let same = !edit.span.is_empty() && there.text(source) == edit.span.text(&query.text);
            // A quoted or folded scalar has rules of its own for these.
            let plain = !edit.text.contains(['"', '\'', '\\', '\n', '#', ':']);
            (same && plain).then_some(quarry_text::Edit {
                span: there,
                text: edit.text,
            })
        })
        .collect();
    placed.fix = mapped.unwrap_or_default();
    placed
}
