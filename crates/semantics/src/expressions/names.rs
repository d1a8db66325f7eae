//! Names in scalar places.

use quarry_schema::KqlType;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, poison, read, value};
use crate::diagnostics;
use crate::ir::{Expr, ExprKind, Literal};
use crate::scope::{Binding, Context, ScalarBinding};

impl Binder<'_> {
    /// What a bare name means: a column of the current row, else a declared scalar.
    pub(crate) fn name(&mut self, name: &str, span: Span, ctx: &Context) -> Expr {
        if let Some(column) = ctx.rows.as_ref().and_then(|rows| rows.column(name)) {
            return read(column, span);
        }
        if let Some(variable) = self.variable(name, ctx) {
            return self.element_bag(variable, span);
        }
        match ctx.env.get(name) {
            Some(Binding::Scalar(scalar)) => {
                let scalar = scalar.clone();
                return self.fill_in(name, &scalar, span);
            }
            Some(Binding::Invalid) => return poison(span),
            Some(Binding::Entity(_) | Binding::EntityGroup(_)) => {
                self.report(diagnostics::bare_entity(name, span));
                return poison(span);
            }
            Some(Binding::Table(_) | Binding::Elsewhere | Binding::Pattern(_)) => {
                self.report(diagnostics::tabular_in_scalar_place(span));
                return poison(span);
            }
            Some(Binding::Function(function)) => {
                let function = function.clone();
                return self.call_scalar_function(&function, &[], span, ctx);
            }
            None => {}
        }
        // Truth values may be written in other cases.
        if let "True" | "TRUE" | "False" | "FALSE" = name {
            return value(Literal::Bool(name.eq_ignore_ascii_case("true")), span);
        }
        if ctx.rows.as_ref().is_some_and(|rows| rows.open) {
            return poison(span);
        }
        let columns = ctx
            .rows
            .iter()
            .flat_map(|rows| rows.columns.iter().map(|column| column.name.as_str()));
        let closest = suggest::closest(name, columns.chain(ctx.env.iter().map(|(name, _)| name)));
        let diagnostic = diagnostics::unknown_column(name, closest, span);
        self.report(diagnostic);
        poison(span)
    }

    /// The expression of a declared scalar, in place of its name.
    pub(crate) fn fill_in(&mut self, name: &str, scalar: &ScalarBinding, span: Span) -> Expr {
        if scalar.reads_row && scalar.subquery_depth < self.subquery_depth {
            self.report(diagnostics::row_value_in_subquery(name, span));
            return poison(span);
        }
        if !self.count_expressions(scalar.size, span) {
            return poison(span);
        }
        let mut expr = scalar.expr.clone();
        expr.span = span;
        expr
    }

    /// Remembers an expression under a name.
    pub(crate) fn scalar_binding(&self, expr: Expr) -> Binding {
        let reads_row = !expr.columns().is_empty();
        let size = expr.size();
        // What a failed declaration means is unknown: its uses must not complain again.
        if matches!(&expr.kind, ExprKind::Literal(Literal::Null(KqlType::Unknown))) {
            return Binding::Invalid;
        }
        Binding::Scalar(std::rc::Rc::new(ScalarBinding {
            expr,
            size,
            subquery_depth: self.subquery_depth,
            reads_row,
        }))
    }
}
