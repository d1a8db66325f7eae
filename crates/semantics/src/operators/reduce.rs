//! `reduce by`: patterns of similar texts.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn reduce(&mut self, node: &ast::ReduceOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        self.optional_expr(node.expr(), span, &inner);
        let columns = [
            ("Pattern", KqlType::String),
            ("Count", KqlType::Long),
            ("Representative", KqlType::String),
        ];
        let columns = columns.map(|(name, ty)| self.column(name, ty)).to_vec();
        rel(
            RelKind::Unsupported {
                operator: "reduce",
                inputs: vec![input],
            },
            columns,
            false,
            false,
            span,
        )
    }
}
