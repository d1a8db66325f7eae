//! Exclusions: predicates of a team that take rows out of a table before a query sees them, or out of its result.

use quarry_syntax::parse_expression;
use quarry_text::{Diagnostic, Span};

use crate::binder::{Binder, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::{Context, Env};

/// A predicate that is applied beside the query's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// What diagnostics call it.
    pub name: String,
    /// The table whose rows it takes out, wherever the query reads that table; the query's first result when absent.
    pub table: Option<String>,
    /// A KQL predicate over the columns of the table or the result. It sees nothing that the query declares.
    pub predicate: String,
    /// Keep the rows that the predicate is true for, instead of taking them out.
    pub inverted: bool,
}

/// What is wrong with the text of a predicate alone, with places in it; names and types are not looked at.
#[must_use]
pub fn predicate_mistakes(predicate: &str) -> Vec<Diagnostic> {
    let parsed = parse_expression(predicate);
    let mut mistakes: Vec<Diagnostic> = parsed.diagnostics().iter().filter(|found| found.is_error()).cloned().collect();
    if mistakes.is_empty() && parsed.expression().is_none() {
        mistakes.push(diagnostics::general("there is no predicate", Span::empty(0)));
    }
    mistakes
}

impl Binder<'_> {
    /// The rows of a stored table without those that exclusions take out.
    pub(crate) fn without_excluded(&mut self, stored: &str, scan: Rel) -> Rel {
        // What a predicate itself looks up is not filtered: it would look for itself.
        if self.excluding {
            return scan;
        }
        let options = self.options;
        let applies = |exclusion: &&Exclusion| {
            exclusion
                .table
                .as_deref()
                .is_some_and(|table| table == stored || self.catalog.table(table).is_some_and(|schema| schema.name == stored))
        };
        let exclusions: Vec<&Exclusion> = options.exclusions.iter().filter(applies).collect();
        exclusions.into_iter().fold(scan, |rows, exclusion| self.exclude(exclusion, rows))
    }

    /// The result of the query without the rows that exclusions take out of it.
    pub(crate) fn result_without_excluded(&mut self, result: Rel) -> Rel {
        let options = self.options;
        let exclusions = options.exclusions.iter().filter(|exclusion| exclusion.table.is_none());
        exclusions.fold(result, |rows, exclusion| self.exclude(exclusion, rows))
    }

    fn exclude(&mut self, exclusion: &Exclusion, input: Rel) -> Rel {
        let span = input.span;
        let outer = (
            self.foreign.replace((span, format!("exclusion {}", exclusion.name))),
            self.excluding,
        );
        self.excluding = true;
        let sink = self.sink.take();
        let filtered = self.excluded_rows(exclusion, input, span);
        self.sink = sink;
        (self.foreign, self.excluding) = outer;
        filtered
    }

    fn excluded_rows(&mut self, exclusion: &Exclusion, input: Rel, span: Span) -> Rel {
        // Before it is put into the expression around it: a bracket too many must not become part of that.
        if let Some(mistake) = predicate_mistakes(&exclusion.predicate).into_iter().next() {
            self.report(Diagnostic { span, ..mistake });
            return input;
        }
        let context = Context::new(&Env::default(), rows_of(&input));
        let before = self.diagnostics.len();
        // By itself first, so that what is wrong with it is said of it alone.
        self.condition(parse_expression(&exclusion.predicate).expression(), span, &context);
        if self.diagnostics.iter().skip(before).any(Diagnostic::is_error) {
            return input;
        }
        // A line of its own: a comment at its end must hide nothing. Null is not true, so such rows stay.
        let text = match exclusion.inverted {
            true => format!("coalesce(({}\n), false)", exclusion.predicate),
            false => format!("not(coalesce(({}\n), false))", exclusion.predicate),
        };
        let predicate = self.condition(parse_expression(&text).expression(), span, &context);
        let (columns, serialized, open) = (input.columns.clone(), input.serialized, input.open);
        rel(RelKind::Filter { input, predicate }, columns, serialized, open, span)
    }
}
