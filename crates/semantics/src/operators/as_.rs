//! `as name`: the rows under a name, for the rest of the query.

use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use crate::binder::Binder;
use crate::ir::{Rel, SubqueryKind};

impl Binder<'_> {
    pub(super) fn as_(&mut self, node: &ast::AsOperator, input: Rel, span: Span) -> Rel {
        let Some(name) = node.name().map(|name| name.value()) else {
            return input;
        };
        // Kept only when something reads it: most names merely label a leg of a union.
        let root = node.syntax().ancestors().last();
        let read = root.is_some_and(|root| {
            root.descendants()
                .filter_map(ast::NameExpr::cast)
                .any(|reference| reference.value() == name)
        });
        if !read || input.open {
            return input;
        }
        let (columns, serialized) = (input.columns.clone(), input.serialized);
        let id = self.subquery(SubqueryKind::Table, input);
        self.named.push((name, id, columns.clone()));
        self.shared(id, &columns, serialized, span)
    }
}
