//! `in`, `in~`, `has_any`, `has_all`: among listed values, or among the values of a table's first column.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, poison, read};
use crate::constant::is_constant;
use crate::diagnostics;
use crate::ir::{Candidates, Expr, ExprKind, MembershipOp, Rel, SubqueryKind};
use crate::scope::Context;
use crate::types::widest;

impl Binder<'_> {
    pub(super) fn membership(&mut self, node: &ast::InExpr, span: Span, ctx: &Context) -> Expr {
        let value = self.optional_expr(node.left(), span, ctx);
        let op = if node.ignores_case() {
            MembershipOp::InIgnoreCase
        } else {
            MembershipOp::In
        };
        self.among(value, op, node.is_negated(), node.items().collect(), span, ctx)
    }

    pub(super) fn has_any(&mut self, node: &ast::HasAnyExpr, span: Span, ctx: &Context) -> Expr {
        let value = self.optional_expr(node.left(), span, ctx);
        let op = if node.is_all() {
            MembershipOp::HasAll
        } else {
            MembershipOp::HasAny
        };
        self.among(value, op, false, node.items().collect(), span, ctx)
    }

    fn among(&mut self, value: Expr, op: MembershipOp, negated: bool, items: Vec<ast::Expr>, span: Span, ctx: &Context) -> Expr {
        let value = match self.membership_value(value, op) {
            Some(value) => value,
            None => {
                return Expr {
                    ty: KqlType::Bool,
                    ..poison(span)
                };
            }
        };
        let (value, candidates) = match items.as_slice() {
            [only] if self.is_tabular(only, ctx) => self.among_rows(value, only, ctx),
            _ => {
                let bound: Vec<Expr> = items.iter().map(|item| self.expr(item, ctx)).collect();
                for item in bound.iter().filter(|item| op == MembershipOp::In && !is_constant(item)) {
                    self.report(diagnostics::constant_expected("A value of the list", item.span));
                }
                self.among_list(value, op, bound)
            }
        };
        let kind = ExprKind::Membership {
            op,
            negated,
            value: Box::new(value),
            candidates,
        };
        Expr {
            kind,
            ty: KqlType::Bool,
            span,
        }
    }

    fn membership_value(&mut self, value: Expr, op: MembershipOp) -> Option<Expr> {
        if op == MembershipOp::In {
            return Some(value);
        }
        match value.ty {
            KqlType::String | KqlType::Unknown => Some(value),
            KqlType::Dynamic => Some(convert(value, KqlType::String)),
            ty => {
                self.report(diagnostics::argument_type(
                    "SEM0064",
                    &op_word(op),
                    0,
                    "a string or dynamic",
                    ty,
                    value.span,
                ));
                None
            }
        }
    }

    /// `x in (T)`: the first column of a table.
    fn among_rows(&mut self, value: Expr, table: &ast::Expr, ctx: &Context) -> (Expr, Candidates) {
        let span = self.span(table);
        self.subquery_depth += 1;
        let rel = self.rel(table, &ctx.without_rows(), None);
        self.subquery_depth -= 1;
        let Some(first) = rel.columns.first().cloned() else {
            return (value, Candidates::List(Vec::new()));
        };
        let ty = match (value.ty, first.ty) {
            (v, c) if v == c => c,
            (v, c) if v.is_number() && c.is_number() => widest(v, c),
            // Elements of arrays count one by one, so a dynamic column stays as it is.
            (_, KqlType::Dynamic) => {
                let id = self.set_of(rel, first.ty, KqlType::Dynamic, span);
                return (value, Candidates::Set(id));
            }
            (KqlType::Unknown, c) | (c, KqlType::Unknown) | (KqlType::Dynamic, c) => c,
            (v, c) => {
                self.report(diagnostics::membership_type(v, c, span));
                return (value, Candidates::List(Vec::new()));
            }
        };
        let id = self.set_of(rel, first.ty, ty, span);
        let value = if value.ty == KqlType::Dynamic { value } else { convert(value, ty) };
        (value, Candidates::Set(id))
    }

    /// Adds the subquery with the distinct values of the first column, as values of type `to`.
    fn set_of(&mut self, rel: Rel, from: KqlType, to: KqlType, span: Span) -> u32 {
        let Some(first) = rel.columns.first().cloned() else {
            return self.subquery(SubqueryKind::Set(to), rel);
        };
        if from == to && rel.columns.len() == 1 {
            return self.subquery(SubqueryKind::Set(to), rel);
        }
        let column = self.column(first.name.clone(), to);
        let open = rel.open;
        let item = convert(read(&first, span), to);
        let rel = self.project(rel, vec![(column, item)], open, span);
        self.subquery(SubqueryKind::Set(to), rel)
    }

    /// Listed values, converted to the type of the one that is looked for.
    fn among_list(&mut self, value: Expr, op: MembershipOp, items: Vec<Expr>) -> (Expr, Candidates) {
        if op != MembershipOp::In {
            let items = items.into_iter().map(|item| {
                if item.ty == KqlType::Dynamic {
                    item
                } else {
                    convert(item, KqlType::String)
                }
            });
            return (value, Candidates::List(items.collect()));
        }
        let ty = items
            .iter()
            .map(|item| item.ty)
            .filter(|ty| ty.is_number())
            .fold(value.ty, |ty, item| if ty.is_number() { widest(ty, item) } else { ty });
        let value = convert(value, ty);
        let mut converted = Vec::with_capacity(items.len());
        for item in items {
            converted.push(match item.ty {
                KqlType::Dynamic => item,
                _ if value.ty.is_dynamic() => item,
                from if comparable(from, ty) => convert(item, ty),
                from => {
                    self.report(diagnostics::membership_type(ty, from, item.span));
                    poison(item.span)
                }
            });
        }
        (value, Candidates::List(converted))
    }

    /// Whether the right side of `in` is a table rather than a value. A column of that name wins.
    pub(crate) fn is_tabular(&self, node: &ast::Expr, ctx: &Context) -> bool {
        if let ast::Expr::Name(name) = node
            && ctx.rows.as_ref().is_some_and(|rows| rows.column(&name.value()).is_some())
        {
            return false;
        }
        if let ast::Expr::Paren(paren) = node {
            return paren.inner().is_some_and(|inner| self.is_tabular(&inner, ctx));
        }
        // A path starts at a column unless nothing of that name is in sight.
        if let ast::Expr::Member(member) = node
            && let Some(ast::Expr::Name(base)) = member.base()
            && ctx.rows.as_ref().is_some_and(|rows| rows.column(&base.value()).is_some())
        {
            return false;
        }
        self.kind_of(node, &ctx.env).is_table()
    }
}

fn comparable(from: KqlType, to: KqlType) -> bool {
    from == to
        || from == KqlType::Unknown
        || from.is_number() && to.is_number()
        || from == KqlType::String
        || to == KqlType::String
        || from == KqlType::Bool && to.is_number()
        || to == KqlType::Bool && from.is_number()
}

fn op_word(op: MembershipOp) -> String {
    match op {
        MembershipOp::In => "in",
        MembershipOp::InIgnoreCase => "in~",
        MembershipOp::HasAny => "has_any",
        MembershipOp::HasAll => "has_all",
    }
    .to_owned()
}
