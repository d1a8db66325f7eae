//! Where evidence begins: stored tables, kept rows, and what has no events.

use quarry_schema::KqlType;
use quarry_schema::functions::hidden;

use super::build::{call, constant, names, read};
use super::{Traced, Tracer, each_rel};
use crate::ir::{Candidates, Column, ColumnId, Expr, ExprKind, Literal, Rel, RelKind, SubqueryId};
use crate::literal::json_string;

/// When an event happened, by the names that tables use; the first one that a table has.
const TIMES: &[&str] = &["TimeGenerated", "Timestamp", "EventTime", "_TimeReceived"];

/// Columns that tell an event from all others of its table.
const IDS: &[&str] = &[
    "AlertId",
    "DeviceId",
    "EventOriginId",
    "EventRecordId",
    "Id",
    "NetworkMessageId",
    "OfficeId",
    "RecordId",
    "ReportId",
    "SystemAlertId",
    "_ItemId",
];

impl Tracer<'_> {
    /// Every row of a stored table is an event.
    pub(super) fn table(&mut self, rel: &Rel, table: &str, source: &[(ColumnId, String)]) -> Traced {
        let span = rel.span;
        let value = |column: &Column| read(column.id, column.ty, span);
        let text = |text: &str| constant(Literal::String(text.to_owned()), span);
        let time = time_of(&rel.columns).map_or_else(|| constant(Literal::Null(KqlType::DateTime), span), value);
        let mut args = vec![text(table), time];
        let mut seen: Vec<&str> = Vec::new();
        for column in &rel.columns {
            let Some((_, stored)) = source.iter().find(|(id, _)| *id == column.id) else {
                continue;
            };
            let matters = self.used.contains(&column.id) || IDS.contains(&stored.as_str());
            if matters && !seen.contains(&stored.as_str()) {
                seen.push(stored);
                args.extend([text(stored), value(column)]);
            }
        }
        let event = call(&hidden::EVENT, args, span);
        self.computed(&rel.columns, rel.clone(), event)
    }

    /// The rows of `materialize`, where they are followed.
    pub(super) fn kept_rows(&mut self, rel: &Rel, subquery: SubqueryId, source: &[(ColumnId, ColumnId)]) -> Traced {
        let Some(from) = self.shared.get(&subquery).copied() else {
            return self.untraced(rel, "materialize inside a body");
        };
        let events = self.fresh();
        let mut source = source.to_vec();
        source.push((events, from));
        Self::passed(rel, RelKind::Shared { subquery, source }, events)
    }

    /// Rows with the same entries for each.
    pub(super) fn alike(&mut self, rel: &Rel, entries: String) -> Traced {
        let entries = constant(Literal::Dynamic(entries), rel.span);
        self.computed(&rel.columns, rel.clone(), entries)
    }

    /// Rows of an operator that is not followed. It keeps its inputs as they are.
    pub(super) fn untraced(&mut self, rel: &Rel, operator: &str) -> Traced {
        let entries = self.not_followed(rel, operator);
        self.alike(rel, entries)
    }

    /// The entry for what an operator does with its rows.
    pub(super) fn not_followed(&self, rel: &Rel, operator: &str) -> String {
        let tables = self.tables(rel);
        let (operator, tables) = (json_string(operator), names(tables.iter().map(String::as_str)));
        format!("[{{\"Untraced\":{operator},\"Tables\":{tables}}}]")
    }

    /// The tables that the subqueries of an operator's own expressions read, as an entry; those that are followed aside.
    pub(super) fn consulted(&self, rel: &Rel, followed: &[SubqueryId]) -> Option<String> {
        let mut found = Vec::new();
        rel.each_expr(&mut |expr| add_subqueries(expr, &mut found));
        found.retain(|id| !followed.contains(id));
        let mut tables = Vec::new();
        found.iter().for_each(|id| self.tables_of_subquery(*id, &mut tables));
        tables.sort();
        tables.dedup();
        (!tables.is_empty()).then(|| format!("[{{\"Consulted\":{}}}]", names(tables.iter().map(String::as_str))))
    }

    /// The stored tables below a place, each once, in alphabetical order.
    pub(super) fn tables(&self, rel: &Rel) -> Vec<String> {
        let mut tables = Vec::new();
        self.tables_below(rel, &mut tables);
        tables.sort();
        tables.dedup();
        tables
    }

    fn tables_below(&self, rel: &Rel, tables: &mut Vec<String>) {
        let mut subqueries = Vec::new();
        each_rel(rel, &mut |rel| {
            match rel.kind.as_ref() {
                RelKind::Table { name, .. } => tables.push(name.clone()),
                RelKind::Shared { subquery, .. } => subqueries.push(*subquery),
                _ => {}
            }
            rel.each_expr(&mut |expr| add_subqueries(expr, &mut subqueries));
        });
        subqueries.sort_unstable();
        subqueries.dedup();
        subqueries.into_iter().for_each(|id| self.tables_of_subquery(id, tables));
    }

    /// A subquery refers only to earlier ones, so this ends.
    fn tables_of_subquery(&self, id: SubqueryId, tables: &mut Vec<String>) {
        if let Some(subquery) = self.query.subqueries.iter().find(|subquery| subquery.id == id) {
            self.tables_below(&subquery.rel, tables);
        }
    }
}

fn add_subqueries(expr: &Expr, found: &mut Vec<SubqueryId>) {
    expr.walk(&mut |inner| match &inner.kind {
        ExprKind::Scalar(id)
        | ExprKind::Membership {
            candidates: Candidates::Set(id),
            ..
        } => found.push(*id),
        _ => {}
    });
}

fn time_of(columns: &[Column]) -> Option<&Column> {
    let times = || columns.iter().filter(|column| column.ty == KqlType::DateTime);
    let named = TIMES.iter().find_map(|name| times().find(|column| column.name == *name));
    named.or_else(|| times().next())
}
