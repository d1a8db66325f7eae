//! `project-rename`: new names, same places.

use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, read};
use crate::diagnostics;
use crate::ir::{Column, Expr, Rel};

impl Binder<'_> {
    pub(super) fn project_rename(&mut self, node: &ast::ProjectRenameOperator, input: Rel, span: Span) -> Rel {
        let mut renames: Vec<(String, String, Span)> = Vec::new();
        for item in node.items() {
            let (Some(new), Some(ast::Expr::Name(old))) = (item.name(), item.expr()) else {
                let place = self.place_of(item.expr().as_ref(), self.span(&item));
                self.report(diagnostics::general("project-rename: `new = old` is expected", place));
                continue;
            };
            let (place, old_place) = (self.span(&new), self.span(&old));
            let old = old.value();
            if !input.open && !input.columns.iter().any(|column| column.name == old) {
                let closest = suggest::closest(&old, input.columns.iter().map(|column| column.name.as_str()));
                self.report(diagnostics::unknown_column(&old, closest, old_place));
                continue;
            }
            if self.like_editor() && new.value() == old {
                self.report(diagnostics::duplicate_column(&old, place));
            }
            renames.push((new.value(), old, place));
        }
        let mut columns: Vec<(Column, Expr)> = Vec::new();
        for column in &input.columns {
            let new = renames.iter().find(|(_, old, _)| *old == column.name).map(|(new, ..)| new.clone());
            let expr = read(column, span);
            let name = new.unwrap_or_else(|| column.name.clone());
            columns.push((self.column(name, column.ty), expr));
        }
        for (new, _, place) in &renames {
            if columns.iter().filter(|(column, _)| column.name == *new).count() > 1 {
                self.report(diagnostics::duplicate_column(new, *place));
            }
        }
        let open = input.open;
        self.project(input, columns, open, span)
    }
}
