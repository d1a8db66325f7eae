//! `evaluate plugin(…)`.

mod bag_unpack;
mod pivot;
mod plugins;

use quarry_schema::functions;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing};
use crate::diagnostics;
use crate::ir::Rel;
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn evaluate(&mut self, node: &ast::EvaluateOperator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        let Some(call) = node.call() else { return nothing(span) };
        let name = call.function();
        let Some(function) = functions::plugin(&name) else {
            let closest = quarry_text::suggest::closest(
                &name,
                functions::all()
                    .filter(|f| f.kind == quarry_schema::FunctionKind::Plugin)
                    .map(|f| f.name),
            );
            self.report(diagnostics::unknown_function(&name, closest, span));
            return nothing(span);
        };
        let Some(input) = input else {
            return self.plugin(function, &call, None, node.schema(), span, ctx);
        };
        match function.name {
            "bag_unpack" => self.bag_unpack(&call, input, node.schema(), span, ctx),
            "pivot" => self.pivot(&call, input, node.schema(), span, ctx),
            _ => self.plugin(function, &call, Some(input), node.schema(), span, ctx),
        }
    }
}
