//! What a hunt needs of the data to be answered.

use std::collections::{BTreeMap, BTreeSet};

use quarry_content::Hunt;
use quarry_schema::catalogue;
use quarry_semantics::Catalog;
use quarry_semantics::ir::{Expr, RelKind};
use quarry_syntax::ast::NameExpr;

use crate::lints::time::{Since, TICKS_A_SECOND, lower_bounds};
use crate::review::bind;
use crate::subject::Subject;
use crate::tables::Reviewed;

/// What a hunt needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// The tables that it reads, by name.
    pub tables: Vec<TableNeed>,
}

/// A table that a hunt reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableNeed {
    pub name: String,
    /// How far back it reads, in ticks, when the query or the rule's period tells.
    pub back: Option<i64>,
    /// Stored columns that its conditions and groupings read: without values in them it finds nothing.
    pub columns: Vec<String>,
}

/// What the query of a hunt needs, by the known tables and functions.
#[must_use]
pub fn needs(hunt: &Hunt, catalog: &dyn Catalog) -> Needs {
    let parse = quarry_syntax::parse(&hunt.query.text);
    let outcome = bind(&parse, &Reviewed(catalog));
    let subject = Subject::new(hunt, parse.syntax(), outcome.query.as_ref(), None);
    let mut tables: BTreeMap<String, TableNeed> = BTreeMap::new();
    let mut add = |name: &str| {
        tables.entry(name.to_owned()).or_insert_with(|| TableNeed {
            name: name.to_owned(),
            ..TableNeed::default()
        });
    };
    if subject.query.is_some() {
        for rel in &subject.rels {
            if let RelKind::Table { name, .. } = rel.kind.as_ref() {
                add(name);
            }
        }
    } else {
        // What does not bind still names its tables.
        let names: BTreeSet<String> = subject.views::<NameExpr>().map(|name| name.value()).collect();
        names
            .iter()
            .filter(|name| catalogue::table(name).is_some())
            .for_each(|name| add(name));
    }
    for bound in lower_bounds(&subject) {
        if let (Some(table), Since::Back(ticks)) = (tables.get_mut(bound.table), bound.since) {
            table.back = table.back.max(Some(ticks));
        }
    }
    let period = hunt.schedule.as_ref().and_then(|schedule| i64::try_from(schedule.period).ok());
    let period = period
        .filter(|period| *period > 0)
        .map(|period| period.saturating_mul(TICKS_A_SECOND));
    for (table, column) in decisive_columns(&subject) {
        if let Some(table) = tables.get_mut(&table) {
            table.columns.push(column);
        }
    }
    let tables = tables.into_values().map(|mut table| {
        table.back = table.back.or(period);
        table
    });
    Needs { tables: tables.collect() }
}

/// The stored columns that decide which rows a query finds.
fn decisive_columns(subject: &Subject<'_>) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for rel in &subject.rels {
        if !matches!(rel.kind.as_ref(), RelKind::Filter { .. } | RelKind::Join { .. }) {
            continue;
        }
        rel.each_expr(&mut |expr| {
            // A test for emptiness, or an alternative, may well be meant for what is not there.
            let strict = conjuncts(expr);
            for part in strict {
                part.walk(&mut |part: &Expr| {
                    if let Some((table, column)) = subject.stored(part) {
                        found.insert((table.to_owned(), column.to_owned()));
                    }
                });
            }
        });
    }
    found
}

/// The comparisons that must all be positive for a row to pass.
fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    use quarry_semantics::ir::{BinaryOp, ExprKind, LogicalOp};
    match &expr.kind {
        ExprKind::Logical {
            op: LogicalOp::And,
            operands,
        } => operands.iter().flat_map(conjuncts).collect(),
        ExprKind::Column(_) => vec![expr],
        ExprKind::Binary {
            op: BinaryOp::Equal | BinaryOp::Text { negated: false, .. },
            right,
            ..
        } if !matches!(&right.kind, ExprKind::Literal(quarry_semantics::ir::Literal::String(text)) if text.is_empty()) => vec![expr],
        ExprKind::Membership { negated: false, .. } => vec![expr],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use quarry_content::load_text;
    use quarry_semantics::SchemaCatalog;

    use super::*;

    fn of(query: &str) -> Needs {
        let document = load_text("a.kql", query);
        needs(&document.hunts[0], &SchemaCatalog)
    }

    #[test]
    fn tables_with_time_and_columns() {
        let found = of(
            "let Back = 14d;\nSigninLogs\n| where TimeGenerated > ago(Back) and ResultType == \"0\" and isempty(Location)\n\
                        | join kind=inner (AuditLogs | where TimeGenerated > ago(1d)) on CorrelationId",
        );
        let names: Vec<&str> = found.tables.iter().map(|table| table.name.as_str()).collect();
        assert_eq!(names, ["AuditLogs", "SigninLogs"]);
        assert_eq!(found.tables[0].back, Some(864_000_000_000));
        assert_eq!(found.tables[0].columns, ["CorrelationId"]);
        assert_eq!(found.tables[1].back, Some(14 * 864_000_000_000));
        assert_eq!(found.tables[1].columns, ["CorrelationId", "ResultType"]);
    }

    #[test]
    fn what_does_not_bind_still_names_its_tables() {
        assert_eq!(of("SigninLogs | where NoSuchColumn == 1").tables[0].name, "SigninLogs");
    }
}
