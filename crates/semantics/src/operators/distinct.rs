//! `distinct`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use super::extend::Item;
use crate::binder::{Binder, read, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::naming::{Label, NameRule};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn distinct(&mut self, node: &ast::DistinctOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let nodes: Vec<ast::NamedExpr> = node.items().collect();
        let starred = nodes.iter().any(|node| matches!(node.expr(), Some(ast::Expr::Star(_))));
        let items: Vec<Item> = if starred {
            let all = input.columns.iter();
            all.map(|c| Item {
                label: Label::Declared(c.name.clone()),
                expr: read(c, span),
                span,
            })
            .collect()
        } else {
            self.items(&nodes, &inner)
        };
        let names = self.name_items(NameRule::Distinct, &items, &input);
        let mut keys = Vec::new();
        let mut columns = Vec::new();
        for (item, name) in items.into_iter().zip(names) {
            if item.expr.ty == KqlType::Dynamic {
                self.report(diagnostics::dynamic_key("distinct", item.span));
            }
            let column = self.column(name, item.expr.ty);
            keys.push((column.id, item.expr));
            columns.push(column);
        }
        let open = input.open && starred;
        rel(
            RelKind::Summarize {
                input,
                keys,
                aggregates: Vec::new(),
            },
            columns,
            false,
            open,
            span,
        )
    }
}
