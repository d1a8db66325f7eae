//! `top-nested … with others = …`: besides the top values of a level, a row for all rows that did not make it.
//!
//! The rows that a level leaves over get the label of its others and go on to the next levels, where they are others again. A level that
//! names no others gives them null for value and aggregate, and leaves rows over itself where a level below names others. What a level keeps
//! is computed once and read by the level below, by its own others and by the result.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::join::Key;
use super::scan::empty;
use crate::binder::{Binder, convert, nothing, read, rel, rows_of, value};
use crate::diagnostics;
use crate::ir::{Column, Expr, JoinKind, Rel, RelKind, SubqueryId, SubqueryKind, UnionLeg};
use crate::scope::{Context, Rows};

/// Rows that are computed once.
#[derive(Clone)]
struct Kept {
    id: SubqueryId,
    columns: Vec<Column>,
}

/// Rows of the input beside the labels that they have so far.
struct Labelled {
    rel: Rel,
    labels: Vec<Column>,
    /// The input's own columns, and behind them the keys of all levels.
    visible: Vec<Column>,
    keys: Vec<Column>,
}

/// What is the same for all levels.
struct Levels<'l> {
    levels: &'l [ast::TopNestedLevel],
    names: Vec<String>,
    input: Kept,
    /// How many columns the input has besides the keys.
    width: usize,
    span: Span,
}

