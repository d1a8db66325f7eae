//! Filling in the body of a function at its call.

use std::rc::Rc;

use quarry_syntax::ast;
use quarry_text::Span;

use super::UserFunction;
use crate::binder::{Binder, nothing, poison};
use crate::diagnostics;
use crate::ir::{Expr, Rel};
use crate::kinds::{Kind, parameter_kinds};
use crate::scope::Context;

impl Binder<'_> {
    /// A function of the catalogue, read and classified.
    pub(crate) fn stored_function(&mut self, name: &str, span: Span, ctx: &Context) -> Option<Rc<UserFunction>> {
        let stored = self.catalog.function(name)?;
        if self.calls.iter().any(|call| call == name) {
            self.report(diagnostics::recursion(name, span));
            return None;
        }
        let mut function = UserFunction::parse_stored(name, &stored)?;
        let local = parameter_kinds(function.parameters.iter().cloned());
        function.kind = self.body_kind(&function.body, local, &ctx.env);
        Some(Rc::new(function))
    }

    /// The value of a call in a scalar place.
    pub(crate) fn call_scalar_function(&mut self, function: &Rc<UserFunction>, args: &[ast::NamedExpr], span: Span, ctx: &Context) -> Expr {
        if function.kind == Kind::Table {
            self.report(diagnostics::tabular_in_scalar_place(span));
            return poison(span);
        }
        let sink = self.sink.take();
        let bound = self.nested(span, |binder| {
            let env = binder.bind_arguments(function, args, None, span, ctx)?;
            binder.inside(function, span, |binder| binder.block_scalar(&function.body, &env, span))
        });
        self.sink = sink;
        let mut expr = bound.flatten().unwrap_or_else(|| poison(span));
        expr.span = span;
        expr
    }

    /// The rows of a call in a tabular place.
    pub(crate) fn call_table_function(
        &mut self,
        function: &Rc<UserFunction>,
        args: &[ast::NamedExpr],
        piped: Option<Rel>,
        span: Span,
        ctx: &Context,
    ) -> Rel {
        let bound = self.nested(span, |binder| {
            let env = binder.bind_arguments(function, args, piped, span, ctx)?;
            binder.inside(function, span, |binder| binder.block_table(&function.body, &env, span))
        });
        bound.flatten().unwrap_or_else(|| nothing(span))
    }

    /// Binds a body, at the place of the call when its text is not the query's.
    fn inside<T>(&mut self, function: &UserFunction, span: Span, bind: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if !function.stored {
            return Some(bind(self));
        }
        let outer = self.foreign.replace((span, function.name.clone()));
        if let Some(outer) = &outer {
            // The outermost call is the one that stands in the query.
            self.foreign = Some(outer.clone());
        }
        self.calls.push(function.name.clone());
        let result = bind(self);
        self.calls.pop();
        self.foreign = outer;
        Some(result)
    }
}
