//! `parse-kv`: columns out of text that lists keys and values.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn parse_kv(&mut self, node: &ast::ParseKvOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        self.optional_expr(node.expr(), span, &inner);
        let mut columns = input.columns.clone();
        let keys = node.keys().map(|keys| self.schema_columns(&keys)).unwrap_or_default();
        for column in keys {
            match columns.iter_mut().find(|existing| existing.name == column.name) {
                Some(place) => *place = column,
                None => columns.push(column),
            }
        }
        let (serialized, open) = (input.serialized, input.open);
        rel(
            RelKind::Unsupported {
                operator: "parse-kv",
                inputs: vec![input],
            },
            columns,
            serialized,
            open,
            span,
        )
    }
}
