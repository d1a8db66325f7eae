//! `print`: one row.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing};
use crate::ir::Rel;
use crate::naming::{Label, NameRule};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn print(&mut self, node: &ast::PrintOperator, span: Span, ctx: &Context) -> Rel {
        let ctx = ctx.without_rows();
        let nodes: Vec<ast::NamedExpr> = node.items().collect();
        let mut items = Vec::new();
        for node in &nodes {
            let mut bound = self.items(std::slice::from_ref(node), &ctx);
            // A single value takes no name from its expression here: `print tostring(v)` is print_0.
            if let [item] = bound.as_mut_slice()
                && node.names().next().is_none()
            {
                item.label = Label::Numbered;
            }
            items.append(&mut bound);
        }
        let names = self.name_items(NameRule::Print, &items, &nothing(span));
        let mut row = Vec::with_capacity(items.len());
        for (item, name) in items.into_iter().zip(names) {
            row.push((self.column(name, item.expr.ty), item.expr));
        }
        self.one_row(row, span)
    }
}
