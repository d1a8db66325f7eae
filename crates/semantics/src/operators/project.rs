//! `project`.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rows_of};
use crate::ir::Rel;
use crate::naming::NameRule;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn project_operator(&mut self, node: &ast::ProjectOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let nodes: Vec<ast::NamedExpr> = node.items().collect();
        let items = self.items(&nodes, &inner);
        let names = self.name_items(NameRule::Project, &items, &input);
        let mut columns = Vec::with_capacity(items.len());
        for (item, name) in items.into_iter().zip(names) {
            columns.push((self.column(name, item.expr.ty), item.expr));
        }
        self.project(input, columns, false, span)
    }
}
