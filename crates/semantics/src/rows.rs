//! Rows that a query brings along: `datatable`, `print`, and what it only declares.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel, value};
use crate::diagnostics;
use crate::ir::{Column, Expr, Literal, Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    /// The columns of a row schema.
    pub(crate) fn schema_columns(&mut self, schema: &ast::RowSchema) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for declared in schema.columns() {
            let name = declared.name().map(|name| name.value()).unwrap_or_default();
            if columns.iter().any(|column| column.name == name) {
                let span = self.span(&declared);
                self.report(diagnostics::duplicate_column(&name, span));
            }
            let ty = match declared.type_name() {
                Some(ty) => self.type_named(&ty),
                None => KqlType::String,
            };
            columns.push(self.column(name, ty));
        }
        columns
    }

    pub(crate) fn declared_source(&mut self, operator: &'static str, schema: Option<ast::RowSchema>, span: Span) -> Rel {
        let columns = schema.map(|schema| self.schema_columns(&schema)).unwrap_or_default();
        rel(
            RelKind::Unsupported {
                operator,
                inputs: Vec::new(),
            },
            columns,
            false,
            false,
            span,
        )
    }

    pub(crate) fn datatable(&mut self, node: &ast::DatatableExpr, span: Span, ctx: &Context) -> Rel {
        let columns = node.schema().map(|schema| self.schema_columns(&schema)).unwrap_or_default();
        let cells: Vec<ast::Expr> = node.values().collect();
        if columns.is_empty() || !cells.len().is_multiple_of(columns.len()) {
            self.report(diagnostics::datatable_shape(columns.len(), cells.len(), span));
            return rel(RelKind::Rows { rows: Vec::new() }, columns, false, false, span);
        }
        let mut rows = Vec::with_capacity(cells.len() / columns.len());
        for row in cells.chunks(columns.len()) {
            let bound = row
                .iter()
                .zip(&columns)
                .map(|(cell, column)| self.cell(cell, column, ctx))
                .collect();
            rows.push(bound);
        }
        rel(RelKind::Rows { rows }, columns, false, false, span)
    }

    fn cell(&mut self, node: &ast::Expr, column: &Column, ctx: &Context) -> Expr {
        let span = self.span(node);
        // A bare `null` is allowed nowhere else.
        if matches!(node, ast::Expr::Name(name) if name.value() == "null" && ctx.env.get("null").is_none()) {
            return value(
                if column.ty == KqlType::String {
                    Literal::String(String::new())
                } else {
                    Literal::Null(column.ty)
                },
                span,
            );
        }
        let expr = self.expr(node, &ctx.without_rows());
        if expr.ty == KqlType::Unknown || column.ty == KqlType::Unknown {
            return expr;
        }
        if !crate::constant::is_constant(&expr) {
            self.report(diagnostics::constant_expected("A cell of a datatable", span));
        }
        convert(expr, column.ty)
    }

    /// One row of computed values.
    pub(crate) fn one_row(&mut self, items: Vec<(Column, Expr)>, span: Span) -> Rel {
        let (columns, row): (Vec<Column>, Vec<Expr>) = items.into_iter().unzip();
        rel(RelKind::Rows { rows: vec![row] }, columns, true, false, span)
    }
}
