//! `where` and `filter`.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn where_(&mut self, node: &ast::WhereOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let predicate = self.condition(node.predicate(), span, &inner);
        let columns = input.columns.clone();
        let (input, predicate, lifted) = self.lift_window(input, predicate);
        let (serialized, open) = (input.serialized, input.open);
        let shown = input.columns.clone();
        let filtered = rel(RelKind::Filter { input, predicate }, shown, serialized, open, span);
        if lifted { self.only(filtered, &columns, span) } else { filtered }
    }
}
