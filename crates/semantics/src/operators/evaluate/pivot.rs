//! `evaluate pivot(column, aggregate, keys…)`: the distinct values of a column become columns.

use std::collections::HashSet;

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{AggregateSink, Binder, convert, nothing, read, rel, rows_of, value};
use crate::diagnostics;
use crate::ir::{Aggregate, BinaryOp, Column, Expr, FunctionRef, Literal, Rel, RelKind};
use crate::scope::Context;

/// Aggregates and their relatives that take a condition last.
const CONDITIONAL: &[(&str, &str)] = &[
    ("count", "countif"),
    ("sum", "sumif"),
    ("avg", "avgif"),
    ("min", "minif"),
    ("max", "maxif"),
    ("dcount", "dcountif"),
    ("make_list", "make_list_if"),
    ("make_set", "make_set_if"),
    ("make_bag", "make_bag_if"),
    ("take_any", "take_anyif"),
    ("any", "take_anyif"),
    ("stdev", "stdevif"),
    ("variance", "varianceif"),
    ("count_distinct", "count_distinctif"),
];

/// Aggregates whose result for several parts follows exactly from those for each, and the aggregate that does it.
const PARTIAL: &[(&str, &str)] = &[("count", "sum"), ("min", "min"), ("max", "max")];

impl Binder<'_> {
    pub(super) fn pivot(&mut self, call: &ast::CallExpr, input: Rel, schema: Option<ast::RowSchema>, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let args: Vec<ast::Expr> = call.arguments().filter_map(|arg| arg.expr()).collect();
        let Some((first, rest)) = args.split_first() else {
            self.report(diagnostics::arity_between("pivot", "at least 1", 0, span));
            return nothing(span);
        };
        let key = self.expr(first, &inner);
        let Some(column) = Self::own_column(&key, &input.columns) else {
            if key.ty != KqlType::Unknown {
                self.report(diagnostics::general("pivot(): the first argument must be a column", key.span));
            }
            return nothing(span);
        };
        let (aggregate, ty) = self.pivot_aggregate(rest.first(), span, &inner);
        let mut groups: Vec<Column> = Vec::new();
        for node in rest.iter().skip(1) {
            let bound = self.expr(node, &inner);
            groups.extend(Self::own_column(&bound, &input.columns));
        }
        if rest.len() < 2 {
            // Every column that neither the pivot nor the aggregate reads is a key.
            let read: HashSet<u32> = aggregate.iter().flat_map(|call| call.args.iter().flat_map(Expr::columns)).collect();
            groups = input
                .columns
                .iter()
                .filter(|c| c.id != column.id && !read.contains(&c.id))
                .cloned()
                .collect();
        }
        let Some(aggregate) = aggregate else { return nothing(span) };
        if let Some(schema) = schema {
            let columns = self.schema_columns(&schema);
            let values: Vec<String> = columns
                .iter()
                .map(|c| c.name.clone())
                .filter(|name| !groups.iter().any(|group| group.name == *name))
                .collect();
            let pivoted = self.pivoted(input, column, aggregate, ty, &groups, &values, span);
            let kept: Vec<Column> = columns
                .iter()
                .filter_map(|c| pivoted.columns.iter().find(|p| p.name == c.name).cloned())
                .collect();
            if kept.len() == columns.len() {
                let items = columns.into_iter().zip(&kept).map(|(to, from)| {
                    let expr = convert(read(from, span), to.ty);
                    (to, expr)
                });
                let items = items.collect();
                return self.project(pivoted, items, false, span);
            }
            return rel(
                RelKind::Unsupported {
                    operator: "pivot",
                    inputs: vec![pivoted],
                },
                columns,
                false,
                false,
                span,
            );
        }
        let (texts, text) = self.as_text(input.clone(), column.clone(), span);
        let texts = self.only(texts, std::slice::from_ref(&text), span);
        let Some(values) = self.fact("pivot", &texts, &text) else {
            let mut result = self.only(input, &groups, span);
            result.open = true;
            return result;
        };
        let values: Vec<String> = values.into_iter().map(|(name, _)| name).collect();
        self.pivoted(input, column, aggregate, ty, &groups, &values, span)
    }

    /// The pivot column as text, which names the new columns; a column of its own unless it is text already.
    fn as_text(&mut self, input: Rel, column: Column, span: Span) -> (Rel, Column) {
        if column.ty == KqlType::String {
            return (input, column);
        }
        let open = input.open;
        let text = self.column(column.name.clone(), KqlType::String);
        let mut items = Self::keep(&input.columns, span);
        items.push((text.clone(), convert(read(&column, span), KqlType::String)));
        (self.project(input, items, open, span), text)
    }

    fn pivot_aggregate(&mut self, node: Option<&ast::Expr>, span: Span, ctx: &Context) -> (Option<Aggregate>, KqlType) {
        let Some(node) = node else {
            let count = functions::aggregate("count");
            let call = count.map(|function| Aggregate {
                function: FunctionRef(function),
                args: Vec::new(),
                outputs: Vec::new(),
                span,
            });
            return (call, KqlType::Long);
        };
        let outer = self.sink.replace(AggregateSink::default());
        let result = self.expr(node, ctx);
        let sink = std::mem::replace(&mut self.sink, outer).unwrap_or_default();
        let call = sink.calls.into_iter().next();
        if call.is_none() && result.ty != KqlType::Unknown {
            self.report(diagnostics::aggregate_expected(result.span));
        }
        (call, result.ty)
    }

    #[allow(clippy::too_many_arguments)]
    fn pivoted(
        &mut self,
        input: Rel,
        column: Column,
        aggregate: Aggregate,
        ty: KqlType,
        groups: &[Column],
        values: &[String],
        span: Span,
    ) -> Rel {
        let (input, column, aggregate, groups) = match PARTIAL.iter().find(|(name, _)| *name == aggregate.function.name) {
            Some((_, again)) if groups_exactly(column.ty) => self.by_value(input, column, aggregate, again, groups, ty, span),
            _ => (input, column, aggregate, groups.to_vec()),
        };
        let (input, column) = self.as_text(input, column, span);
        let conditional = CONDITIONAL.iter().find(|(name, _)| *name == aggregate.function.name);
        let Some(function) = conditional.and_then(|(_, name)| functions::aggregate(name)) else {
            return self.not_yet("pivot", Some(input), span);
        };
        let mut columns = Vec::new();
        let mut keys = Vec::new();
        for group in groups {
            let key = self.column(group.name.clone(), group.ty);
            keys.push((key.id, read(&group, span)));
            columns.push(key);
        }
        let mut aggregates = Vec::new();
        for name in values {
            let output = self.column(name.clone(), ty);
            let condition = self.compare(
                BinaryOp::Equal,
                read(&column, span),
                value(Literal::String(name.clone()), span),
                span,
            );
            let mut args = aggregate.args.clone();
            args.push(condition);
            aggregates.push(Aggregate {
                function: FunctionRef(function),
                args,
                outputs: vec![output.id],
                span,
            });
            columns.push(output);
        }
        rel(RelKind::Summarize { input, keys, aggregates }, columns, false, false, span)
    }

    /// The aggregate of each value in each group: a condition for every value is then asked of as many rows as there are values, not of all rows.
    /// Gives those rows, the columns that stand for the pivot column and the groups, and the aggregate that puts partial results together.
    #[allow(clippy::too_many_arguments)]
    fn by_value(
        &mut self,
        input: Rel,
        column: Column,
        aggregate: Aggregate,
        again: &str,
        groups: &[Column],
        ty: KqlType,
        span: Span,
    ) -> (Rel, Column, Aggregate, Vec<Column>) {
        let Some(function) = functions::aggregate(again) else {
            return (input, column, aggregate, groups.to_vec());
        };
        let mut keys = Vec::with_capacity(groups.len() + 1);
        let mut columns = Vec::with_capacity(groups.len() + 2);
        for from in groups.iter().chain([&column]) {
            let key = self.column(from.name.clone(), from.ty);
            keys.push((key.id, read(from, span)));
            columns.push(key);
        }
        let output = self.column(aggregate.function.name, ty);
        let partial = Aggregate {
            outputs: vec![output.id],
            ..aggregate
        };
        let together = Aggregate {
            function: FunctionRef(function),
            args: vec![read(&output, span)],
            outputs: Vec::new(),
            span,
        };
        let mut own = columns.clone();
        let value = own.pop().unwrap_or(column);
        columns.push(output);
        let aggregates = vec![partial];
        let input = rel(RelKind::Summarize { input, keys, aggregates }, columns, false, false, span);
        (input, value, together, own)
    }
}

/// Whether values of a type that differ as keys of a group are those that differ as text.
fn groups_exactly(ty: KqlType) -> bool {
    use KqlType::{Bool, DateTime, Guid, Int, Long, String, TimeSpan};
    matches!(ty, Bool | DateTime | Guid | Int | Long | String | TimeSpan)
}
