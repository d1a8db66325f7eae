//! Evidence: a query rewritten so that every row brings the events that it comes from.
//!
//! Each operator carries one more column, last: an array of entries.
//!
//! * `{"Table": …, "Time": …, "Fields": {…}}`: a row of a stored table, with those of its columns that the query reads, and what identifies it.
//! * `{"Absent": [tables], "On": [columns]}`: nothing in these tables met the row, which is why it is there.
//! * `{"Consulted": [tables]}`: a value or a set of values that was computed from these tables played a part.
//! * `{"Outside": [files]}`: rows of local files.
//! * `{"Untraced": operator, "Tables": [tables]}`: what this operator does with its rows is not followed; it read these tables.
//! * `{"Omitted": n, "Table": …}`: so many entries of the table, or fewer where some are the same, were more than the limit.
//!
//! The rewriting is of the bound query alone, so a query without evidence takes no other path than ever.

mod build;
mod groups;
mod joins;
mod sources;
#[cfg(test)]
mod tests;
mod trace;
mod used;

use std::collections::{HashMap, HashSet};

use crate::ir::{ColumnId, Query, Rel, RelKind, SubqueryId, SubqueryKind};

/// The query with one more column behind the visible ones of each result: its evidence, at most `limit` events of each table.
#[must_use]
pub fn instrument(query: &Query, limit: usize) -> Query {
    let mut tracer = Tracer {
        query,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
        next: first_free(query),
        used: used::columns(query),
        shared: HashMap::new(),
        groups: Vec::new(),
    };
    let mut traced = query.clone();
    for (subquery, place) in query.subqueries.iter().zip(&mut traced.subqueries) {
        if subquery.kind == SubqueryKind::Table && groups::stands_alone(query, &subquery.rel) {
            let rows = tracer.trace(&subquery.rel);
            tracer.shared.insert(subquery.id, rows.events);
            place.rel = rows.rel;
        }
    }
    for (result, place) in query.results.iter().zip(&mut traced.results) {
        place.rel = tracer.trace(&result.rel).rel;
    }
    traced
}

/// A tabular expression with its evidence: the last of its columns.
struct Traced {
    rel: Rel,
    events: ColumnId,
}

struct Tracer<'q> {
    query: &'q Query,
    limit: i64,
    /// The next column id that nothing has.
    next: ColumnId,
    /// The columns that decide anything about the results.
    used: HashSet<ColumnId>,
    /// The evidence of materialized subqueries.
    shared: HashMap<SubqueryId, ColumnId>,
    /// The evidence of the rows that the bodies around this place work on.
    groups: Vec<ColumnId>,
}

fn first_free(query: &Query) -> ColumnId {
    let mut greatest = 0;
    for rel in roots(query) {
        each_rel(rel, &mut |rel| {
            let own = rel.columns.iter().map(|column| column.id).max().unwrap_or(0);
            greatest = greatest.max(own);
            if let RelKind::MvApply { expand, row, .. } = rel.kind.as_ref() {
                let made = expand.items.iter().map(|item| item.output).chain(expand.index);
                greatest = made.chain([*row]).fold(greatest, ColumnId::max);
            }
        });
    }
    greatest.saturating_add(1)
}

/// Everything that a query computes.
fn roots(query: &Query) -> impl Iterator<Item = &Rel> {
    let subqueries = query.subqueries.iter().map(|subquery| &subquery.rel);
    subqueries.chain(query.results.iter().map(|result| &result.rel))
}

fn each_rel<'r>(rel: &'r Rel, visit: &mut dyn FnMut(&'r Rel)) {
    visit(rel);
    for input in rel.inputs() {
        each_rel(input, visit);
    }
}
