//! The way in: text to bound query.

use std::collections::HashSet;

use quarry_syntax::Parse;
use quarry_text::{Diagnostic, Span, has_errors};

use crate::binder::Binder;
use crate::catalog::Catalog;
use crate::diagnostics::no_query;
use crate::ir::{Candidates, Expr, ExprKind, Query, QueryResult, Rel, RelKind, Subquery, SubqueryId};
use crate::options::{BindOptions, BindOutcome, QueryKind};

/// Binds a query: resolves its names against the catalogue, decides every type, and lowers it to the representation that planners read.
#[must_use]
pub fn bind(source: &str, options: &BindOptions, catalog: &dyn Catalog) -> BindOutcome {
    bind_parsed(&quarry_syntax::parse(source), options, catalog)
}

/// The same of a query that has been parsed.
#[must_use]
pub fn bind_parsed(parse: &Parse, options: &BindOptions, catalog: &dyn Catalog) -> BindOutcome {
    let mut diagnostics = parse.diagnostics().to_vec();
    let nothing = |diagnostics| BindOutcome {
        now: options.now,
        query: None,
        discover: None,
        diagnostics,
        open: false,
        kind: QueryKind::None,
    };
    let Some(root) = parse.root() else {
        return nothing(diagnostics);
    };
    let broken_at = diagnostics
        .iter()
        .filter(|found| found.is_error())
        .map(|found| found.span.start)
        .min();
    let mut binder = Binder::new(options, catalog);
    let (results, kind, open) = binder.query(&root);
    if let Some(broken_at) = broken_at {
        // What stands before the first syntax error was read as it was meant; what is said of the rest would be guesswork.
        diagnostics.extend(binder.diagnostics.into_iter().filter(|found| found.span.end <= broken_at));
        diagnostics.sort_by_key(|found| found.span.start);
        return nothing(diagnostics);
    }
    if results.is_empty() && binder.executes() && binder.diagnostics.is_empty() {
        let end = parse.syntax().text_range().end();
        binder.report(no_query(Span::empty(end.into())));
    }
    diagnostics.append(&mut binder.diagnostics);
    diagnostics.sort_by_key(|diagnostic: &Diagnostic| diagnostic.span.start);
    let discover = binder.discover.take();
    if discover.is_some() || has_errors(&diagnostics) || results.is_empty() {
        let discover = if has_errors(&diagnostics) { None } else { discover };
        return BindOutcome {
            now: binder.now,
            query: None,
            discover,
            diagnostics,
            open,
            kind,
        };
    }
    let query = assemble(results, std::mem::take(&mut binder.subqueries));
    BindOutcome {
        now: binder.now,
        query: Some(query),
        discover: None,
        diagnostics,
        open,
        kind,
    }
}

/// A query with the subqueries that its results need, and no others.
pub(crate) fn assemble(results: Vec<QueryResult>, subqueries: Vec<Subquery>) -> Query {
    let mut needed: HashSet<SubqueryId> = HashSet::new();
    for result in &results {
        needs(&result.rel, &mut needed);
    }
    let mut kept = Vec::new();
    // Later subqueries may need earlier ones, never the other way.
    for subquery in subqueries.into_iter().rev() {
        if needed.contains(&subquery.id) {
            needs(&subquery.rel, &mut needed);
            kept.push(subquery);
        }
    }
    kept.reverse();
    Query { subqueries: kept, results }
}

fn needs(rel: &Rel, needed: &mut HashSet<SubqueryId>) {
    let mut todo = vec![rel];
    while let Some(rel) = todo.pop() {
        if let RelKind::Shared { subquery, .. } = rel.kind.as_ref() {
            needed.insert(*subquery);
        }
        rel.each_expr(&mut |expr| {
            expr.walk(&mut |expr: &Expr| match &expr.kind {
                ExprKind::Scalar(id) => {
                    needed.insert(*id);
                }
                ExprKind::Membership {
                    candidates: Candidates::Set(id),
                    ..
                } => {
                    needed.insert(*id);
                }
                _ => {}
            });
        });
        todo.extend(rel.inputs());
    }
}
