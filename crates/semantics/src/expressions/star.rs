//! `* has "term"`: whether any column passes a comparison.

use quarry_schema::KqlType;
use quarry_text::Span;

use super::combine;
use crate::binder::{Binder, convert, read, value};
use crate::diagnostics;
use crate::ir::{BinaryOp, Column, Expr, ExprKind, Literal, LogicalOp};
use crate::scope::Context;
use crate::types::{Comparison, comparison};

impl Binder<'_> {
    /// Text operators look at every column as text; other comparisons at the columns whose type they fit.
    pub(super) fn star(&mut self, op: BinaryOp, right: Expr, span: Span, ctx: &Context) -> Expr {
        let negated = op == BinaryOp::NotEqual || matches!(op, BinaryOp::Text { negated: true, .. });
        if negated {
            self.report(diagnostics::unsupported(&format!("`* {op}`"), span));
        }
        let ordering = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        let columns = ctx.rows.as_ref().map(|rows| rows.columns.clone()).unwrap_or_default();
        let text = matches!(op, BinaryOp::Text { .. });
        let right = if text { convert(right, KqlType::String) } else { right };
        self.any_column(&columns, span, |column| {
            if text {
                return Some(combine(op, convert(column, KqlType::String), right.clone(), KqlType::Bool, span));
            }
            match comparison(column.ty, right.ty, ordering) {
                Comparison::As(ty) => Some(combine(op, convert(column, ty), convert(right.clone(), ty), KqlType::Bool, span)),
                Comparison::ByContent => Some(combine(op, column, right.clone(), KqlType::Bool, span)),
                Comparison::NeedsCast | Comparison::Undefined => None,
            }
        })
    }

    /// Whether some column passes a test. Over every table these are very many expressions: none are made where none will run.
    pub(crate) fn any_column(&mut self, columns: &[Column], span: Span, test: impl Fn(Expr) -> Option<Expr>) -> Expr {
        if !self.executes() || !self.count_expressions(columns.len(), span) {
            return value(Literal::Bool(false), span);
        }
        let mut operands: Vec<Expr> = columns.iter().filter_map(|column| test(read(column, span))).collect();
        if operands.len() <= 1 {
            return operands.pop().unwrap_or_else(|| value(Literal::Bool(false), span));
        }
        Expr {
            kind: ExprKind::Logical {
                op: LogicalOp::Or,
                operands,
            },
            ty: KqlType::Bool,
            span,
        }
    }
}
