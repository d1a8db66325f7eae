//! `make-series`: aggregates over the bins of an axis, as arrays.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::extend::Item;
use crate::binder::{Binder, convert, poison, rel, rows_of, value};
use crate::diagnostics;
use crate::ir::{ColumnId, Expr, Literal, MakeSeries, Rel, RelKind, Series};
use crate::naming::{Label, NameRule};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn make_series(&mut self, node: &ast::MakeSeriesOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let by: Vec<ast::NamedExpr> = node.by().into_iter().flat_map(|by| by.items()).collect();
        let mut items = self.key_items("make-series", &by, &inner);
        let width = items.len();
        let nodes: Vec<ast::NamedExpr> = node.items().filter_map(|item| item.named()).collect();
        let (results, sink) = self.aggregate_items(&nodes, &items, &inner);
        let outside = |item: &&Item| {
            item.expr
                .columns()
                .iter()
                .any(|id| !sink.columns.iter().any(|column| column.id == *id))
        };
        let misplaced: Vec<Span> = results.iter().filter(outside).map(|item| item.span).collect();
        for span in misplaced {
            self.report(diagnostics::column_outside_aggregate(span));
        }
        let mut series = self.series_values(node, &results, &inner);
        items.extend(results);
        let axis = self.axis(node, &inner, span);
        if !matches!(axis.expr.ty, KqlType::DateTime | KqlType::TimeSpan | KqlType::Unknown) && !axis.expr.ty.is_number() {
            let message = format!("make-series: an axis cannot be of type {}", axis.expr.ty);
            self.report(diagnostics::general(message, axis.expr.span));
        }
        let (from, to, step, legacy_range) = self.series_range(node, &axis.expr, span, ctx);
        self.check_range(axis.expr.ty, [from.as_ref(), to.as_ref()], &step);
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
            } else if let Some(series) = series.get_mut(at - width) {
                let column = self.column(name, KqlType::Dynamic);
                series.output = column.id;
                columns.push(column);
            }
        }
        let Some(axis) = axis_item else {
            return self.not_yet("make-series", Some(input), span);
        };
        let nonempty = node
            .param("kind")
            .and_then(|param| param.word())
            .is_some_and(|word| word.eq_ignore_ascii_case("nonempty"));
        let make = MakeSeries {
            input,
            aggregates: sink.calls,
            filled: sink.columns,
            series,
            axis,
            from,
            to,
            step,
            legacy_range,
            keys,
            nonempty,
        };
        rel(RelKind::MakeSeries(make), columns, false, false, span)
    }

    /// The series with the values of their empty bins; their columns follow.
    fn series_values(&mut self, node: &ast::MakeSeriesOperator, results: &[Item], ctx: &Context) -> Vec<Series> {
        let mut defaults = Vec::new();
        for item in node.items() {
            let place = item.named().map(|named| self.span(&named));
            let default = item.default().map(|default| self.expr(&default, &ctx.without_rows()));
            defaults.push((place, default));
        }
        let mut mismatches = Vec::new();
        let default_of = |item: &Item| {
            let own = defaults.iter().find(|(place, _)| *place == Some(item.span));
            let given = own.and_then(|(_, default)| default.clone());
            given.map_or_else(|| zero(item.expr.ty, item.span), |default| convert(default, item.expr.ty))
        };
        for item in results {
            let given = defaults.iter().find(|(place, _)| *place == Some(item.span));
            if let Some((_, Some(default))) = given
                && !fits(default.ty, item.expr.ty)
            {
                mismatches.push(diagnostics::general(
                    format!(
                        "make-series: a default of type {} does not fit values of type {}",
                        default.ty, item.expr.ty
                    ),
                    default.span,
                ));
            }
        }
        let series = results
            .iter()
            .map(|item| Series {
                output: ColumnId::MAX,
                value: item.expr.clone(),
                default: default_of(item),
            })
            .collect();
        for mismatch in mismatches {
            self.report(mismatch);
        }
        series
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

    /// The ends of an axis are of its type; a step over times is a span.
    fn check_range(&mut self, axis: KqlType, ends: [Option<&Expr>; 2], step: &Expr) {
        let step_type = if axis == KqlType::DateTime { KqlType::TimeSpan } else { axis };
        let ends = ends.into_iter().flatten().map(|end| (end, axis));
        for (value, wanted) in ends.chain([(step, step_type)]) {
            if !fits(value.ty, wanted) {
                let message = format!("make-series: a value of type {wanted} is expected here, found {}", value.ty);
                self.report(diagnostics::general(message, value.span));
            }
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

/// Whether a value can stand for the values of a series where there are none.
fn fits(default: KqlType, values: KqlType) -> bool {
    let open = |ty: KqlType| matches!(ty, KqlType::Dynamic | KqlType::Unknown);
    default == values || open(default) || open(values) || (default.is_number() && values.is_number())
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
