//! Functions whose meaning depends on the columns at hand: `column_ifexists`, `pack_all`, `bag_pack_columns`.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, poison, read, value};
use crate::constant::{fold, fold_string};
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, FunctionRef, Literal};
use crate::literal::json_string;
use crate::scope::{Binding, Context};

impl Binder<'_> {
    /// `column_ifexists(name, default)`: decided here and now.
    pub(super) fn column_if_exists(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let args: Vec<ast::Expr> = node.arguments().filter_map(|arg| arg.expr()).collect();
        let [name, default] = args.as_slice() else {
            self.report(diagnostics::arity("column_ifexists", "2", args.len(), span));
            return poison(span);
        };
        let name_expr = self.expr(name, ctx);
        let Some(name) = fold_string(&name_expr, self.now) else {
            self.report(diagnostics::constant_expected("column_ifexists(): the name", name_expr.span));
            return poison(span);
        };
        if let Some(column) = ctx.rows.as_ref().and_then(|rows| rows.column(&name)) {
            let column = read(column, span);
            if self.like_editor() {
                let ty = self.expr(default, ctx).ty;
                return Expr { ty, ..column };
            }
            return column;
        }
        if let Some(Binding::Scalar(scalar)) = ctx.env.get(&name)
            && ctx.rows.is_none()
        {
            let scalar = scalar.clone();
            return self.fill_in(&name, &scalar, span);
        }
        let open = ctx.rows.as_ref().is_some_and(|rows| rows.open);
        let default = self.expr(default, ctx);
        if open { Expr { ty: default.ty, ..default } } else { default }
    }

    /// `pack_all([ignore_null_empty])` as a `bag_pack` of every column; ignoring nulls stays a call of its own, with the names and values
    /// after the flag.
    pub(super) fn pack_all(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let found = node.arguments().count();
        if found > 1 {
            self.report(diagnostics::arity("pack_all", "0 or 1", found, span));
            return poison(span);
        }
        let ignore = node.arguments().next().and_then(|arg| arg.expr()).map(|arg| self.expr(&arg, ctx));
        let ignore = match ignore {
            None => false,
            Some(arg) => match fold(&arg, self.now) {
                Some(Literal::Bool(ignore)) => ignore,
                _ if arg.ty == KqlType::Unknown => false,
                _ => {
                    self.report(diagnostics::literal_expected("pack_all", 0, arg.span));
                    return poison(span);
                }
            },
        };
        let columns = ctx.rows.as_ref().map(|rows| rows.columns.clone()).unwrap_or_default();
        if ignore {
            let mut args = vec![value(Literal::Bool(true), span)];
            args.extend(pairs(named(&columns, span), span));
            return dynamic_call("pack_all", args, span);
        }
        dynamic_call("bag_pack", pairs(named(&columns, span), span), span)
    }

    /// `bag_pack_columns(a, b)`.
    pub(super) fn bag_pack_columns(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        if node.arguments().next().is_none() {
            self.report(diagnostics::arity("bag_pack_columns", "at least 1", 0, span));
            return poison(span);
        }
        let mut args = Vec::new();
        for arg in node.arguments().filter_map(|arg| arg.expr()) {
            let name = self.natural_name(&arg, ctx).unwrap_or_default();
            let expr = self.expr(&arg, ctx);
            if !matches!(expr.kind, ExprKind::Column(_)) && expr.ty != KqlType::Unknown {
                self.report(diagnostics::column_expected("bag_pack_columns", expr.span));
            }
            args.push(value(Literal::String(name), span));
            args.push(expr);
        }
        dynamic_call("bag_pack", args, span)
    }

    /// `column_names_of(T)`: known without reading a row.
    pub(super) fn column_names_of(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let Some(table) = node.arguments().next().and_then(|arg| arg.expr()) else {
            self.report(diagnostics::arity("column_names_of", "1", 0, span));
            return poison(span);
        };
        let rel = self.rel(&table, &ctx.without_rows(), None);
        let names: Vec<String> = rel.columns.iter().map(|column| json_string(&column.name)).collect();
        value(Literal::Dynamic(format!("[{}]", names.join(","))), span)
    }

    /// `pack_array(*)`.
    pub(super) fn pack_array_of_all(&mut self, span: Span, ctx: &Context) -> Expr {
        let columns = ctx.rows.as_ref().map(|rows| rows.columns.clone()).unwrap_or_default();
        let args = columns.iter().map(|column| read(column, span)).collect();
        dynamic_call("pack_array", args, span)
    }
}

/// Names and values in turn, as `bag_pack` takes them.
pub(super) fn pairs(values: impl IntoIterator<Item = (String, Expr)>, span: Span) -> Vec<Expr> {
    values
        .into_iter()
        .flat_map(|(name, expr)| [value(Literal::String(name), span), expr])
        .collect()
}

fn named(columns: &[Column], span: Span) -> impl Iterator<Item = (String, Expr)> {
    columns.iter().map(move |column| (column.name.clone(), read(column, span)))
}

/// A call of a function that gives a dynamic.
pub(crate) fn dynamic_call(name: &str, args: Vec<Expr>, span: Span) -> Expr {
    match functions::scalar(name) {
        Some(function) => Expr {
            kind: ExprKind::Call {
                function: FunctionRef(function),
                args,
            },
            ty: KqlType::Dynamic,
            span,
        },
        None => poison(span),
    }
}
