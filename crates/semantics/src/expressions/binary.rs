//! Operators of two operands, `and` and `or`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, poison};
use crate::constant::fold_string;
use crate::ir::{BinaryOp, Expr, ExprKind, LogicalOp, TextOp};
use crate::scope::Context;
use crate::types::{Comparison, arithmetic, comparison};
use crate::{diagnostics, regex};

impl Binder<'_> {
    pub(super) fn binary(&mut self, node: &ast::BinaryExpr, span: Span, ctx: &Context) -> Expr {
        let Some(op) = node.op() else {
            self.optional_expr(node.left(), span, ctx);
            self.optional_expr(node.right(), span, ctx);
            return poison(span);
        };
        let op = match op {
            ast::BinaryOp::Add => BinaryOp::Add,
            ast::BinaryOp::Subtract => BinaryOp::Subtract,
            ast::BinaryOp::Multiply => BinaryOp::Multiply,
            ast::BinaryOp::Divide => BinaryOp::Divide,
            ast::BinaryOp::Modulo => BinaryOp::Modulo,
            ast::BinaryOp::Equal => BinaryOp::Equal,
            ast::BinaryOp::NotEqual => BinaryOp::NotEqual,
            ast::BinaryOp::Less => BinaryOp::Less,
            ast::BinaryOp::LessEqual => BinaryOp::LessOrEqual,
            ast::BinaryOp::Greater => BinaryOp::Greater,
            ast::BinaryOp::GreaterEqual => BinaryOp::GreaterOrEqual,
            ast::BinaryOp::EqualIgnoringCase => text(TextOp::Equal, false, false),
            ast::BinaryOp::NotEqualIgnoringCase => text(TextOp::Equal, false, true),
            ast::BinaryOp::MatchesRegex => text(TextOp::MatchesRegex, true, false),
            ast::BinaryOp::Search => text(TextOp::Has, false, false),
            ast::BinaryOp::String {
                kind,
                case_sensitive,
                negated,
            } => text(text_op(kind), case_sensitive, negated),
        };
        let calculates = matches!(
            op,
            BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo
        );
        if let Some(ast::Expr::Star(_)) = node.left()
            && !calculates
            && ctx.rows.is_some()
        {
            let right = self.optional_expr(node.right(), span, ctx);
            return self.star(op, right, span, ctx);
        }
        let left = self.optional_expr(node.left(), span, ctx);
        let right = self.optional_expr(node.right(), span, ctx);
        match op {
            _ if calculates => self.calculate(op, left, right, span),
            BinaryOp::Text { op: text_op, .. } => self.compare_text(op, text_op, left, right, span),
            _ => self.compare(op, left, right, span),
        }
    }

    pub(crate) fn calculate(&mut self, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
        // The language service takes two dynamics; the engine wants to be told what they are.
        let typed = left.ty != KqlType::Dynamic || right.ty != KqlType::Dynamic || self.like_editor();
        match arithmetic(op, left.ty, right.ty).filter(|_| typed) {
            Some(types) => {
                let (left, right) = (convert(left, types.left), convert(right, types.right));
                combine(op, left, right, types.result, span)
            }
            None => {
                self.report(diagnostics::operator_types(&op.to_string(), left.ty, right.ty, span));
                poison(span)
            }
        }
    }

    pub(crate) fn compare(&mut self, op: BinaryOp, left: Expr, right: Expr, span: Span) -> Expr {
        let ordering = !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual);
        match comparison(left.ty, right.ty, ordering) {
            Comparison::As(ty) => combine(op, convert(left, ty), convert(right, ty), KqlType::Bool, span),
            Comparison::ByContent => combine(op, left, right, KqlType::Bool, span),
            Comparison::NeedsCast => {
                self.report(diagnostics::cast_needed(&op.to_string(), left.ty, right.ty, span));
                Expr {
                    ty: KqlType::Bool,
                    ..poison(span)
                }
            }
            Comparison::Undefined => {
                self.report(diagnostics::operator_types(&op.to_string(), left.ty, right.ty, span));
                Expr {
                    ty: KqlType::Bool,
                    ..poison(span)
                }
            }
        }
    }

    fn compare_text(&mut self, op: BinaryOp, text_op: TextOp, left: Expr, right: Expr, span: Span) -> Expr {
        let textual = |ty: KqlType| matches!(ty, KqlType::String | KqlType::Dynamic | KqlType::Unknown);
        if !textual(left.ty) || !textual(right.ty) {
            self.report(diagnostics::operator_types(&op.to_string(), left.ty, right.ty, span));
            return Expr {
                ty: KqlType::Bool,
                ..poison(span)
            };
        }
        if right.ty == KqlType::Dynamic && matches!(text_op, TextOp::Has | TextOp::HasPrefix | TextOp::HasSuffix) {
            self.report(diagnostics::cast_needed(&op.to_string(), left.ty, right.ty, right.span));
        }
        if text_op == TextOp::MatchesRegex
            && let Some(pattern) = fold_string(&right, self.now)
            && let Err(problem) = regex::shape(&pattern)
        {
            self.report(diagnostics::bad_regex(problem, right.span));
        }
        combine(
            op,
            convert(left, KqlType::String),
            convert(right, KqlType::String),
            KqlType::Bool,
            span,
        )
    }

    pub(super) fn logical(&mut self, node: &ast::LogicalExpr, span: Span, ctx: &Context) -> Expr {
        let op = match node.op() {
            Some(ast::LogicalOp::Or) => LogicalOp::Or,
            _ => LogicalOp::And,
        };
        let mut operands = Vec::new();
        for operand in node.operands() {
            let bound = self.expr(&operand, ctx);
            let bound = if bound.ty == KqlType::Dynamic {
                convert(bound, KqlType::Bool)
            } else {
                self.as_condition(bound)
            };
            match bound.kind {
                // (a and b) and c is one chain.
                ExprKind::Logical {
                    op: inner,
                    operands: mut nested,
                } if inner == op => operands.append(&mut nested),
                kind => operands.push(Expr { kind, ..bound }),
            }
        }
        if operands.len() == 1
            && let Some(only) = operands.pop()
        {
            return only;
        }
        Expr {
            kind: ExprKind::Logical { op, operands },
            ty: KqlType::Bool,
            span,
        }
    }
}

pub(crate) fn combine(op: BinaryOp, left: Expr, right: Expr, ty: KqlType, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Binary {
            op,
            left: Box::new(left),
            right: Box::new(right),
        },
        ty,
        span,
    }
}

pub(crate) const fn text(op: TextOp, case_sensitive: bool, negated: bool) -> BinaryOp {
    BinaryOp::Text {
        op,
        case_sensitive,
        negated,
    }
}

const fn text_op(kind: ast::StringMatch) -> TextOp {
    match kind {
        ast::StringMatch::Has => TextOp::Has,
        ast::StringMatch::HasPrefix => TextOp::HasPrefix,
        ast::StringMatch::HasSuffix => TextOp::HasSuffix,
        ast::StringMatch::Contains => TextOp::Contains,
        ast::StringMatch::StartsWith => TextOp::StartsWith,
        ast::StringMatch::EndsWith => TextOp::EndsWith,
        ast::StringMatch::Like => TextOp::Like,
    }
}
