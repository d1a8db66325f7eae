//! `between` and `!between`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, poison};
use crate::diagnostics;
use crate::ir::{BinaryOp, Expr, ExprKind};
use crate::scope::Context;
use crate::types::widest;

impl Binder<'_> {
    pub(super) fn between(&mut self, node: &ast::BetweenExpr, span: Span, ctx: &Context) -> Expr {
        let value = self.optional_expr(node.left(), span, ctx);
        let low = self.optional_expr(node.low(), span, ctx);
        let high = self.optional_expr(node.high(), span, ctx);
        let Some((value, low, high)) = self.between_operands(value, low, high) else {
            return Expr {
                ty: KqlType::Bool,
                ..poison(span)
            };
        };
        let kind = ExprKind::Between {
            negated: node.is_negated(),
            value: Box::new(value),
            low: Box::new(low),
            high: Box::new(high),
        };
        Expr {
            kind,
            ty: KqlType::Bool,
            span,
        }
    }

    fn between_operands(&mut self, value: Expr, low: Expr, high: Expr) -> Option<(Expr, Expr, Expr)> {
        use KqlType::{Bool, DateTime, Dynamic, Guid, String, TimeSpan, Unknown};
        for operand in [&value, &low, &high] {
            if matches!(operand.ty, String | Dynamic | Guid) {
                self.report(diagnostics::between_operand(operand.ty, operand.span));
                return None;
            }
        }
        let numeric = |ty: KqlType| ty.is_number() || ty == Bool;
        match (value.ty, low.ty, high.ty) {
            (Unknown, ..) | (_, Unknown, _) | (_, _, Unknown) => Some((value, low, high)),
            (DateTime, DateTime, DateTime) | (TimeSpan, TimeSpan, TimeSpan) => Some((value, low, high)),
            // A timespan is a duration from the low end.
            (DateTime, DateTime, TimeSpan) => {
                let end = self.calculate(BinaryOp::Add, low.clone(), high.clone(), high.span);
                Some((value, low, end))
            }
            (v, l, h) if numeric(v) && numeric(l) && numeric(h) => {
                let ty = if (v, l, h) == (Bool, Bool, Bool) {
                    KqlType::Long
                } else {
                    widest(v, widest(l, h))
                };
                Some((convert(value, ty), convert(low, ty), convert(high, ty)))
            }
            (_, l, h) => {
                let code = match (l, h) {
                    (l, TimeSpan) if numeric(l) => "SEM0234",
                    (TimeSpan, DateTime) => "SEM0232",
                    _ => "SEM0232",
                };
                self.report(diagnostics::between_bounds(code, l, h, low.span.cover(high.span)));
                None
            }
        }
    }
}
