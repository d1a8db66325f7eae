//! `serialize`: takes the order of the rows as given.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::Binder;
use crate::ir::Rel;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn serialize(&mut self, node: &ast::SerializeOperator, mut input: Rel, span: Span, ctx: &Context) -> Rel {
        input.serialized = true;
        let items: Vec<ast::NamedExpr> = node.items().collect();
        if items.is_empty() {
            input
        } else {
            self.extend(items, input, span, ctx)
        }
    }
}
