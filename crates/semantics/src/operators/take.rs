//! `take` and `limit`.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel};
use crate::ir::{Expr, Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn take(&mut self, node: &ast::TakeOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let count = self.row_count(node.count(), span, ctx);
        Self::first_rows(input, count, span)
    }

    pub(super) fn first_rows(input: Rel, count: Expr, span: Span) -> Rel {
        let (columns, serialized, open) = (input.columns.clone(), input.serialized, input.open);
        rel(RelKind::Take { input, count }, columns, serialized, open, span)
    }
}
