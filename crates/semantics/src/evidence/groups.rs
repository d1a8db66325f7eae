//! Bodies that run over groups of rows: `mv-apply` and `partition`.

use std::collections::HashSet;

use super::build::names;
use super::{Traced, Tracer, each_rel};
use crate::ir::{Candidates, ColumnId, ExprKind, MvExpand, Query, Rel, RelKind};

impl Tracer<'_> {
    /// Every row of `mv-apply` comes from one source row, whose columns stand beside it, as long as the body reads no other rows.
    pub(super) fn mv_apply(&mut self, rel: &Rel, expand: &MvExpand, body: &Rel, row: ColumnId) -> Traced {
        let mut others = false;
        each_rel(body, &mut |inner| {
            others |= matches!(
                inner.kind.as_ref(),
                RelKind::Table { .. } | RelKind::Shared { .. } | RelKind::Outside(_)
            );
        });
        if others {
            return self.untraced(rel, "mv-apply with other tables in its body");
        }
        let below = self.trace(&expand.input);
        let expand = MvExpand {
            input: below.rel,
            items: expand.items.clone(),
            ..*expand
        };
        let kind = RelKind::MvApply {
            expand,
            body: body.clone(),
            row,
        };
        let traced = Self::passed(rel, kind, below.events);
        // What tables the body reads, it reads in subqueries.
        let tables = self.tables(body);
        if tables.is_empty() {
            return traced;
        }
        let entries = format!("[{{\"Consulted\":{}}}]", names(tables.iter().map(String::as_str)));
        self.with_entries(traced, entries)
    }

    /// The rows of a group bring their evidence into the body.
    pub(super) fn partition(&mut self, rel: &Rel, input: &Rel, key: ColumnId, body: &Rel) -> Traced {
        let below = self.trace(input);
        self.groups.push(below.events);
        let body = self.trace(body);
        self.groups.pop();
        let kind = RelKind::Partition {
            input: below.rel,
            key,
            body: body.rel,
        };
        Self::passed(rel, kind, body.events)
    }

    pub(super) fn group_input(&mut self, rel: &Rel, source: &[(ColumnId, ColumnId)]) -> Traced {
        let Some(from) = self.groups.last().copied() else {
            return self.untraced(rel, "mv-apply");
        };
        let events = self.fresh();
        let mut source = source.to_vec();
        source.push((events, from));
        Self::passed(rel, RelKind::GroupInput { source }, events)
    }
}

/// Whether a subquery reads nothing of a group around it: no rows, no key, and no other subquery that does.
pub(super) fn stands_alone(query: &Query, rel: &Rel) -> bool {
    let mut made: HashSet<ColumnId> = HashSet::new();
    let mut read: Vec<ColumnId> = Vec::new();
    let mut subqueries = Vec::new();
    each_rel(rel, &mut |rel| {
        made.extend(rel.columns.iter().map(|column| column.id));
        rel.each_expr(&mut |expr| {
            expr.walk(&mut |inner| match &inner.kind {
                ExprKind::Column(id) => read.push(*id),
                ExprKind::Scalar(id)
                | ExprKind::Membership {
                    candidates: Candidates::Set(id),
                    ..
                } => subqueries.push(*id),
                _ => {}
            });
        });
        match rel.kind.as_ref() {
            RelKind::GroupInput { source } => read.extend(source.iter().map(|(_, from)| *from)),
            RelKind::MvExpand(expand) | RelKind::MvApply { expand, .. } => {
                made.extend(expand.items.iter().map(|item| item.output).chain(expand.index));
            }
            RelKind::Shared { subquery, .. } => subqueries.push(*subquery),
            // What such an operator calls its own is not listed as columns; that it stands alone is not sure.
            RelKind::Scan(_) | RelKind::MakeSeries(_) | RelKind::GraphMatch(_) | RelKind::GraphNodes { .. } | RelKind::Plugin { .. } => {
                made.extend(own_columns(rel));
            }
            _ => {}
        }
    });
    let inside = |id: &ColumnId| made.contains(id);
    read.iter().all(inside)
        && subqueries.iter().all(|id| {
            let other = query.subqueries.iter().find(|other| other.id == *id);
            other.is_some_and(|other| stands_alone(query, &other.rel))
        })
}

/// Ids that an operator's expressions read of itself.
fn own_columns(rel: &Rel) -> Vec<ColumnId> {
    match rel.kind.as_ref() {
        RelKind::Scan(scan) => {
            let state = scan.steps.iter().flat_map(|step| &step.state).map(|(id, _)| *id);
            state.chain(scan.declared.iter().map(|(id, _)| *id)).collect()
        }
        RelKind::MakeSeries(series) => series.filled.iter().map(|column| column.id).collect(),
        _ => Vec::new(),
    }
}
