//! `top-nested`: the top values, and below each of them the top values of the next level.
//!
//! Each level joins the input to the values that the level before kept, aggregates, and keeps the first rows of each parent.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use super::join::Key;
use crate::binder::{Binder, read, rel, rows_of, value};
use crate::diagnostics;
use crate::ir::{BinaryOp, Column, Expr, ExprKind, FunctionRef, JoinKind, Literal, LogicalOp, Rel, RelKind, SortKey, SubqueryKind};
use crate::naming::NameRule;
use crate::scope::{Context, Rows};

impl Binder<'_> {
    pub(super) fn top_nested(&mut self, node: &ast::TopNestedOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let levels: Vec<ast::TopNestedLevel> = node.levels().collect();
        if input.open {
            return self.not_yet("top-nested of an unknown table", Some(input), span);
        }
        if levels.iter().any(|level| level.others().is_some()) {
            return self.top_nested_with_others(&levels, input, span, ctx);
        }
        let width = input.columns.len();
        let (input, names) = self.with_level_keys(&levels, input, span, ctx);
        let columns = input.columns.clone();
        let id = self.subquery(SubqueryKind::Table, input);
        let mut parents: Option<Rel> = None;
        for (depth, (level, name)) in levels.iter().zip(names).enumerate() {
            let rows = self.shared(id, &columns, false, span);
            let visible: Vec<Column> = rows.columns.iter().take(width).cloned().collect();
            let keys: Vec<Column> = rows.columns.iter().skip(width).cloned().collect();
            let Some(key) = keys.get(depth).cloned() else { break };
            let above = parents.as_ref().map(|parents| parents.columns.clone()).unwrap_or_default();
            let source = match parents.take() {
                None => rows,
                Some(parents) => self.below(parents, rows, &keys, span),
            };
            let inner = Context::new(
                &ctx.env,
                Rows {
                    columns: visible,
                    ..Rows::default()
                },
            );
            let ranked = self.level(level, source, &above, &key, name, &inner, span);
            parents = Some(self.first_of_each(ranked, level, above.len(), span, ctx));
        }
        match parents {
            Some(result) => result,
            None => self.not_yet("top-nested", None, span),
        }
    }

    /// The input with the key of every level as a column of its own, and the levels' names.
    pub(super) fn with_level_keys(&mut self, levels: &[ast::TopNestedLevel], input: Rel, span: Span, ctx: &Context) -> (Rel, Vec<String>) {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let of: Vec<ast::NamedExpr> = levels.iter().filter_map(|level| level.of()).filter_map(|of| of.named()).collect();
        let keys = self.items(&of, &inner);
        let names = self.name_items(NameRule::Project, &keys, &input);
        let mut items = Self::keep(&input.columns, span);
        for key in keys {
            let column = self.column("", key.expr.ty);
            items.push((column, key.expr));
        }
        (self.project(input, items, false, span), names)
    }

    /// The rows whose keys the levels above kept.
    pub(super) fn below(&mut self, parents: Rel, rows: Rel, keys: &[Column], span: Span) -> Rel {
        let kept = parents.columns.iter().step_by(2).cloned().zip(keys.iter().cloned());
        let on = kept.map(|(left, right)| Key { left, right, span }).collect();
        let columns = parents.columns.iter().chain(&rows.columns).cloned().collect();
        self.joined_rows(JoinKind::Inner, (parents, rows), on, columns, false, span)
    }

    /// One level: the values of its key below each parent, with what ranks them.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn level(
        &mut self,
        level: &ast::TopNestedLevel,
        source: Rel,
        above: &[Column],
        key: &Column,
        name: String,
        ctx: &Context,
        span: Span,
    ) -> Rel {
        let by: Vec<ast::NamedExpr> = level.by().and_then(|by| by.named()).into_iter().collect();
        let given = by.first().and_then(|by| by.name()).map(|name| name.value());
        let (results, sink) = self.aggregate_items(&by, &[], ctx);
        if let Some(rank) = results
            .first()
            .filter(|rank| !rank.expr.columns().is_empty() && sink.calls.is_empty())
        {
            self.report(diagnostics::general("top-nested: an aggregate is expected after `by`", rank.span));
        }
        let mut keys = Vec::new();
        let mut key_columns = Vec::new();
        let labelled = above
            .iter()
            .map(|column| (column, column.name.clone()))
            .chain([(key, name.clone())]);
        for (column, name) in labelled {
            let fresh = self.column(name, column.ty);
            keys.push((fresh.id, read(column, span)));
            key_columns.push(fresh);
        }
        let label = given.unwrap_or_else(|| format!("aggregated_{name}"));
        let mut outputs = Vec::new();
        if let Some(rank) = results.into_iter().next() {
            outputs.push((self.column(label, rank.expr.ty), rank.expr));
        }
        self.summarized(source, key_columns, keys, outputs, sink, span)
    }

    /// The first rows of each parent by rank.
    pub(super) fn first_of_each(&mut self, ranked: Rel, level: &ast::TopNestedLevel, above: usize, span: Span, ctx: &Context) -> Rel {
        let Some(count) = level.count() else { return ranked };
        let count = self.row_count(Some(count), span, ctx);
        let columns = ranked.columns.clone();
        let Some(rank) = columns.last() else { return ranked };
        let descending = !matches!(level.by().and_then(|by| by.ordering()), Some(ast::Ordering::Asc));
        let parents: Vec<&Column> = columns.iter().take(above).step_by(2).collect();
        let mut order: Vec<SortKey> = parents
            .iter()
            .map(|column| SortKey {
                expr: read(column, span),
                descending: false,
                nulls_first: true,
            })
            .collect();
        order.push(SortKey {
            expr: read(rank, span),
            descending,
            nulls_first: !descending,
        });
        let sorted = Self::sorted(ranked, order, span);
        if parents.is_empty() {
            return Self::first_rows(sorted, count, span);
        }
        let Some(number) = self.row_number(&parents, span) else {
            return sorted;
        };
        let mut items = Self::keep(&columns, span);
        let position = self.column("", KqlType::Long);
        let place = read(&position, span);
        items.push((position, number));
        let numbered = self.project(sorted, items, false, span);
        let predicate = self.compare(BinaryOp::LessOrEqual, place, count, span);
        let shown = numbered.columns.clone();
        let kept = rel(
            RelKind::Filter {
                input: numbered,
                predicate,
            },
            shown,
            true,
            false,
            span,
        );
        self.only(kept, &columns, span)
    }

    /// `row_number(1, prev(a) != a or …)`: counts anew where a parent changes.
    fn row_number(&mut self, parents: &[&Column], span: Span) -> Option<Expr> {
        let prev = functions::scalar("prev")?;
        let number = functions::scalar("row_number")?;
        let mut changes: Vec<Expr> = Vec::new();
        for parent in parents {
            let before = self.apply(prev, prev.name, vec![read(parent, span)], span);
            changes.push(self.compare(BinaryOp::NotEqual, before, read(parent, span), span));
        }
        let restart = if changes.len() > 1 {
            Expr {
                kind: ExprKind::Logical {
                    op: LogicalOp::Or,
                    operands: changes,
                },
                ty: KqlType::Bool,
                span,
            }
        } else {
            changes.pop()?
        };
        let args = vec![value(Literal::Long(1), span), restart];
        Some(Expr {
            kind: ExprKind::Call {
                function: FunctionRef(number),
                args,
            },
            ty: KqlType::Long,
            span,
        })
    }
}
