//! The arguments of a call, bound to the declared parameters.

use std::rc::Rc;

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use super::UserFunction;
use crate::binder::{Binder, convert, measure};
use crate::diagnostics;
use crate::ir::{Expr, Rel};
use crate::scope::{Binding, Context, Env, TableBinding, find};

impl Binder<'_> {
    /// The names that the body sees: the function's own, then its parameters. `piped` is the table that `invoke` puts first.
    pub(super) fn bind_arguments(
        &mut self,
        function: &UserFunction,
        args: &[ast::NamedExpr],
        piped: Option<Rel>,
        span: Span,
        ctx: &Context,
    ) -> Option<Env> {
        let mut given: Vec<Option<ast::Expr>> = vec![None; function.parameters.len()];
        let offset = usize::from(piped.is_some());
        for (at, arg) in args.iter().enumerate() {
            let name = arg.name().map(|name| name.value());
            let slot = match &name {
                Some(name) => function
                    .parameters
                    .iter()
                    .position(|p| p.name().is_some_and(|declared| declared.value() == *name)),
                None => Some(at + offset).filter(|at| *at < function.parameters.len()),
            };
            match (slot.and_then(|slot| given.get_mut(slot)), name) {
                (Some(slot), _) => *slot = arg.expr(),
                (None, Some(name)) => {
                    let place = arg.name().map_or(span, |name| self.span(&name));
                    let known = function
                        .parameters
                        .iter()
                        .filter_map(|parameter| parameter.name())
                        .map(|name| name.value());
                    let known: Vec<String> = known.collect();
                    let closest = suggest::closest(&name, known.iter().map(String::as_str));
                    self.report(diagnostics::unknown_argument(&function.name, &name, closest, place));
                    // The others are still looked at, and what is given to it too.
                    if let Some(given) = arg.expr().filter(|given| !self.kind_of(given, &ctx.env).is_table()) {
                        self.expr(&given, ctx);
                    }
                }
                (None, None) => {
                    self.report(diagnostics::arity(
                        &function.name,
                        &function.parameters.len().to_string(),
                        args.len() + offset,
                        span,
                    ));
                    return None;
                }
            }
        }
        let mut env = if function.stored {
            ctx.env.unrestricted()
        } else {
            function.env.clone()
        };
        let mut piped = piped;
        for (at, (parameter, arg)) in function.parameters.iter().zip(given).enumerate() {
            let name = parameter.name().map(|name| name.value()).unwrap_or_default();
            let binding = match (piped.take_if(|_| at == 0), arg) {
                (Some(rel), _) => self.table_argument(parameter, rel, span),
                (None, Some(arg)) => self.argument(parameter, &arg, span, ctx),
                (None, None) => match parameter.default() {
                    Some(default) => {
                        let expr = self.expr(
                            &default,
                            &Context {
                                env: function.env.clone(),
                                rows: None,
                            },
                        );
                        self.typed_argument(parameter, expr)
                    }
                    None => {
                        let expected = function.parameters.len().to_string();
                        self.report(diagnostics::arity(&function.name, &expected, args.len() + offset, span));
                        return None;
                    }
                },
            };
            env = env.with(name, binding);
        }
        Some(env)
    }

    fn argument(&mut self, parameter: &ast::Parameter, arg: &ast::Expr, span: Span, ctx: &Context) -> Binding {
        if parameter.schema().is_some() {
            if !self.kind_of(arg, &ctx.env).is_table() && !matches!(arg, ast::Expr::Name(_) | ast::Expr::Call(_)) {
                self.report(diagnostics::scalar_in_tabular_place(self.span(arg)));
                return Binding::Invalid;
            }
            let sink = self.sink.take();
            let rel = self.rel(arg, &ctx.without_rows(), None);
            self.sink = sink;
            return self.table_argument(parameter, rel, span);
        }
        let is_column = ctx
            .rows
            .as_ref()
            .is_some_and(|rows| matches!(arg, ast::Expr::Name(name) if rows.column(&name.value()).is_some()));
        if !is_column && self.kind_of(arg, &ctx.env).is_table() {
            self.report(diagnostics::tabular_in_scalar_place(self.span(arg)));
            return Binding::Invalid;
        }
        let expr = self.expr(arg, ctx);
        self.typed_argument(parameter, expr)
    }

    /// A value converted to the declared type, by the rules of `to<type>()`: calls with other types are common and run.
    fn typed_argument(&mut self, parameter: &ast::Parameter, expr: Expr) -> Binding {
        let declared = match parameter.type_name() {
            Some(name) => self.type_named(&name),
            None => expr.ty,
        };
        let expr = convert(expr, declared);
        self.scalar_binding(expr)
    }

    fn table_argument(&mut self, parameter: &ast::Parameter, rel: Rel, span: Span) -> Binding {
        let Some(schema) = parameter.schema() else {
            self.report(diagnostics::tabular_in_scalar_place(span));
            return Binding::Invalid;
        };
        for declared in schema.columns() {
            let name = declared.name().map(|name| name.value()).unwrap_or_default();
            let ty = declared.type_name().map(|name| self.type_named(&name));
            match (find(&rel.columns, &name), ty) {
                (Some(column), Some(ty)) if column.ty == ty || ty == KqlType::Unknown || column.ty == KqlType::Unknown => {}
                (Some(column), Some(ty)) => {
                    let message = format!("The table's column '{name}' must be of type {ty}, found {}", column.ty);
                    self.report(diagnostics::general(message, span));
                }
                (None, _) if rel.open => {}
                (None, _) => self.report(diagnostics::unknown_column(&name, None, span)),
                (Some(_), None) => {}
            }
        }
        self.table_binding(rel, None)
    }

    /// Remembers a table under a name.
    pub(crate) fn table_binding(&mut self, rel: Rel, label: Option<String>) -> Binding {
        let (size, depth) = measure(&rel);
        if depth > crate::binder::MAX_CHAIN {
            self.report(diagnostics::too_deep(rel.span));
            return Binding::Invalid;
        }
        Binding::Table(Rc::new(TableBinding { rel, size, label }))
    }
}
