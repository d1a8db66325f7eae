//! Which columns decide anything: those that a result shows, that rows are chosen, grouped or met by, and whatever these are computed from.

use std::collections::{HashMap, HashSet};

use super::{each_rel, roots};
use crate::ir::{ColumnId, Expr, ParsePart, Query, Rel, RelKind, SubqueryKind};

pub(super) fn columns(query: &Query) -> HashSet<ColumnId> {
    let mut flow = Flow::default();
    roots(query).for_each(|rel| each_rel(rel, &mut |rel| flow.operator(rel)));
    for result in &query.results {
        flow.needed.extend(result.rel.columns.iter().map(|column| column.id));
    }
    for subquery in query.subqueries.iter().filter(|subquery| subquery.kind != SubqueryKind::Table) {
        flow.needed.extend(subquery.rel.columns.first().map(|column| column.id));
    }
    flow.reached()
}

/// What each column is computed from, and the columns that matter in themselves.
#[derive(Default)]
struct Flow {
    from: HashMap<ColumnId, Vec<ColumnId>>,
    needed: Vec<ColumnId>,
}

impl Flow {
    fn operator(&mut self, rel: &Rel) {
        match rel.kind.as_ref() {
            RelKind::Project { items, .. } | RelKind::Window { items, .. } => self.items(items),
            RelKind::Summarize { keys, aggregates, .. } => {
                // Without their keys rows would fall into other groups, even where no key is shown.
                self.items(keys);
                keys.iter().for_each(|(_, key)| self.need(key));
                for aggregate in aggregates {
                    let read: Vec<ColumnId> = aggregate.args.iter().flat_map(Expr::columns).collect();
                    aggregate.outputs.iter().for_each(|output| self.flows(*output, &read));
                }
            }
            RelKind::Union { legs, .. } => legs.iter().for_each(|leg| self.pairs(&leg.source)),
            RelKind::Shared { source, .. } | RelKind::GroupInput { source } => self.pairs(source),
            RelKind::MvExpand(expand) | RelKind::MvApply { expand, .. } => {
                for item in &expand.items {
                    self.flows(item.output, &item.expr.columns());
                    self.need(&item.expr);
                }
            }
            RelKind::Partition { key, .. } => self.needed.push(*key),
            RelKind::Parse(parse) => {
                if parse.only_matches {
                    self.need(&parse.source);
                }
                for part in &parse.pattern {
                    if let ParsePart::Column { output, .. } = part {
                        self.flows(*output, &parse.source.columns());
                    }
                }
            }
            RelKind::ParseKv(parse) => {
                let read = parse.source.columns();
                parse.keys.iter().for_each(|(output, ..)| self.flows(*output, &read));
            }
            RelKind::Filter { .. }
            | RelKind::Join { .. }
            | RelKind::Sort { .. }
            | RelKind::Take { .. }
            | RelKind::Sample { .. }
            | RelKind::Table { .. }
            | RelKind::Rows { .. }
            | RelKind::Range { .. }
            | RelKind::Outside(_) => rel.each_expr(&mut |expr| self.need(expr)),
            // What these read of their inputs is theirs to know.
            _ => {
                rel.each_expr(&mut |expr| self.need(expr));
                let inputs = rel.inputs();
                self.needed
                    .extend(inputs.iter().flat_map(|input| &input.columns).map(|column| column.id));
            }
        }
    }

    fn need(&mut self, expr: &Expr) {
        self.needed.extend(expr.columns());
    }

    fn items(&mut self, items: &[(ColumnId, Expr)]) {
        items.iter().for_each(|(id, expr)| self.flows(*id, &expr.columns()));
    }

    fn pairs(&mut self, pairs: &[(ColumnId, ColumnId)]) {
        pairs.iter().for_each(|(to, from)| self.flows(*to, &[*from]));
    }

    fn flows(&mut self, to: ColumnId, from: &[ColumnId]) {
        self.from.entry(to).or_default().extend(from);
    }

    fn reached(mut self) -> HashSet<ColumnId> {
        let mut reached = HashSet::new();
        while let Some(id) = self.needed.pop() {
            if reached.insert(id) {
                self.needed.extend(self.from.remove(&id).unwrap_or_default());
            }
        }
        reached
    }
}
