//! `scan`: steps matched along ordered rows.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::{Context, find};

impl Binder<'_> {
    pub(super) fn scan(&mut self, node: &ast::ScanOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        if !input.serialized && !input.open {
            self.report(diagnostics::not_serialized("scan", span));
        }
        let mut columns = input.columns.clone();
        for declared in node.declared() {
            let name = declared.name().map(|name| name.value()).unwrap_or_default();
            let ty = match declared.type_name() {
                Some(ty) => self.type_named(&ty),
                None => KqlType::Dynamic,
            };
            let column = self.column(name, ty);
            columns.push(column);
        }
        // A bare name is the current record; `s.x` is the state of step `s`, which has every column too.
        let mut rows = rows_of(&input);
        rows.columns = columns.clone();
        rows.serialized = false;
        rows.records = node
            .steps()
            .filter_map(|step| step.name())
            .map(|name| (name.value(), columns.clone()))
            .collect();
        let inner = Context::new(&ctx.env, rows);
        for step in node.steps() {
            self.condition(step.condition(), span, &inner);
            for assignment in step.assignments() {
                let value = self.optional_expr(assignment.expr(), span, &inner);
                let name = assignment.name().map(|name| name.value()).unwrap_or_default();
                if find(&columns, &name).is_none() && !input.open {
                    self.report(diagnostics::unknown_column(&name, None, value.span));
                }
            }
        }
        if let Some(name) = node.param("with_match_id").and_then(|param| param.word()) {
            let column = self.column(name, KqlType::Long);
            columns.push(column);
        }
        let open = input.open;
        rel(
            RelKind::Unsupported {
                operator: "scan",
                inputs: vec![input],
            },
            columns,
            true,
            open,
            span,
        )
    }
}
