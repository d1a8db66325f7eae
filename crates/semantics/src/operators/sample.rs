//! `sample` and `sample-distinct`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::extend::Item;
use crate::binder::{Binder, rel, rows_of};
use crate::diagnostics;
use crate::ir::{ExprKind, Rel, RelKind};
use crate::naming::NameRule;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn sample(&mut self, node: &ast::SampleOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let count = self.row_count(node.count(), span, ctx);
        let (columns, open) = (input.columns.clone(), input.open);
        rel(
            RelKind::Sample {
                input,
                count,
                distinct: None,
            },
            columns,
            false,
            open,
            span,
        )
    }

    pub(super) fn sample_distinct(&mut self, node: &ast::SampleDistinctOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let count = self.row_count(node.count(), span, ctx);
        let inner = Context::new(&ctx.env, rows_of(&input));
        let of: Vec<ast::NamedExpr> = node.of().and_then(|of| of.named()).into_iter().collect();
        let items: Vec<Item> = self.items(&of, &inner);
        let names = self.name_items(NameRule::Project, &items, &input);
        let Some((item, name)) = items.into_iter().zip(names).next() else {
            return input;
        };
        if !matches!(item.expr.kind, ExprKind::Column(_)) && item.expr.ty != KqlType::Unknown {
            self.report(diagnostics::column_expected("sample-distinct", item.span));
        } else if item.expr.ty == KqlType::Dynamic {
            self.report(diagnostics::dynamic_key("sample-distinct", item.span));
        }
        let column = self.column(name, item.expr.ty);
        rel(
            RelKind::Sample {
                input,
                count,
                distinct: Some(item.expr),
            },
            vec![column],
            false,
            false,
            span,
        )
    }
}
