//! Which columns of a result tell one row from another as findings: a count grows from run to run, the account it was counted for stays.

use std::collections::HashSet;

use super::{ColumnId, Expr, ExprKind, JoinKind, MvExpand, PluginValue, Query, Rel, RelKind};

/// Functions whose values say nothing about the row.
const PASSING: &[&str] = &["ago", "ingestion_time", "new_guid", "now", "rand", "row_number"];

impl Query {
    /// The columns of a result that identify its rows, by position. Rows without aggregation are identified by all their columns; after
    /// `summarize` by its keys and what is computed from them alone. Empty when the result is always one row.
    #[must_use]
    pub fn identity(&self, result: usize) -> Vec<usize> {
        let Some(result) = self.results.get(result) else {
            return Vec::new();
        };
        let ids = self.identifying(&result.rel);
        let columns = result.rel.columns.iter().enumerate();
        columns.filter(|(_, column)| ids.contains(&column.id)).map(|(at, _)| at).collect()
    }

    fn identifying(&self, rel: &Rel) -> HashSet<ColumnId> {
        let all = || rel.columns.iter().map(|column| column.id).collect();
        match rel.kind.as_ref() {
            RelKind::Filter { input, .. } | RelKind::Sort { input, .. } | RelKind::Take { input, .. } => self.identifying(input),
            RelKind::Sample { input, distinct: None, .. } => self.identifying(input),
            RelKind::Project { input, items } | RelKind::Window { input, items } => computed(items, &self.identifying(input)),
            RelKind::Summarize { keys, .. } => keys.iter().map(|(id, _)| *id).collect(),
            RelKind::MakeSeries(series) => series.keys.iter().map(|(id, _)| *id).collect(),
            RelKind::Join { join, left, right, .. } => match join {
                JoinKind::LeftSemi | JoinKind::LeftAnti => self.identifying(left),
                JoinKind::RightSemi | JoinKind::RightAnti => self.identifying(right),
                _ => self.identifying(left).union(&self.identifying(right)).copied().collect(),
            },
            RelKind::Union { legs, source_column } => {
                let mut ids: HashSet<ColumnId> = source_column.iter().copied().collect();
                for leg in legs {
                    let own = self.identifying(&leg.rel);
                    ids.extend(leg.source.iter().filter(|(_, from)| own.contains(from)).map(|(to, _)| *to));
                }
                ids
            }
            RelKind::MvExpand(expand) => self.with_elements(expand),
            RelKind::Parse(parse) => self.with_new(&parse.input, rel),
            RelKind::ParseKv(parse) => self.with_new(&parse.input, rel),
            RelKind::Partition { body, .. } => self.identifying(body),
            RelKind::Shared { subquery, source } => {
                let Some(subquery) = self.subqueries.iter().find(|known| known.id == *subquery) else {
                    return all();
                };
                let own = self.identifying(&subquery.rel);
                source.iter().filter(|(_, from)| own.contains(from)).map(|(to, _)| *to).collect()
            }
            // A lookup in a table adds columns to the rows of its input and makes no new ones.
            RelKind::Plugin {
                input: Some(input), args, ..
            } if args.iter().any(|arg| matches!(arg.value, PluginValue::Table(_))) => self.identifying(input),
            _ => all(),
        }
    }

    fn with_elements(&self, expand: &MvExpand) -> HashSet<ColumnId> {
        let mut ids = self.identifying(&expand.input);
        ids.extend(expand.items.iter().map(|item| item.output));
        ids
    }

    /// What identifies the input, and the columns that are new if what they are read from identifies it.
    fn with_new(&self, input: &Rel, rel: &Rel) -> HashSet<ColumnId> {
        let own = self.identifying(input);
        let mut reads = true;
        rel.each_expr(&mut |expr| reads &= columns_of(expr).iter().all(|id| own.contains(id)));
        let before: HashSet<ColumnId> = input.columns.iter().map(|column| column.id).collect();
        let fresh = rel
            .columns
            .iter()
            .map(|column| column.id)
            .filter(|id| reads && !before.contains(id));
        own.iter().copied().chain(fresh).collect()
    }
}

