//! `fork`: several results from the same rows.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::Binder;
use crate::ir::{Rel, SubqueryKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn fork(&mut self, node: &ast::ForkOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        if input.open {
            return input;
        }
        let (columns, serialized) = (input.columns.clone(), input.serialized);
        let id = self.subquery(SubqueryKind::Table, input);
        let mut first = None;
        for branch in node.branches() {
            let rows = self.shared(id, &columns, serialized, span);
            let Some(pipeline) = branch.subquery().and_then(|subquery| subquery.pipeline()) else {
                continue;
            };
            let result = self.rel(&ast::Expr::Pipeline(pipeline), &ctx.without_rows(), Some(rows));
            match first {
                None => first = Some(result),
                Some(_) => self.extra_results.push(result),
            }
        }
        first.unwrap_or_else(|| self.shared(id, &columns, serialized, span))
    }
}