impl Binder<'_> {
    pub(super) fn top_nested_with_others(&mut self, levels: &[ast::TopNestedLevel], input: Rel, span: Span, ctx: &Context) -> Rel {
        let width = input.columns.len();
        let others = self.others_of(levels, &input, span, ctx);
        let (input, names) = self.with_level_keys(levels, input, span, ctx);
        let input = self.keep_rows(input);
        let all = Levels {
            levels,
            names,
            input,
            width,
            span,
        };
        let mut top: Option<Kept> = None;
        let mut over: Vec<Kept> = Vec::new();
        let mut legs: Vec<Rel> = Vec::new();
        for (depth, level) in levels.iter().enumerate() {
            let source = self.labelled_rows(&all, top.as_ref());
            let (Some(key), Some(name)) = (source.keys.get(depth).cloned(), all.names.get(depth).cloned()) else {
                break;
            };
            let inner = visible_context(ctx, &source.visible);
            let ranked = self.level(level, source.rel, &source.labels, &key, name, &inner, span);
            let kept = self.first_of_each(ranked, level, source.labels.len(), span, ctx);
            let kept = self.keep_rows(kept);
            legs.clear();
            legs.push(self.rows_of_kept(&kept, span));
            let mut left: Vec<Labelled> = Vec::new();
            if others.iter().skip(depth).any(Option::is_some) {
                left.push(self.rest(&all, top.as_ref(), &kept, depth));
            }
            for rows in over {
                left.push(self.labelled_by(&all, &rows, 2 * depth));
            }
            over = Vec::new();
            let label = others.get(depth).cloned().flatten();
            for rows in left {
                over.push(match &label {
                    Some(label) => self.others(&all, rows, depth, label, ctx, &mut legs),
                    None => self.unlabelled(&all, rows, &kept, &mut legs),
                });
            }
            top = Some(kept);
        }
        self.stacked(legs, span)
    }

    /// The label of each level's others, of the type of its key.
    fn others_of(&mut self, levels: &[ast::TopNestedLevel], input: &Rel, span: Span, ctx: &Context) -> Vec<Option<Expr>> {
        let inner = Context::new(&ctx.env, rows_of(input));
        let mut labels = Vec::new();
        for level in levels {
            let Some(others) = level.others() else {
                labels.push(None);
                continue;
            };
            let label = self.expr(&others, &ctx.without_rows());
            let key = level.of().and_then(|of| of.named()).and_then(|of| of.expr());
            let ty = self.optional_expr(key, span, &inner).ty;
            let fits = label.ty == ty || label.ty.is_number() && ty.is_number() || ty == KqlType::Unknown || label.ty == KqlType::Unknown;
            if !fits {
                let message = format!("top-nested: others of type {} among values of type {ty}", label.ty);
                self.report(diagnostics::general(message, label.span));
            }
            labels.push(Some(convert(label, ty)));
        }
        labels
    }

    fn keep_rows(&mut self, rel: Rel) -> Kept {
        let columns = rel.columns.clone();
        Kept {
            id: self.subquery(SubqueryKind::Table, rel),
            columns,
        }
    }

    fn rows_of_kept(&mut self, kept: &Kept, span: Span) -> Rel {
        self.shared(kept.id, &kept.columns, false, span)
    }

    /// The input's rows; below a level, those whose keys it kept, with its columns as labels.
    fn labelled_rows(&mut self, all: &Levels<'_>, top: Option<&Kept>) -> Labelled {
        let rows = self.rows_of_kept(&all.input, all.span);
        let (visible, keys) = rows.columns.split_at(all.width.min(rows.columns.len()));
        let (visible, keys) = (visible.to_vec(), keys.to_vec());
        let Some(top) = top else {
            return Labelled {
                rel: rows,
                labels: Vec::new(),
                visible,
                keys,
            };
        };
        let parents = self.rows_of_kept(top, all.span);
        let labels = parents.columns.clone();
        Labelled {
            rel: self.below(parents, rows, &keys, all.span),
            labels,
            visible,
            keys,
        }
    }

    /// Rows that were labelled before: `labels` columns, then the input's.
    fn labelled_by(&mut self, all: &Levels<'_>, rows: &Kept, labels: usize) -> Labelled {
        let rel = self.rows_of_kept(rows, all.span);
        let (labels, own) = rel.columns.split_at(labels.min(rel.columns.len()));
        let (visible, keys) = own.split_at(all.width.min(own.len()));
        let (labels, visible, keys) = (labels.to_vec(), visible.to_vec(), keys.to_vec());
        Labelled {
            rel,
            labels,
            visible,
            keys,
        }
    }

    /// The rows of a level that are not among what it kept.
    fn rest(&mut self, all: &Levels<'_>, top: Option<&Kept>, kept: &Kept, depth: usize) -> Labelled {
        let source = self.labelled_rows(all, top);
        let kept = self.rows_of_kept(kept, all.span);
        let parents = source.labels.iter().step_by(2);
        let own = parents.chain(source.keys.get(depth));
        let on = own.zip(kept.columns.iter().step_by(2)).map(|(left, right)| Key {
            left: left.clone(),
            right: right.clone(),
            span: all.span,
        });
        let (on, columns) = (on.collect(), source.rel.columns.clone());
        let rel = self.joined_rows(JoinKind::LeftAnti, (source.rel, kept), on, columns, true, all.span);
        Labelled { rel, ..source }
    }

    /// Adds the row of others to the result; gives the rows with the label and its value, for the levels below.
    fn others(&mut self, all: &Levels<'_>, rows: Labelled, depth: usize, label: &Expr, ctx: &Context, legs: &mut Vec<Rel>) -> Kept {
        let labels = rows.labels.len();
        // The label comes as a column right away: rows meet their sum by it.
        let marked = self.column("", label.ty);
        let mut items = Self::keep(&rows.labels, all.span);
        items.push((marked, label.clone()));
        items.extend(Self::keep(&rows.visible, all.span));
        items.extend(Self::keep(&rows.keys, all.span));
        let marked = self.project(rows.rel, items, false, all.span);
        let marked = self.keep_rows(marked);

        let source = self.rows_of_kept(&marked, all.span);
        let (above, own) = source.columns.split_at(labels.min(source.columns.len()));
        let (above, own) = (above.to_vec(), own.to_vec());
        let (Some((key, own)), Some(level), Some(name)) = (own.split_first(), all.levels.get(depth), all.names.get(depth)) else {
            return marked;
        };
        let visible: Vec<Column> = own.iter().take(all.width).cloned().collect();
        let inner = visible_context(ctx, &visible);
        let sums = self.level(level, source, &above, key, name.clone(), &inner, all.span);
        let sums = self.keep_rows(sums);
        legs.push(self.rows_of_kept(&sums, all.span));

        let rows = self.rows_of_kept(&marked, all.span);
        let sums = self.rows_of_kept(&sums, all.span);
        let places = (0..labels).step_by(2).chain([labels]);
        let on = places.filter_map(|at| {
            Some(Key {
                left: sums.columns.get(at)?.clone(),
                right: rows.columns.get(at)?.clone(),
                span: all.span,
            })
        });
        let on: Vec<Key> = on.collect();
        let mut columns = sums.columns.clone();
        columns.extend(rows.columns.iter().skip(labels + 1).cloned());
        let joined = self.joined_rows(JoinKind::Inner, (sums, rows), on, columns, false, all.span);
        self.keep_rows(joined)
    }

    /// Rows that are left over at a level without others: null for its value and its aggregate. At the last level each group of them is a row.
    fn unlabelled(&mut self, all: &Levels<'_>, rows: Labelled, kept: &Kept, legs: &mut Vec<Rel>) -> Kept {
        let mut items = Self::keep(&rows.labels, all.span);
        for column in kept.columns.iter().skip(rows.labels.len()) {
            items.push((self.column(column.name.clone(), column.ty), value(empty(column.ty), all.span)));
        }
        items.extend(Self::keep(&rows.visible, all.span));
        items.extend(Self::keep(&rows.keys, all.span));
        let marked = self.project(rows.rel, items, false, all.span);
        let marked = self.keep_rows(marked);
        if kept.columns.len() == 2 * all.levels.len() {
            let input = self.rows_of_kept(&marked, all.span);
            let (mut keys, mut columns) = (Vec::new(), Vec::new());
            for column in input.columns.iter().take(kept.columns.len()) {
                let fresh = self.column(column.name.clone(), column.ty);
                keys.push((fresh.id, read(column, all.span)));
                columns.push(fresh);
            }
            let groups = RelKind::Summarize {
                input,
                keys,
                aggregates: Vec::new(),
            };
            legs.push(rel(groups, columns, false, false, all.span));
        }
        marked
    }

    /// Rows of the same columns, one leg after the other.
    fn stacked(&mut self, legs: Vec<Rel>, span: Span) -> Rel {
        let Some(first) = legs.first() else { return nothing(span) };
        let shape: Vec<Column> = first.columns.clone();
        let columns: Vec<Column> = shape.iter().map(|column| self.column(column.name.clone(), column.ty)).collect();
        let legs = legs
            .into_iter()
            .map(|leg| UnionLeg {
                source: columns.iter().zip(&leg.columns).map(|(to, from)| (to.id, from.id)).collect(),
                label: String::new(),
                rel: leg,
            })
            .collect();
        let kind = RelKind::Union { legs, source_column: None };
        rel(kind, columns, false, false, span)
    }
}

/// The columns that an aggregate may read.
fn visible_context(ctx: &Context, columns: &[Column]) -> Context {
    Context::new(
        &ctx.env,
        Rows {
            columns: columns.to_vec(),
            ..Rows::default()
        },
    )
}
