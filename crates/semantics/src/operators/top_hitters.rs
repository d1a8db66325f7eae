//! `top-hitters`: the most frequent values, counted exactly.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, read, rel, rows_of};
use crate::ir::{Aggregate, FunctionRef, Rel, RelKind, SortKey};
use crate::naming::NameRule;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn top_hitters(&mut self, node: &ast::TopHittersOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let count = self.row_count(node.count(), span, ctx);
        let inner = Context::new(&ctx.env, rows_of(&input));
        let of: Vec<ast::NamedExpr> = node.of().and_then(|of| of.named()).into_iter().collect();
        let items = self.items(&of, &inner);
        let names = self.name_items(NameRule::Project, &items, &input);
        let Some((item, name)) = items.into_iter().zip(names).next() else {
            return input;
        };
        let weight = node.by().map(|by| {
            let natural = self.natural_name(&by, &inner).unwrap_or_default();
            (natural, self.expr(&by, &inner))
        });
        let (function, label, args, ty) = match weight {
            Some((name, weight)) => ("sum", format!("approximate_sum_{name}"), vec![weight.clone()], weight.ty),
            None => ("count", format!("approximate_count_{name}"), Vec::new(), KqlType::Long),
        };
        let Some(function) = functions::aggregate(function) else {
            return input;
        };
        let key = self.column(name, item.expr.ty);
        let ranked = self.column(label, if ty == KqlType::Int { KqlType::Long } else { ty });
        let aggregate = Aggregate {
            function: FunctionRef(function),
            args,
            outputs: vec![ranked.id],
            span,
        };
        let order = SortKey {
            expr: read(&ranked, span),
            descending: true,
            nulls_first: false,
        };
        let columns = vec![key.clone(), ranked];
        let keys = vec![(key.id, item.expr)];
        let summarized = rel(
            RelKind::Summarize {
                input,
                keys,
                aggregates: vec![aggregate],
            },
            columns,
            false,
            false,
            span,
        );
        let sorted = Self::sorted(summarized, vec![order], span);
        Self::first_rows(sorted, count, span)
    }
}
