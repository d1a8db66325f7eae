//! `invoke f(…)`: the rows before it become the first argument.

use quarry_schema::functions;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel};
use crate::ir::{Rel, RelKind};
use crate::scope::{Binding, Context};

impl Binder<'_> {
    pub(super) fn invoke(&mut self, node: &ast::InvokeOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let Some(ast::Expr::Call(call)) = node.call() else {
            return self.not_yet("invoke", Some(input), span);
        };
        let name = call.function();
        let args: Vec<ast::NamedExpr> = call.arguments().collect();
        let declared = match ctx.env.get(&name) {
            Some(Binding::Function(function)) => Some(function.clone()),
            _ => self.stored_function(&name, span, ctx),
        };
        if let Some(function) = declared {
            return self.call_table_function(&function, &args, Some(input), span, ctx);
        }
        if name == "FileProfile" && !self.like_editor() {
            return self.file_profile(&args, input, span, ctx);
        }
        // The others ask a cloud service.
        if functions::lookup(&name).is_some() && !self.like_editor() {
            let columns = input.columns.clone();
            return rel(
                RelKind::Unsupported {
                    operator: "invoke",
                    inputs: vec![input],
                },
                columns,
                false,
                true,
                span,
            );
        }
        if !input.open || self.executes() || self.like_editor() {
            self.report_unknown_function(&call, span, &ctx.without_rows());
        }
        let open = !self.like_editor();
        Rel { open, ..nothing(span) }
    }
}
