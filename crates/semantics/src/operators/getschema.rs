//! `getschema`: the columns as rows.

use quarry_schema::KqlType;
use quarry_text::Span;

use crate::binder::{Binder, rel, value};
use crate::ir::{Expr, Literal, Rel, RelKind};

impl Binder<'_> {
    pub(super) fn get_schema(&mut self, input: Rel, span: Span) -> Rel {
        let text = |text: &str| value(Literal::String(text.to_owned()), span);
        let row = |(at, column): (usize, &crate::ir::Column)| -> Vec<Expr> {
            let ordinal = i32::try_from(at).unwrap_or(i32::MAX);
            vec![
                text(&column.name),
                value(Literal::Int(ordinal), span),
                text(column.ty.dotnet_name()),
                text(column.ty.name()),
            ]
        };
        let rows = input.columns.iter().enumerate().map(row).collect();
        let columns = [
            ("ColumnName", KqlType::String),
            ("ColumnOrdinal", KqlType::Int),
            ("DataType", KqlType::String),
            ("ColumnType", KqlType::String),
        ];
        let columns = columns.map(|(name, ty)| self.column(name, ty)).to_vec();
        rel(RelKind::Rows { rows }, columns, true, false, span)
    }
}
