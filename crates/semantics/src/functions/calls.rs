//! Filling in the body of a function at its call.

use std::rc::Rc;

use quarry_syntax::ast;
use quarry_text::Span;

use super::{StoredText, UserFunction};
use crate::binder::{Binder, nothing, poison};
use crate::diagnostics;
use crate::ir::{Expr, Rel};
use crate::kinds::{Kind, parameter_kinds};
use crate::scope::{Context, Env};

impl Binder<'_> {
    /// A function of the catalogue, read and classified.
    pub(crate) fn stored_function(&mut self, name: &str, span: Span, ctx: &Context) -> Option<Rc<UserFunction>> {
        let stored = self.stored_text(name).filter(|_| ctx.env.admits_stored(name))?;
        if self.calls.iter().any(|call| call == name) {
            self.report(diagnostics::recursion(name, span));
            return None;
        }
        let text = match stored {
            Ok(text) => text,
            Err(problem) => {
                self.report(diagnostics::bad_function(name, &problem, span));
                return None;
            }
        };
        let kind = self.body_kind(&text.body, parameter_kinds(text.parameters.iter().cloned()), &ctx.env);
        Some(Rc::new(UserFunction {
            name: name.to_owned(),
            parameters: text.parameters,
            body: text.body,
            env: Env::default(),
            kind,
            view: false,
            stored: true,
        }))
    }

    /// The text of a function of the catalogue, read once however often it is asked for.
    pub(crate) fn stored_text(&self, name: &str) -> Option<Result<StoredText, String>> {
        if let Some(known) = self.stored.borrow().get(name) {
            return known.clone();
        }
        let text = self.catalog.function(name).map(|stored| StoredText::parse(&stored));
        self.stored.borrow_mut().insert(name.to_owned(), text.clone());
        text
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
        let outer = self.foreign.replace((span, format!("function {}", function.name)));
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
