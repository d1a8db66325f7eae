//! `sort` and `order`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind, SortKey};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn sort(&mut self, node: &ast::SortOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let keys = node.keys().map(|key| self.sort_key(&key, span, &inner)).collect();
        Self::sorted(input, keys, span)
    }

    pub(super) fn sorted(input: Rel, keys: Vec<SortKey>, span: Span) -> Rel {
        let (columns, open) = (input.columns.clone(), input.open);
        rel(RelKind::Sort { input, keys }, columns, true, open, span)
    }

    /// Descending unless told otherwise; nulls count as smallest unless told where they go.
    pub(super) fn sort_key(&mut self, node: &ast::OrderedExpr, span: Span, ctx: &Context) -> SortKey {
        let expr = self.optional_expr(node.expr(), span, ctx);
        if expr.ty == KqlType::Dynamic {
            self.report(diagnostics::dynamic_sort_key(expr.span));
        }
        let descending = !matches!(node.ordering(), Some(ast::Ordering::Asc | ast::Ordering::GrannyAsc));
        let nulls_first = match node.nulls() {
            Some(ast::Nulls::First) => true,
            Some(ast::Nulls::Last) => false,
            None => !descending,
        };
        SortKey {
            expr,
            descending,
            nulls_first,
        }
    }
}
