//! Operator by operator: how the evidence of the rows below becomes that of the rows above.

use quarry_schema::KqlType;

use super::build::{names, read};
use super::{Traced, Tracer};
use crate::ir::{MvExpand, Parse, ParseKv, Rel, RelKind, UnionLeg};

impl Tracer<'_> {
    /// The same rows in the same order, with their evidence as one more column at the end.
    pub(super) fn trace(&mut self, rel: &Rel) -> Traced {
        let traced = self.operator(rel);
        let (traced, followed) = match rel.kind.as_ref() {
            // A join keeps no order, and a body has rows of its own for each group.
            RelKind::Filter { predicate, .. } if !rel.serialized && self.groups.is_empty() => self.members(rel, predicate, traced),
            _ => (traced, Vec::new()),
        };
        match self.consulted(rel, &followed) {
            Some(entries) => self.with_entries(traced, entries),
            None => traced,
        }
    }

    fn operator(&mut self, rel: &Rel) -> Traced {
        let span = rel.span;
        match rel.kind.as_ref() {
            RelKind::Table { name, source } => self.table(rel, name, source),
            RelKind::Shared { subquery, source } => self.kept_rows(rel, *subquery, source),
            RelKind::GroupInput { source } => self.group_input(rel, source),
            RelKind::Rows { .. } | RelKind::Range { .. } => self.alike(rel, "[]".to_owned()),
            RelKind::Outside(outside) => {
                let files = names(outside.files.iter().map(String::as_str));
                self.alike(rel, format!("[{{\"Outside\":{files}}}]"))
            }
            RelKind::Filter { input, predicate } => self.over(rel, input, |input| RelKind::Filter {
                input,
                predicate: predicate.clone(),
            }),
            RelKind::Sort { input, keys } => self.over(rel, input, |input| RelKind::Sort { input, keys: keys.clone() }),
            RelKind::Take { input, count } => self.over(rel, input, |input| RelKind::Take {
                input,
                count: count.clone(),
            }),
            RelKind::Sample {
                input,
                count,
                distinct: None,
            } => self.over(rel, input, |input| RelKind::Sample {
                input,
                count: count.clone(),
                distinct: None,
            }),
            RelKind::MvExpand(expand) => self.over(rel, &expand.input, |input| {
                RelKind::MvExpand(MvExpand {
                    input,
                    items: expand.items.clone(),
                    ..*expand
                })
            }),
            RelKind::Parse(parse) => self.over(rel, &parse.input, |input| {
                RelKind::Parse(Parse {
                    input,
                    source: parse.source.clone(),
                    flags: parse.flags.clone(),
                    pattern: parse.pattern.clone(),
                    ..*parse
                })
            }),
            RelKind::ParseKv(parse) => self.over(rel, &parse.input, |input| {
                RelKind::ParseKv(ParseKv {
                    input,
                    source: parse.source.clone(),
                    rules: parse.rules.clone(),
                    keys: parse.keys.clone(),
                })
            }),
            RelKind::Project { input, items } | RelKind::Window { input, items } => {
                let below = self.trace(input);
                let mut items = items.clone();
                items.push((below.events, read(below.events, KqlType::Dynamic, span)));
                if let RelKind::Project { .. } = rel.kind.as_ref() {
                    return Self::passed(rel, RelKind::Project { input: below.rel, items }, below.events);
                }
                // Such a value comes from other rows, too.
                let entries = self.not_followed(rel, "window functions");
                let traced = Self::passed(rel, RelKind::Window { input: below.rel, items }, below.events);
                self.with_entries(traced, entries)
            }
            RelKind::Summarize { input, keys, aggregates } => {
                let below = self.trace(input);
                let (gathered, events) = self.of_group(&below, span);
                let mut aggregates = aggregates.clone();
                aggregates.push(gathered);
                let kind = RelKind::Summarize {
                    input: below.rel,
                    keys: keys.clone(),
                    aggregates,
                };
                Self::passed(rel, kind, events)
            }
            RelKind::Join {
                join,
                left,
                right,
                on,
                lookup,
            } => self.join(rel, (*join, *lookup), left, right, on),
            RelKind::Union { legs, source_column } => {
                let events = self.fresh();
                let legs = legs.iter().map(|leg| {
                    let below = self.trace(&leg.rel);
                    let mut source = leg.source.clone();
                    source.push((events, below.events));
                    UnionLeg {
                        rel: below.rel,
                        source,
                        label: leg.label.clone(),
                    }
                });
                let legs = legs.collect();
                let source_column = *source_column;
                Self::passed(rel, RelKind::Union { legs, source_column }, events)
            }
            RelKind::MvApply { expand, body, row } => self.mv_apply(rel, expand, body, *row),
            RelKind::Partition { input, key, body } => self.partition(rel, input, *key, body),
            RelKind::MakeSeries(_) => self.untraced(rel, "make-series"),
            RelKind::Plugin { function, .. } => self.untraced(rel, &format!("evaluate {}", function.name)),
            RelKind::Reduce(_) => self.untraced(rel, "reduce"),
            RelKind::Scan(_) => self.untraced(rel, "scan"),
            RelKind::Sample { .. } => self.untraced(rel, "sample-distinct"),
            RelKind::GraphMatch(_) => self.untraced(rel, "graph-match"),
            RelKind::GraphNodes { .. } | RelKind::Graph(_) => self.untraced(rel, "graph-to-table"),
            RelKind::Unsupported { operator, .. } => self.untraced(rel, operator),
        }
    }

    /// An operator whose every row comes from one row of its input.
    fn over(&mut self, rel: &Rel, input: &Rel, kind: impl FnOnce(Rel) -> RelKind) -> Traced {
        let below = self.trace(input);
        Self::passed(rel, kind(below.rel), below.events)
    }
}
