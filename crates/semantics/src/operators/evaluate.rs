//! `evaluate plugin(…)`.

mod arguments;
mod bag_unpack;
mod dcount_intersect;
mod pivot;
mod plugins;
mod preview;

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
            let place = self.place_of(call.name().as_ref(), span);
            self.report(diagnostics::unknown_function(&name, closest, place));
            return nothing(span);
        };
        let Some(input) = input else {
            return self.plugin(function, &call, None, node.schema(), span, ctx);
        };
        match function.name {
            "bag_unpack" => self.bag_unpack(&call, input, node.schema(), span, ctx),
            "dcount_intersect" | "estimate_rows_count" | "identity" | "preview" => {
                let Some(given) = self.plugin_arguments(function, &call, Some(&input), span, ctx) else {
                    return nothing(span);
                };
                match function.name {
                    "dcount_intersect" => self.dcount_intersect(&given, input, span),
                    // Counted, not estimated.
                    "estimate_rows_count" => self.count_rows(input, "EstimatedRowsCount".to_owned(), span),
                    "preview" => self.preview(&given, input, span),
                    _ => input,
                }
            }
            "pivot" => self.pivot(&call, input, node.schema(), span, ctx),
            _ => self.plugin(function, &call, Some(input), node.schema(), span, ctx),
        }
    }
}
