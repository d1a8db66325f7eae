//! `where` and `filter`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, poison, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn where_(&mut self, node: &ast::WhereOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let mut predicate = self.optional_expr(node.predicate(), span, &inner);
        // `where a = 1` gives the condition `1` a name; no row is compared with anything.
        if node.name().is_some() && !matches!(predicate.ty, KqlType::Bool | KqlType::Unknown) {
            self.report(diagnostics::boolean_expected(predicate.ty, predicate.span).with_help("`==` compares, `=` gives a name"));
            predicate = poison(predicate.span);
        }
        let predicate = self.as_condition(predicate);
        let columns = input.columns.clone();
        let (input, predicate, lifted) = self.lift_window(input, predicate);
        let (serialized, open) = (input.serialized, input.open);
        let shown = input.columns.clone();
        let filtered = rel(RelKind::Filter { input, predicate }, shown, serialized, open, span);
        if lifted { self.only(filtered, &columns, span) } else { filtered }
    }
}
