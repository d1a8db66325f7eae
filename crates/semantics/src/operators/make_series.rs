//! `make-series`: aggregates over the bins of an axis, as arrays.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use super::extend::Item;
use crate::binder::{Binder, convert, poison, read, rel, rows_of, value};
use crate::ir::{Aggregate, Column, Expr, ExprKind, FunctionRef, Literal, MakeSeries, Rel, RelKind};
use crate::naming::{Label, NameRule};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn make_series(&mut self, node: &ast::MakeSeriesOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let by: Vec<ast::NamedExpr> = node.by().into_iter().flat_map(|by| by.items()).collect();
        let mut items = self.key_items("make-series", &by, &inner);
        let width = items.len();
        let nodes: Vec<ast::NamedExpr> = node.items().filter_map(|item| item.named()).collect();
        let (mut results, sink) = self.aggregate_items(&nodes, &items, &inner);
        let Some(calls) = self.series_calls(&mut results, sink.calls) else {
            return self.not_yet("make-series of an expression over aggregates", Some(input), span);
        };
        let aggregates = self.series_aggregates(node, &results, calls, &inner);
        items.extend(results);
        let axis = self.axis(node, &inner, span);
        let (from, to, step, legacy_range) = self.series_range(node, &axis.expr, span, ctx);
        items.push(axis);
        let names = self.name_items(NameRule::Summarize, &items, &input);
        let (mut columns, mut keys, mut axis_item) = (Vec::new(), Vec::new(), None);
        let last = items.len().saturating_sub(1);
        for (at, (item, name)) in items.into_iter().zip(names).enumerate() {
            if at < width {
                let column = self.column(name, item.expr.ty);
                keys.push((column.id, item.expr));
                columns.push(column);
            } else if at == last {
                let column = self.column(name, KqlType::Dynamic);
                axis_item = Some((column.id, item.expr));
                columns.push(column);
            } else if let ExprKind::Column(id) = item.expr.kind {
                columns.push(Column {
                    id,
                    name,
                    ty: KqlType::Dynamic,
                });
            }
        }
        let Some(axis) = axis_item else {
            return self.not_yet("make-series", Some(input), span);
        };
        let nonempty = node
            .param("kind")
            .and_then(|param| param.word())
            .is_some_and(|word| word.eq_ignore_ascii_case("nonempty"));
        let series = MakeSeries {
            input,
            aggregates,
            axis,
            from,
            to,
            step,
            legacy_range,
            keys,
            nonempty,
        };
        rel(RelKind::MakeSeries(series), columns, false, false, span)
    }

    /// The aggregate calls behind the results. A constant is the value of every bin that has rows.
    fn series_calls(&mut self, results: &mut [Item], calls: Vec<Aggregate>) -> Option<Vec<Aggregate>> {
        let mut calls = calls.into_iter();
        let mut all = Vec::new();
        for item in results {
            if item.expr.columns().is_empty() {
                let span = item.span;
                let column = self.column("", item.expr.ty);
                let constant = std::mem::replace(&mut item.expr, read(&column, span));
                let function = FunctionRef(functions::aggregate("take_any")?);
                all.push(Aggregate {
                    function,
                    args: vec![constant],
                    outputs: vec![column.id],
                    span,
                });
            } else if matches!(item.expr.kind, ExprKind::Column(_)) {
                all.push(calls.next()?);
            } else {
                return None;
            }
        }
        Some(all)
    }

    /// The aggregate calls with the values of empty bins.
    fn series_aggregates(
        &mut self,
        node: &ast::MakeSeriesOperator,
        results: &[Item],
        calls: Vec<Aggregate>,
        ctx: &Context,
    ) -> Vec<(Aggregate, Expr)> {
        let mut defaults = Vec::new();
        for item in node.items() {
            let span = self.span(&item);
            let default = item.default().map(|default| self.expr(&default, &ctx.without_rows()));
            defaults.push((default, span));
        }
        let single = defaults.len() == calls.len();
        let mut paired = Vec::new();
        for (at, call) in calls.into_iter().enumerate() {
            let ty = results.get(at).map_or(KqlType::Dynamic, |item| item.expr.ty);
            let (default, span) = if single {
                defaults.get(at).cloned().unwrap_or((None, call.span))
            } else {
                (None, call.span)
            };
            let default = match default {
                Some(default) => convert(default, ty),
                None => zero(ty, span),
            };
            paired.push((call, default));
        }
        paired
    }

    fn axis(&mut self, node: &ast::MakeSeriesOperator, ctx: &Context, span: Span) -> Item {
        let Some(named) = node.on() else {
            return Item {
                label: Label::Numbered,
                expr: poison(span),
                span,
            };
        };
        let mut items = self.items(&[named], ctx);
        match items.pop() {
            Some(item) => item,
            None => Item {
                label: Label::Numbered,
                expr: poison(span),
                span,
            },
        }
    }

    /// From, to, step, and whether they come as `in range(…)`.
    fn series_range(
        &mut self,
        node: &ast::MakeSeriesOperator,
        axis: &Expr,
        span: Span,
        ctx: &Context,
    ) -> (Option<Expr>, Option<Expr>, Expr, bool) {
        let ctx = ctx.without_rows();
        let step_type = if axis.ty == KqlType::DateTime { KqlType::TimeSpan } else { axis.ty };
        let bound = |binder: &mut Self, node: Option<ast::Expr>, ty: KqlType| {
            node.map(|node| {
                let expr = binder.expr(&node, &ctx);
                if expr.ty.is_number() && ty.is_number() {
                    convert(expr, ty)
                } else {
                    expr
                }
            })
        };
        if let Some(range) = node.in_range() {
            let mut args = range.arguments();
            let from = bound(self, args.next(), axis.ty);
            let to = bound(self, args.next(), axis.ty);
            let step = bound(self, args.next(), step_type).unwrap_or_else(|| poison(span));
            return (from, to, step, true);
        }
        let from = bound(self, node.from(), axis.ty);
        let to = bound(self, node.to(), axis.ty);
        let step = bound(self, node.step(), step_type).unwrap_or_else(|| poison(span));
        (from, to, step, false)
    }
}

/// What an empty bin holds when no default is given.
fn zero(ty: KqlType, span: Span) -> Expr {
    let zero = match ty {
        KqlType::Int => Literal::Int(0),
        KqlType::Long => Literal::Long(0),
        KqlType::Real => Literal::Real(0.0),
        KqlType::Decimal => Literal::Decimal("0".to_owned()),
        KqlType::String => Literal::String(String::new()),
        ty => Literal::Null(ty),
    };
    value(zero, span)
}
