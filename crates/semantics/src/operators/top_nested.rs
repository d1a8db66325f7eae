//! `top-nested`: the top values, and below each of them the top values of the next level.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{AggregateSink, Binder, rel, rows_of};
use crate::ir::{Rel, RelKind};
use crate::naming::NameRule;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn top_nested(&mut self, node: &ast::TopNestedOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let mut columns = Vec::new();
        for level in node.levels() {
            let of: Vec<ast::NamedExpr> = level.of().and_then(|of| of.named()).into_iter().collect();
            let keys = self.items(&of, &inner);
            let names = self.name_items(NameRule::Project, &keys, &input);
            let name = names.into_iter().next().unwrap_or_default();
            let ty = keys.first().map_or(quarry_schema::KqlType::Unknown, |key| key.expr.ty);
            let by = level.by().and_then(|by| by.named());
            let given = by.as_ref().and_then(|by| by.name()).map(|name| name.value());
            let outer = self.sink.replace(AggregateSink::default());
            let rank = by.and_then(|by| by.expr()).map(|by| self.expr(&by, &inner));
            self.sink = outer;
            if let Some(count) = level.count() {
                self.row_count(Some(count), span, ctx);
            }
            let label = given.unwrap_or_else(|| format!("aggregated_{name}"));
            columns.push(self.column(name, ty));
            columns.push(self.column(label, rank.map_or(quarry_schema::KqlType::Unknown, |rank| rank.ty)));
        }
        rel(
            RelKind::Unsupported {
                operator: "top-nested",
                inputs: vec![input],
            },
            columns,
            false,
            false,
            span,
        )
    }
}
