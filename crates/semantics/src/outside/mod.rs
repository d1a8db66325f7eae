//! What a query reads from outside the tables: files that `externaldata` names, watchlists, profiles of files.

mod external;
mod mapping;
mod profiles;
mod watchlist;

use quarry_schema::KqlType;
use quarry_text::Span;

use crate::binder::{Binder, convert, read, rel};
use crate::ir::{Column, Expr, OutsideColumn, OutsideRead, OutsideSource, Rel, RelKind};

impl Binder<'_> {
    /// The rows of local files with the given columns: read as text, then converted by the rules of `to<type>()`.
    fn outside_rows(&mut self, read_from: OutsideRead, wanted: Vec<(Column, OutsideSource)>, span: Span) -> Rel {
        let mut texts = Vec::with_capacity(wanted.len());
        let mut columns = Vec::with_capacity(wanted.len());
        let mut items: Vec<(Column, Expr)> = Vec::with_capacity(wanted.len());
        for (column, source) in wanted {
            let text = self.column(column.name.clone(), KqlType::String);
            columns.push(OutsideColumn {
                id: text.id,
                source,
                json: column.ty == KqlType::Dynamic,
            });
            let ty = column.ty;
            items.push((column, convert(read(&text, span), ty)));
            texts.push(text);
        }
        let read_from = OutsideRead { columns, ..read_from };
        let rows = rel(RelKind::Outside(read_from), texts, false, false, span);
        self.project(rows, items, false, span)
    }
}
