//! `lookup`: adds the columns of a small table, without repeating the keys.

use quarry_syntax::ast;
use quarry_text::Span;

use super::join::both_sides;
use crate::binder::Binder;
use crate::diagnostics;
use crate::ir::{Column, JoinKind, Rel};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn lookup(&mut self, node: &ast::LookupOperator, left: Rel, span: Span, ctx: &Context) -> Rel {
        let join = match node.kind().map(|kind| kind.to_ascii_lowercase()).as_deref() {
            None | Some("leftouter") => JoinKind::LeftOuter,
            Some("inner") => JoinKind::Inner,
            Some(kind) => {
                let place = self.place_of(node.param("kind").and_then(|kind| kind.value()).as_ref(), span);
                self.report(diagnostics::join_kind("lookup", kind, Some("leftouter"), place));
                JoinKind::LeftOuter
            }
        };
        if let Some(hint) = node.param("hint.shufflekey") {
            let span = self.span(&hint);
            self.report(diagnostics::general("lookup: hint.shufflekey is not allowed", span));
        }
        let right = self.right_side(node.right(), span, ctx);
        let conditions: Vec<ast::Expr> = node.on_clauses().collect();
        let keys = self.join_keys(&conditions, &left, &right);
        let brought: Vec<Column> = right
            .columns
            .iter()
            .filter(|column| !keys.iter().any(|key| key.right.id == column.id))
            .cloned()
            .collect();
        let columns = both_sides(&left.columns, &brought);
        self.joined_rows(join, (left, right), keys, columns, true, span)
    }
}
