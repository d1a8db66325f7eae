//! `partition by key (…)`: a subquery for the rows of each key.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn partition(&mut self, node: &ast::PartitionOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let key = self.optional_expr(node.by(), span, &inner);
        let Some(key_column) = Self::own_column(&key, &input.columns) else {
            if key.ty != quarry_schema::KqlType::Unknown {
                self.report(diagnostics::general("partition: the key must be a column", key.span));
            }
            return nothing(span);
        };
        let Some(ast::PartitionBody::Subquery(subquery)) = node.body() else {
            return self.not_yet("partition { … }", Some(input), span);
        };
        let group = self.group_input(&input.columns, input.open, span);
        let body = match subquery.pipeline() {
            Some(pipeline) => self.rel(&ast::Expr::Pipeline(pipeline), &ctx.without_rows(), Some(group)),
            None => group,
        };
        let (columns, open) = (body.columns.clone(), body.open);
        rel(
            RelKind::Partition {
                input,
                key: key_column.id,
                body,
            },
            columns,
            false,
            open,
            span,
        )
    }
}
