//! `toscalar(…)`.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, poison};
use crate::ir::{Expr, ExprKind, RelKind, Subquery, SubqueryId, SubqueryKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn toscalar(&mut self, node: &ast::ToScalarExpr, span: Span, ctx: &Context) -> Expr {
        let Some(inner) = node.inner() else { return poison(span) };
        let sink = self.sink.take();
        self.subquery_depth += 1;
        let bound = if self.kind_of(&inner, &ctx.env).is_table() {
            let rel = self.rel(&inner, &ctx.without_rows(), None);
            match rel.columns.first().map(|column| column.ty) {
                Some(ty) if ty != KqlType::Unknown => {
                    let id = self.subquery(SubqueryKind::Scalar(ty), rel);
                    Expr {
                        kind: ExprKind::Scalar(id),
                        ty,
                        span,
                    }
                }
                _ => poison(span),
            }
        } else {
            // toscalar of a scalar: one value for the whole query, whatever it calls.
            self.scalar_once(&inner, span, ctx)
        };
        self.subquery_depth -= 1;
        self.sink = sink;
        bound
    }

    fn scalar_once(&mut self, inner: &ast::Expr, span: Span, ctx: &Context) -> Expr {
        let expr = self.expr(inner, &ctx.without_rows());
        if matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Scalar(_)) {
            return Expr { span, ..expr };
        }
        let ty = expr.ty;
        // Without a current row, only the key of a partition can be read: one value per partition.
        if !expr.columns().is_empty() {
            return Expr { span, ..expr };
        }
        if ty == KqlType::Unknown {
            return poison(span);
        }
        // A function that is called twice draws once.
        let id = match self.drawn_before(&expr) {
            Some(id) => id,
            None => {
                let column = self.column("print_0", ty);
                let rel = self.one_row(vec![(column, expr)], span);
                self.subquery(SubqueryKind::Scalar(ty), rel)
            }
        };
        Expr {
            kind: ExprKind::Scalar(id),
            ty,
            span,
        }
    }

    /// The subquery that computes the same call in the same place of the text.
    fn drawn_before(&self, expr: &Expr) -> Option<SubqueryId> {
        let same = |subquery: &&Subquery| match subquery.rel.kind.as_ref() {
            RelKind::Rows { rows } => matches!(rows.as_slice(), [row] if row.as_slice() == std::slice::from_ref(expr)),
            _ => false,
        };
        let scalar = |subquery: &&Subquery| matches!(subquery.kind, SubqueryKind::Scalar(_));
        self.subqueries.iter().filter(scalar).find(same).map(|subquery| subquery.id)
    }
}
