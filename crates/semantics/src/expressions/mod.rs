//! Scalar expressions.

mod aggregates;
mod between;
mod binary;
mod calls;
mod checks;
mod columns;
mod graph;
mod literals;
mod membership;
mod names;
mod paths;
mod special;
mod star;
mod subqueries;

use quarry_schema::KqlType;
use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use crate::binder::{Binder, convert, poison};
use crate::diagnostics;
use crate::ir::{Expr, ExprKind, Literal, UnaryOp};
use crate::scope::Context;

pub(crate) use binary::{combine, text};
pub(crate) use calls::Multi;
pub(crate) use columns::dynamic_call;
pub(crate) use graph::GraphScope;

impl Binder<'_> {
    /// Binds a scalar expression. What cannot be bound is reported and stands as a value of unknown type.
    pub(crate) fn expr(&mut self, node: &ast::Expr, ctx: &Context) -> Expr {
        let span = self.span(node);
        if !self.count_expressions(1, span) {
            return poison(span);
        }
        self.nested(span, |binder| binder.expr_inside(node, span, ctx))
            .unwrap_or_else(|| poison(span))
    }

    /// The same for a part that the parser may have missed, and has then reported.
    pub(crate) fn optional_expr(&mut self, node: Option<ast::Expr>, span: Span, ctx: &Context) -> Expr {
        node.map_or_else(|| poison(span), |node| self.expr(&node, ctx))
    }

    fn expr_inside(&mut self, node: &ast::Expr, span: Span, ctx: &Context) -> Expr {
        match node {
            ast::Expr::Name(name) => self.name(&name.value(), span, ctx),
            ast::Expr::Literal(literal) => self.literal(literal, span),
            ast::Expr::Dynamic(dynamic) => self.dynamic(dynamic, span),
            ast::Expr::TypeOf(type_of) => self.type_of(type_of, span),
            ast::Expr::Paren(paren) => self.optional_expr(paren.inner(), span, ctx),
            ast::Expr::Unary(unary) => self.unary(unary, span, ctx),
            ast::Expr::Binary(binary) => self.binary(binary, span, ctx),
            ast::Expr::Logical(logical) => self.logical(logical, span, ctx),
            ast::Expr::In(membership) => self.membership(membership, span, ctx),
            ast::Expr::HasAny(membership) => self.has_any(membership, span, ctx),
            ast::Expr::Between(between) => self.between(between, span, ctx),
            ast::Expr::Call(call) => self.call(call, span, ctx),
            ast::Expr::Member(_) | ast::Expr::Index(_) => self.path(node, span, ctx),
            ast::Expr::ToScalar(to_scalar) => self.toscalar(to_scalar, span, ctx),
            ast::Expr::Pipeline(pipeline) if pipeline.operators().next().is_none() => self.optional_expr(pipeline.source(), span, ctx),
            ast::Expr::Star(_) => {
                self.report(diagnostics::general("`*` cannot stand here", span));
                poison(span)
            }
            ast::Expr::Function(_) | ast::Expr::EntityGroup(_) => {
                self.report(diagnostics::general("A scalar value is expected here", span));
                poison(span)
            }
            ast::Expr::Pipeline(_)
            | ast::Expr::Datatable(_)
            | ast::Expr::Materialize(_)
            | ast::Expr::ToTable(_)
            | ast::Expr::ExternalData(_)
            | ast::Expr::InlineExternalTable(_)
            | ast::Expr::ContextualTable(_) => {
                self.report(diagnostics::tabular_in_scalar_place(span));
                poison(span)
            }
        }
    }

    fn unary(&mut self, node: &ast::UnaryExpr, span: Span, ctx: &Context) -> Expr {
        if node.is_minus()
            && let Some(number) = self.negative_literal(node, span)
        {
            return number;
        }
        let operand = self.optional_expr(node.operand(), span, ctx);
        if !node.is_minus() {
            return operand;
        }
        // As in all arithmetic an int becomes a long, and its least value has a counterpart.
        let operand = if operand.ty == KqlType::Int {
            convert(operand, KqlType::Long)
        } else {
            operand
        };
        match operand.ty {
            KqlType::Unknown => operand,
            ty if ty.is_number() || ty == KqlType::TimeSpan => {
                if let ExprKind::Literal(Literal::Real(number)) = operand.kind {
                    return Expr {
                        kind: ExprKind::Literal(Literal::Real(-number)),
                        ..operand
                    };
                }
                if let ExprKind::Literal(Literal::TimeSpan(ticks)) = operand.kind {
                    return Expr {
                        kind: ExprKind::Literal(Literal::TimeSpan(ticks.wrapping_neg())),
                        span,
                        ..operand
                    };
                }
                Expr {
                    ty,
                    span,
                    kind: ExprKind::Unary {
                        op: UnaryOp::Negate,
                        operand: Box::new(operand),
                    },
                }
            }
            KqlType::Dynamic => {
                let operand = Box::new(operand);
                Expr {
                    ty: KqlType::Dynamic,
                    span,
                    kind: ExprKind::Unary {
                        op: UnaryOp::Negate,
                        operand,
                    },
                }
            }
            ty => {
                self.report(diagnostics::unary_type("-", ty, span));
                poison(span)
            }
        }
    }

    /// Binds a condition: a bool, or a number or dynamic that is made one where `lenient`.
    pub(crate) fn condition(&mut self, node: Option<ast::Expr>, span: Span, ctx: &Context) -> Expr {
        let expr = self.optional_expr(node, span, ctx);
        self.as_condition(expr)
    }

    pub(crate) fn as_condition(&mut self, expr: Expr) -> Expr {
        match expr.ty {
            KqlType::Bool | KqlType::Unknown => expr,
            ty if ty.is_number() => convert(expr, KqlType::Bool),
            ty => {
                self.report(diagnostics::boolean_expected(ty, expr.span));
                poison(expr.span)
            }
        }
    }

    /// Binds an expression that must be an integer, such as the number of rows of `take`.
    pub(crate) fn row_count(&mut self, node: Option<ast::Expr>, span: Span, ctx: &Context) -> Expr {
        let expr = self.optional_expr(node, span, &ctx.without_rows());
        match expr.ty {
            KqlType::Long | KqlType::Unknown => expr,
            KqlType::Int => convert(expr, KqlType::Long),
            ty => {
                self.report(diagnostics::argument_type("SEM0201", "take", 0, "an integer", ty, expr.span));
                poison(span)
            }
        }
    }

    pub(crate) fn node_text(node: &impl AstNode) -> String {
        node.text()
    }
}