/// Which of the computed columns identify a row: those that read nothing else than what does. Where such a column has gone, and what was
/// computed from it also reads other columns, that has to do.
fn computed(items: &[(ColumnId, Expr)], own: &HashSet<ColumnId>) -> HashSet<ColumnId> {
    let read: Vec<(ColumnId, HashSet<ColumnId>)> = items
        .iter()
        .filter(|(_, expr)| !passes(expr))
        .map(|(id, expr)| (*id, columns_of(expr)))
        .collect();
    let mut ids = HashSet::new();
    let mut held = HashSet::new();
    for (id, columns) in &read {
        if !columns.is_empty() && columns.is_subset(own) {
            ids.insert(*id);
            held.extend(columns);
        }
    }
    let lost: HashSet<ColumnId> = own.difference(&held).copied().collect();
    ids.extend(read.iter().filter(|(_, columns)| !columns.is_disjoint(&lost)).map(|(id, _)| *id));
    ids
}

fn passes(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |inner| {
        found |= matches!(&inner.kind, ExprKind::Call { function, .. } if PASSING.contains(&function.name));
    });
    found
}

fn columns_of(expr: &Expr) -> HashSet<ColumnId> {
    let mut found = HashSet::new();
    expr.walk(&mut |inner| {
        if let ExprKind::Column(id) = &inner.kind {
            found.insert(*id);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use crate::{BindOptions, SchemaCatalog, bind};

    /// The names of the columns that identify the rows of a query.
    fn identity(query: &str) -> String {
        let outcome = bind(query, &BindOptions::default(), &SchemaCatalog);
        let query = outcome.query.unwrap_or_else(|| panic!("{:?}", outcome.diagnostics));
        let columns = &query.results[0].rel.columns;
        let names: Vec<&str> = query.identity(0).into_iter().map(|at| columns[at].name.as_str()).collect();
        names.join(" ")
    }

    #[test]
    fn rows_are_themselves() {
        assert_eq!(
            identity("SigninLogs | project TimeGenerated, UserPrincipalName"),
            "TimeGenerated UserPrincipalName"
        );
        assert_eq!(
            identity("SigninLogs | project UserPrincipalName, Seen = now(), x = 1"),
            "UserPrincipalName"
        );
    }

    #[test]
    fn groups_are_their_keys() {
        let query = "SigninLogs | summarize Count = count(), Last = max(TimeGenerated) by UserPrincipalName, Day = bin(TimeGenerated, 1d)";
        assert_eq!(identity(query), "UserPrincipalName Day");
        assert_eq!(
            identity(&format!(
                "{query} | extend Name = tolower(UserPrincipalName), Reason = iff(Count > 3, 'many', 'few')"
            )),
            "UserPrincipalName Day Name"
        );
        assert_eq!(
            identity(&format!("{query} | project Text = strcat(UserPrincipalName, Count), Count, Day")),
            "Text Day"
        );
        assert_eq!(identity("SigninLogs | count"), "");
    }

    #[test]
    fn joins_add_what_they_bring() {
        let users = "SigninLogs | summarize Count = count() by UserPrincipalName";
        assert_eq!(
            identity(&format!(
                "{users} | join kind=inner (OfficeActivity | summarize Reads = count() by UserId) on $left.UserPrincipalName == $right.UserId"
            )),
            "UserPrincipalName UserId"
        );
        assert_eq!(
            identity(&format!(
                "{users} | join kind=leftanti (OfficeActivity | project UserId) on $left.UserPrincipalName == $right.UserId"
            )),
            "UserPrincipalName"
        );
    }

    #[test]
    fn what_is_materialized_keeps_its_identity() {
        assert_eq!(
            identity("let a = materialize(SigninLogs | summarize n = count() by AppId); union a, (a | where n > 3)"),
            "AppId"
        );
    }
}
