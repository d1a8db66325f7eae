//! `range x from a to b step s`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::Context;
use crate::types::widest;

impl Binder<'_> {
    pub(super) fn range(&mut self, node: &ast::RangeOperator, span: Span, ctx: &Context) -> Rel {
        let ctx = ctx.without_rows();
        let from = self.optional_expr(node.from(), span, &ctx);
        let to = self.optional_expr(node.to(), span, &ctx);
        let step = self.optional_expr(node.step(), span, &ctx);
        let ty = match (from.ty, to.ty, step.ty) {
            (f, t, s) if f.is_number() && t.is_number() && s.is_number() => widest(f, widest(t, s)),
            (KqlType::Unknown, _, _) => KqlType::Unknown,
            (KqlType::DateTime, KqlType::DateTime, KqlType::TimeSpan) => KqlType::DateTime,
            (KqlType::TimeSpan, KqlType::TimeSpan, KqlType::TimeSpan) => KqlType::TimeSpan,
            (f, t, s) if t == KqlType::Unknown || s == KqlType::Unknown => f,
            (f, t, s) => {
                let (with, place) = if f == t || (f.is_number() && t.is_number()) {
                    (s, step.span)
                } else {
                    (t, to.span)
                };
                self.report(diagnostics::operator_types("range", f, with, place));
                f
            }
        };
        let name = node.name().map(|name| name.value()).unwrap_or_default();
        let column = self.column(name, ty);
        let step_type = if ty == KqlType::DateTime { KqlType::TimeSpan } else { ty };
        let kind = RelKind::Range {
            from: convert(from, ty),
            to: convert(to, ty),
            step: convert(step, step_type),
        };
        rel(kind, vec![column], true, false, span)
    }
}
