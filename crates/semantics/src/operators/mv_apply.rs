//! `mv-apply`: a subquery over the elements of each row's arrays.

use std::collections::{HashMap, HashSet};

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel};
use crate::ir::{Column, Rel, RelKind};
use crate::scope::{Context, ids};

impl Binder<'_> {
    pub(super) fn mv_apply(&mut self, node: &ast::MvApplyOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let items: Vec<ast::MvItem> = node.items().collect();
        let limit = self.expansion_limit(node.limit(), ctx);
        let (source, open) = (input.columns.clone(), input.open);
        let expansion = self.expansion(input, &items, node.with_item_index(), limit, false, ctx);
        let group = self.group_input(&expansion.columns, open, span);
        let body = match node.subquery().and_then(|subquery| subquery.pipeline()) {
            Some(pipeline) => {
                let body = ast::Expr::Pipeline(pipeline);
                self.rel(&body, &ctx.without_rows(), Some(group))
            }
            None => nothing(span),
        };
        // Each result row keeps its source row's columns, where the subquery gives no column of that name; what was expanded in place is
        // only there when the subquery gives it, and then among the subquery's columns.
        let mut columns: Vec<Column> = Vec::new();
        let given: HashMap<&str, &Column> = body.columns.iter().rev().map(|result| (result.name.as_str(), result)).collect();
        let replaced = ids(&expansion.replaced);
        let kept: Vec<&Column> = source.iter().filter(|column| !replaced.contains(&column.id)).collect();
        for column in &kept {
            let result = given.get(column.name.as_str());
            columns.push((*result.unwrap_or(column)).clone());
        }
        let there: HashSet<&str> = kept.iter().map(|column| column.name.as_str()).collect();
        columns.extend(body.columns.iter().filter(|result| !there.contains(result.name.as_str())).cloned());
        let open = open || body.open;
        let row = self.column("", KqlType::Long).id;
        rel(
            RelKind::MvApply {
                expand: expansion.expand,
                body,
                row,
            },
            columns,
            false,
            open,
            span,
        )
    }

    /// The rows of the current group, for the body of `mv-apply` and `partition`.
    pub(super) fn group_input(&mut self, columns: &[Column], open: bool, span: Span) -> Rel {
        let fresh: Vec<Column> = columns.iter().map(|column| self.column(column.name.clone(), column.ty)).collect();
        let source = fresh.iter().zip(columns).map(|(to, from)| (to.id, from.id)).collect();
        rel(RelKind::GroupInput { source }, fresh, true, open, span)
    }
}
