//! `top`: the first rows of an order.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rows_of};
use crate::ir::Rel;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn top(&mut self, node: &ast::TopOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let count = self.row_count(node.count(), span, ctx);
        let inner = Context::new(&ctx.env, rows_of(&input));
        let keys = node.key().map(|key| self.sort_key(&key, span, &inner)).into_iter().collect();
        let sorted = Self::sorted(input, keys, span);
        Self::first_rows(sorted, count, span)
    }
}
