//! Joins: rows that met, rows that met anything at all, and rows that met nothing.

use quarry_schema::KqlType;
use quarry_schema::functions;
use quarry_text::Span;

use super::build::{call, column, constant, names, read};
use super::groups::stands_alone;
use super::{Traced, Tracer};
use crate::ir::{Candidates, Column, Expr, ExprKind, JoinKind, Literal, LogicalOp, MembershipOp, Rel, RelKind, SubqueryId};

impl Tracer<'_> {
    pub(super) fn join(&mut self, rel: &Rel, (join, lookup): (JoinKind, bool), left: &Rel, right: &Rel, on: &[(Expr, Expr)]) -> Traced {
        match join {
            JoinKind::LeftSemi => {
                let own = self.trace(left);
                let (other, keys) = self.by_keys(right, on.iter().map(|(_, key)| key), rel.span);
                let on = on.iter().map(|(key, _)| key.clone()).zip(keys).collect();
                self.met(rel, (JoinKind::Inner, false), own, other, on)
            }
            JoinKind::RightSemi => {
                let own = self.trace(right);
                let (other, keys) = self.by_keys(left, on.iter().map(|(key, _)| key), rel.span);
                let on = keys.into_iter().zip(on.iter().map(|(_, key)| key.clone())).collect();
                self.met(rel, (JoinKind::Inner, false), other, own, on)
            }
            JoinKind::LeftAnti => {
                let own = self.trace(left);
                let absent = self.absent(right, on.iter().map(|(_, key)| key));
                let kind = RelKind::Join {
                    join,
                    left: own.rel,
                    right: right.clone(),
                    on: on.to_vec(),
                    lookup: false,
                };
                self.with_entries(Self::passed(rel, kind, own.events), absent)
            }
            JoinKind::RightAnti => {
                let own = self.trace(right);
                let absent = self.absent(left, on.iter().map(|(key, _)| key));
                let kind = RelKind::Join {
                    join,
                    left: left.clone(),
                    right: own.rel,
                    on: on.to_vec(),
                    lookup: false,
                };
                self.with_entries(Self::passed(rel, kind, own.events), absent)
            }
            _ => {
                let (left, right) = (self.trace(left), self.trace(right));
                self.met(rel, (join, lookup), left, right, on.to_vec())
            }
        }
    }

    /// The rows of both sides together. An outer join's row without a partner says which side is absent.
    fn met(&mut self, rel: &Rel, (join, lookup): (JoinKind, bool), left: Traced, right: Traced, on: Vec<(Expr, Expr)>) -> Traced {
        let span = rel.span;
        let (left_events, right_events) = (left.events, right.events);
        let events = |id| read(id, KqlType::Dynamic, span);
        let (mut of_left, mut of_right) = (events(left_events), events(right_events));
        if matches!(join, JoinKind::LeftOuter | JoinKind::FullOuter) {
            of_right = or_else(of_right, self.absent(&right.rel, on.iter().map(|(_, key)| key)), span);
        }
        if matches!(join, JoinKind::RightOuter | JoinKind::FullOuter) {
            of_left = or_else(of_left, self.absent(&left.rel, on.iter().map(|(key, _)| key)), span);
        }
        let all = self.together([of_left, of_right], span);
        self.beside(rel, (join, lookup), (left, right), on, all)
    }

    /// A join of traced sides with the evidence `all` over the columns of both.
    fn beside(
        &mut self,
        rel: &Rel,
        (join, lookup): (JoinKind, bool),
        (left, right): (Traced, Traced),
        on: Vec<(Expr, Expr)>,
        all: Expr,
    ) -> Traced {
        let mut columns = rel.columns.clone();
        columns.extend([column(left.events), column(right.events)]);
        let kind = RelKind::Join {
            join,
            left: left.rel,
            right: right.rel,
            on,
            lookup,
        };
        let joined = Rel {
            kind: Box::new(kind),
            columns,
            ..rel.clone_head()
        };
        self.computed(&rel.columns, joined, all)
    }

    /// The rows of a filter with the evidence of the members of sets that let them pass (`where x in (table)`), and the subqueries of these
    /// sets. An outer join cannot drop a row that has passed.
    pub(super) fn members(&mut self, rel: &Rel, predicate: &Expr, mut filtered: Traced) -> (Traced, Vec<SubqueryId>) {
        let query = self.query;
        let mut sets = Vec::new();
        sets_of(predicate, &mut sets);
        let mut followed = Vec::new();
        for (value, id) in sets {
            let Some(subquery) = query.subqueries.iter().find(|subquery| subquery.id == id) else {
                continue;
            };
            let Some(first) = subquery
                .rel
                .columns
                .first()
                .filter(|first| first.ty == value.ty && first.ty != KqlType::Dynamic)
            else {
                continue;
            };
            if !stands_alone(query, &subquery.rel) {
                continue;
            }
            let key = read(first.id, first.ty, rel.span);
            let (set, keys) = self.by_keys(&subquery.rel, std::iter::once(&key), rel.span);
            let on = std::iter::once(value.clone()).zip(keys).collect();
            let events = |id| read(id, KqlType::Dynamic, rel.span);
            let all = self.together([events(filtered.events), events(set.events)], rel.span);
            filtered = self.beside(rel, (JoinKind::LeftOuter, true), (filtered, set), on, all);
            followed.push(id);
        }
        (filtered, followed)
    }

    /// The evidence of a side gathered by its keys, one row for each, so that the other side's rows meet no more than one.
    fn by_keys<'e>(&mut self, side: &Rel, keys: impl Iterator<Item = &'e Expr>, span: Span) -> (Traced, Vec<Expr>) {
        let below = self.trace(side);
        let mut columns = Vec::new();
        let mut grouped = Vec::new();
        let mut read_keys = Vec::new();
        for (place, key) in keys.enumerate() {
            let id = self.fresh();
            columns.push(Column {
                id,
                name: format!("$by{place}"),
                ty: key.ty,
            });
            grouped.push((id, key.clone()));
            read_keys.push(read(id, key.ty, key.span));
        }
        let (gathered, events) = self.of_group(&below, span);
        columns.push(column(events));
        let rel = Rel {
            kind: Box::new(RelKind::Summarize {
                input: below.rel,
                keys: grouped,
                aggregates: vec![gathered],
            }),
            columns,
            span,
            serialized: false,
            open: false,
        };
        (Traced { rel, events }, read_keys)
    }

    /// The entry for a side that had no row for these keys.
    fn absent<'e>(&self, side: &Rel, keys: impl Iterator<Item = &'e Expr>) -> String {
        let tables = self.tables(side);
        let name = |expr: &Expr| {
            let id = match &expr.kind {
                ExprKind::Column(id) => Some(*id),
                _ => expr.columns().first().copied(),
            };
            let column = side.columns.iter().find(|column| Some(column.id) == id);
            column.map(|column| column.name.clone())
        };
        let on: Vec<String> = keys.filter_map(name).collect();
        format!(
            "[{{\"Absent\":{},\"On\":{}}}]",
            names(tables.iter().map(String::as_str)),
            names(on.iter().map(String::as_str))
        )
    }
}

/// What has to be in a set for a predicate to hold.
fn sets_of<'e>(predicate: &'e Expr, sets: &mut Vec<(&'e Expr, SubqueryId)>) {
    match &predicate.kind {
        ExprKind::Logical {
            op: LogicalOp::And,
            operands,
        } => operands.iter().for_each(|operand| sets_of(operand, sets)),
        ExprKind::Membership {
            op: MembershipOp::In,
            negated: false,
            value,
            candidates: Candidates::Set(id),
        } => sets.push((value, *id)),
        _ => {}
    }
}

/// Evidence, or these entries where there is none.
fn or_else(events: Expr, entries: String, span: Span) -> Expr {
    let entries = constant(Literal::Dynamic(entries), span);
    match functions::scalar("coalesce") {
        Some(coalesce) => call(coalesce, vec![events, entries], span),
        None => events,
    }
}
