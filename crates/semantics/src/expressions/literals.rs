//! Literals.

use quarry_schema::{KqlType, functions};
use quarry_syntax::SyntaxKind;
use quarry_syntax::ast::{self, AstNode};
use quarry_syntax::literal::{DynamicValue, LiteralType, LiteralValue};
use quarry_text::Span;

use crate::binder::{Binder, poison, value};
use crate::diagnostics;
use crate::ir::{Expr, ExprKind, FunctionRef, Literal};
use crate::literal::document;

impl Binder<'_> {
    pub(super) fn literal(&mut self, node: &ast::LiteralExpr, span: Span) -> Expr {
        let Some(literal) = node.value() else {
            // The parser has reported it, unless the text came from elsewhere.
            self.report(diagnostics::bad_literal(span));
            return poison(span);
        };
        value(
            match literal {
                LiteralValue::Bool(v) => Literal::Bool(v),
                LiteralValue::Int(v) => Literal::Int(v),
                LiteralValue::Long(v) => Literal::Long(v),
                LiteralValue::Real(v) => Literal::Real(v),
                LiteralValue::Decimal(v) => Literal::Decimal(v),
                LiteralValue::String(v) => Literal::String(v),
                LiteralValue::DateTime(v) => Literal::DateTime(v),
                LiteralValue::Now => return self.now_call(span),
                LiteralValue::TimeSpan(v) => Literal::TimeSpan(v),
                LiteralValue::Guid(v) => Literal::Guid(v),
                LiteralValue::Null(ty) => Literal::Null(null_type(ty)),
            },
            span,
        )
    }

    /// `-9223372036854775808` is a long although its digits alone are none.
    pub(super) fn negative_literal(&mut self, node: &ast::UnaryExpr, span: Span) -> Option<Expr> {
        let Some(ast::Expr::Literal(literal)) = node.operand() else {
            return None;
        };
        match literal.value() {
            Some(LiteralValue::Long(v)) => Some(value(Literal::Long(v.wrapping_neg()), span)),
            Some(LiteralValue::Int(v)) => Some(value(Literal::Int(v.wrapping_neg()), span)),
            _ => None,
        }
    }

    fn now_call(&mut self, span: Span) -> Expr {
        match functions::scalar("now") {
            Some(function) => Expr {
                kind: ExprKind::Call {
                    function: FunctionRef(function),
                    args: Vec::new(),
                },
                ty: KqlType::DateTime,
                span,
            },
            None => poison(span),
        }
    }

    pub(super) fn dynamic(&mut self, node: &ast::DynamicExpr, span: Span) -> Expr {
        if let Some(literal) = refused_in_documents(node) {
            self.report(diagnostics::bad_dynamic(&format!("{literal} is not allowed in a document"), span));
            return poison(span);
        }
        match node.value() {
            Some(DynamicValue::Null) => value(Literal::Null(KqlType::Dynamic), span),
            Some(tree) => match document(&tree, self.now) {
                Some(json) => value(Literal::Dynamic(json), span),
                None => {
                    self.report(diagnostics::bad_dynamic("the time of the query cannot be part of a document", span));
                    poison(span)
                }
            },
            None => {
                self.report(diagnostics::bad_dynamic("this is not a document", span));
                poison(span)
            }
        }
    }

    pub(super) fn type_of(&mut self, node: &ast::TypeOfExpr, span: Span) -> Expr {
        match node.type_name() {
            Some(name) => value(Literal::Type(self.type_named(&name)), span),
            None => {
                self.report(diagnostics::general("A type is expected here", span));
                poison(span)
            }
        }
    }

    /// The type that a name stands for; reported when it is none.
    pub(crate) fn type_named(&mut self, name: &ast::TypeName) -> KqlType {
        match name.canonical().and_then(KqlType::from_name) {
            Some(ty) => ty,
            None => {
                let span = self.span(name);
                self.report(diagnostics::unknown_type(&name.value(), span));
                KqlType::Unknown
            }
        }
    }
}

fn null_type(ty: LiteralType) -> KqlType {
    match ty {
        LiteralType::Bool => KqlType::Bool,
        LiteralType::Int => KqlType::Int,
        LiteralType::Long => KqlType::Long,
        LiteralType::Real => KqlType::Real,
        LiteralType::Decimal => KqlType::Decimal,
        LiteralType::DateTime => KqlType::DateTime,
        LiteralType::TimeSpan => KqlType::TimeSpan,
        LiteralType::Guid => KqlType::Guid,
    }
}

/// A typed literal that documents cannot hold: `bool(…)`, or a null of a time.
fn refused_in_documents(node: &ast::DynamicExpr) -> Option<String> {
    let mut tokens = node.syntax().descendants_with_tokens().filter_map(|element| element.into_token());
    let refused = |kind: SyntaxKind, text: &str| match kind {
        SyntaxKind::BoolLiteral => text.ends_with(')'),
        SyntaxKind::DateTimeLiteral | SyntaxKind::TimeSpanLiteral => text.ends_with("(null)"),
        _ => false,
    };
    tokens
        .find(|token| refused(token.kind(), token.text()))
        .map(|token| token.text().to_owned())
}
