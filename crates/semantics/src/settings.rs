//! `set` statements: those that change what a query means. All others are accepted and left alone, as on the engine.

use quarry_schema::KqlType;
use quarry_syntax::ast;

use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Expr, ExprKind, Literal};
use crate::scope::Context;

impl Binder<'_> {
    pub(crate) fn set_statement(&mut self, node: &ast::SetStatement) {
        let Some(name) = node.name().map(|name| name.value()) else { return };
        let span = self.span(node);
        let value = match node.value() {
            // A bare word is a value like any other text.
            Some(ast::Expr::Name(_)) | None => None,
            Some(value) => Some(self.expr(&value, &Context::default())),
        };
        let literal = value.as_ref().and_then(literal);
        match name.to_ascii_lowercase().as_str() {
            "query_now" | "query_datetimescope_now" => match literal {
                Some(Literal::DateTime(ticks)) => self.now = Some(*ticks),
                _ => self.report(diagnostics::set_value(&name, "a datetime literal", span)),
            },
            "maxoutputcolumns" => {
                if let Some(Literal::Long(most)) = literal {
                    self.max_columns = Some(*most);
                }
            }
            "query_bin_auto_size" => self.bin_auto.size = value.filter(is_literal),
            "query_bin_auto_at" => self.bin_auto.at = value.filter(is_literal),
            "query_results_cache_max_age" => {
                let positive = match literal {
                    Some(Literal::TimeSpan(ticks)) => *ticks > 0,
                    Some(Literal::String(text)) => positive_age(text),
                    _ => false,
                };
                if !positive {
                    self.report(diagnostics::set_value(&name, "a positive timespan", span));
                }
            }
            _ => {}
        }
    }
}

fn is_literal(expr: &Expr) -> bool {
    literal(expr).is_some()
}

fn literal(expr: &Expr) -> Option<&Literal> {
    match &expr.kind {
        ExprKind::Literal(literal) if literal.ty() != KqlType::Unknown => Some(literal),
        _ => None,
    }
}

fn positive_age(text: &str) -> bool {
    let text = text.trim();
    let inner = text
        .strip_prefix("time(")
        .or_else(|| text.strip_prefix("timespan("))
        .and_then(|rest| rest.strip_suffix(')'));
    quarry_syntax::literal::parse_timespan(inner.unwrap_or(text)).is_some_and(|ticks| ticks > 0)
}
