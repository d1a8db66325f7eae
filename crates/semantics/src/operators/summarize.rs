//! `summarize`: keys, aggregates, and scalar expressions over aggregates.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::extend::Item;
use crate::binder::{AggregateSink, Binder, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Expr, ExprKind, Literal, Rel, RelKind};
use crate::naming::{Label, NameRule};
use crate::scope::{Binding, Context};

impl Binder<'_> {
    pub(super) fn summarize(&mut self, node: &ast::SummarizeOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let by: Vec<ast::NamedExpr> = node.by().into_iter().flat_map(|by| by.items()).collect();
        let keys = self.key_items("summarize", &by, &inner);
        let aggregates: Vec<ast::NamedExpr> = node.aggregates().collect();
        let (results, sink) = self.aggregate_items(&aggregates, &keys, &inner);
        self.check_aggregates(&results, &sink);
        let width = keys.len();
        let mut items = keys;
        items.extend(results);
        let names = self.name_items(NameRule::Summarize, &items, &input);
        self.check_hints(node, &by);
        let mut key_columns = Vec::new();
        let mut key_exprs: Vec<(ColumnId, Expr)> = Vec::new();
        let mut outputs: Vec<(Column, Expr)> = Vec::new();
        for (at, (item, name)) in items.into_iter().zip(names).enumerate() {
            let column = self.column(name, item.expr.ty);
            if at < width {
                key_exprs.push((column.id, item.expr));
                key_columns.push(column);
            } else {
                outputs.push((column, item.expr));
            }
        }
        // What a starred aggregate keeps of a table whose columns are not all known is not all known either.
        let starred = |item: &ast::NamedExpr| item.expr().is_some_and(|expr| Self::is_starred(&expr));
        let open = input.open && aggregates.iter().any(starred);
        let rows = self.summarized(input, key_columns, key_exprs, outputs, sink, span);
        Rel {
            open: rows.open || open,
            ..rows
        }
    }

    /// Builds the aggregation, and the projection over it when the results are more than the aggregates as they come.
    pub(crate) fn summarized(
        &mut self,
        input: Rel,
        key_columns: Vec<Column>,
        keys: Vec<(ColumnId, Expr)>,
        outputs: Vec<(Column, Expr)>,
        sink: AggregateSink,
        span: Span,
    ) -> Rel {
        let serialized = key_columns.is_empty();
        // Results that are aggregates one to one, in order, need no projection: the aggregates' columns just get the names.
        let plain = outputs.len() == sink.columns.len()
            && outputs
                .iter()
                .zip(&sink.columns)
                .all(|((_, expr), column)| matches!(expr.kind, ExprKind::Column(id) if id == column.id));
        let mut columns = key_columns.clone();
        if plain {
            columns.extend(sink.columns.iter().zip(&outputs).map(|(c, (named, _))| Column {
                id: c.id,
                name: named.name.clone(),
                ty: c.ty,
            }));
            return rel(
                RelKind::Summarize {
                    input,
                    keys,
                    aggregates: sink.calls,
                },
                columns,
                serialized,
                false,
                span,
            );
        }
        columns.extend(sink.columns);
        let summarized = rel(
            RelKind::Summarize {
                input,
                keys,
                aggregates: sink.calls,
            },
            columns,
            serialized,
            false,
            span,
        );
        let mut items = Self::keep(&key_columns, span);
        items.extend(outputs);
        self.project(summarized, items, false, span)
    }

    /// Binds `by` keys.
    pub(crate) fn key_items(&mut self, operator: &str, by: &[ast::NamedExpr], ctx: &Context) -> Vec<Item> {
        let mut items = self.items(by, ctx);
        for (item, node) in items.iter_mut().zip(by) {
            if item.expr.ty == KqlType::Dynamic {
                self.report(diagnostics::dynamic_key(operator, item.span));
            }
            // A declared scalar lends its name to `project`, not to a key.
            if node.names().next().is_none()
                && let Some(ast::Expr::Name(name)) = node.expr()
                && ctx.rows.as_ref().is_none_or(|rows| rows.column(&name.value()).is_none())
                && matches!(ctx.env.get(&name.value()), Some(Binding::Scalar(_)))
            {
                item.label = Label::Numbered;
            }
        }
        items
    }

    /// Binds expressions over aggregates; the aggregates themselves end up in the sink.
    pub(crate) fn aggregate_items(&mut self, nodes: &[ast::NamedExpr], keys: &[Item], ctx: &Context) -> (Vec<Item>, AggregateSink) {
        let outer = self.sink.replace(AggregateSink::default());
        let shown: Vec<String> = keys
            .iter()
            .filter(|key| matches!(key.expr.kind, ExprKind::Column(_)))
            .filter_map(|key| {
                ctx.rows.as_ref().and_then(|rows| {
                    rows.columns
                        .iter()
                        .find(|c| matches!(key.expr.kind, ExprKind::Column(id) if id == c.id))
                })
            })
            .map(|column| column.name.clone())
            .collect();
        let mut items = Vec::new();
        for node in nodes {
            let span = self.span(node);
            let given: Vec<String> = node.names().map(|name| name.value()).collect();
            let Some(expr) = node.expr() else { continue };
            match self.multi_call(&expr, ctx) {
                Some(mut multi) => {
                    if Self::is_starred(&expr) {
                        self.drop_starred(&mut multi, &shown);
                    }
                    let mut given = given.into_iter();
                    for (name, expr) in multi.names.into_iter().zip(multi.exprs) {
                        let label = match (given.next(), name) {
                            (Some(given), _) => Label::Declared(given),
                            (None, Some(name)) => Label::Derived(name),
                            (None, None) => Label::Numbered,
                        };
                        items.push(Item { label, expr, span });
                    }
                }
                None => {
                    let label = match given.into_iter().next() {
                        Some(name) => Label::Declared(name),
                        None => self.natural_name(&expr, ctx).map_or(Label::Numbered, Label::Derived),
                    };
                    let bound = self.expr(&expr, ctx);
                    items.push(Item { label, expr: bound, span });
                }
            }
        }
        let sink = std::mem::replace(&mut self.sink, outer).unwrap_or_default();
        (items, sink)
    }

    /// Outside an aggregate no column may stand, not even a key, and something must be aggregated.
    fn check_aggregates(&mut self, items: &[Item], sink: &AggregateSink) {
        for item in items {
            let (mut reads, mut outside) = (false, None);
            item.expr.walk(&mut |expr| {
                if let ExprKind::Column(id) = expr.kind {
                    reads = true;
                    if !sink.columns.iter().any(|column| column.id == id) {
                        outside = outside.or(Some(expr.span));
                    }
                }
            });
            if let Some(place) = outside {
                self.report(diagnostics::column_outside_aggregate(place));
            } else if !reads && !is_poison(&item.expr) && !has_subquery(&item.expr) {
                self.report(diagnostics::aggregate_expected(item.span));
            }
        }
    }

    fn check_hints(&mut self, node: &ast::SummarizeOperator, by: &[ast::NamedExpr]) {
        for hint in node.hints() {
            let span = self.span(&hint);
            let name = hint.name();
            if name.eq_ignore_ascii_case("hint.strategy") && hint.word().as_deref() != Some("shuffle") {
                self.report(diagnostics::summarize_strategy(span));
            }
            if name.eq_ignore_ascii_case("hint.shufflekey") {
                let bare = match hint.value() {
                    Some(ast::Expr::Name(name)) => Some(name.value()),
                    _ => None,
                };
                let is_key = by.iter().any(|key| match key.expr() {
                    Some(ast::Expr::Name(name)) => bare.as_ref() == Some(&name.value()),
                    _ => false,
                });
                if !is_key {
                    self.report(diagnostics::shuffle_key(span));
                }
            }
        }
    }
}

/// Stands for something that could not be bound, whatever type it would have.
fn is_poison(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Null(KqlType::Unknown)))
}

fn has_subquery(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |expr| found |= matches!(expr.kind, ExprKind::Scalar(_)));
    found
}
