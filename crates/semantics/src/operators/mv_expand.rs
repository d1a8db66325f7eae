//! `mv-expand`: elements of arrays and bags become rows.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rel, rows_of};
use crate::constant::fold_integer;
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, MvExpand, MvExpandItem, Rel, RelKind};
use crate::naming::{Label, unique_among};
use crate::scope::Context;

/// Most rows per row of the older spelling `mvexpand`.
const LEGACY_LIMIT: i64 = 128;

/// An expansion and the columns after it.
pub(super) struct Expansion {
    pub expand: MvExpand,
    pub columns: Vec<Column>,
    /// The columns of the input whose place the elements take without being named anew.
    pub replaced: Vec<Column>,
}

impl Binder<'_> {
    pub(super) fn mv_expand(&mut self, node: &ast::MvExpandOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let items: Vec<ast::MvItem> = node.items().collect();
        let limit = self.expansion_limit(node.limit(), ctx);
        let legacy = ast::Operator::MvExpand(node.clone()).keyword() == "mvexpand";
        let limit = limit.or(legacy.then_some(LEGACY_LIMIT));
        let arrays = node.kind().is_some_and(|kind| kind.eq_ignore_ascii_case("array"));
        if let Some(kind) = node.kind().filter(|kind| !arrays && !kind.eq_ignore_ascii_case("bag")) {
            self.report(diagnostics::general(format!("mv-expand: '{kind}' is neither bag nor array"), span));
        }
        let (serialized, open) = (input.serialized, input.open);
        let expansion = self.expansion(input, &items, node.with_item_index(), limit, arrays, ctx);
        rel(RelKind::MvExpand(expansion.expand), expansion.columns, serialized, open, span)
    }

    pub(super) fn expansion_limit(&mut self, node: Option<ast::Expr>, ctx: &Context) -> Option<i64> {
        let node = node?;
        let expr = self.expr(&node, &ctx.without_rows());
        let limit = fold_integer(&expr, self.now);
        if limit.is_none() && expr.ty != KqlType::Unknown {
            self.report(diagnostics::constant_expected("mv-expand: the limit", expr.span));
        }
        limit
    }

    pub(super) fn expansion(
        &mut self,
        input: Rel,
        items: &[ast::MvItem],
        index: Option<String>,
        limit: Option<i64>,
        bags_as_arrays: bool,
        ctx: &Context,
    ) -> Expansion {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let mut columns = input.columns.clone();
        let mut replaced = Vec::new();
        let mut expanded = Vec::new();
        let mut numbered = 0;
        for item in items {
            let span = self.span(item);
            let Some(node) = item.expr() else { continue };
            let to = match item.to_type().and_then(|to| to.type_name()) {
                Some(name) => self.type_named(&name),
                None => KqlType::Dynamic,
            };
            let expr = self.expr(&node, &inner);
            let expr = self.expandable(expr, span);
            let name = match item.name() {
                Some(name) => name.value(),
                None => match self.label_of(&node, &inner) {
                    Label::Declared(name) | Label::Derived(name) => name,
                    Label::Numbered => {
                        numbered += 1;
                        format!("Column{numbered}")
                    }
                },
            };
            let column = self.column(name, to);
            expanded.push(MvExpandItem {
                output: column.id,
                expr,
                to,
            });
            match columns.iter_mut().find(|existing| existing.name == column.name) {
                Some(place) => {
                    if item.name().is_none() {
                        replaced.push(place.clone());
                    }
                    *place = column;
                }
                None => columns.push(column),
            }
        }
        let index = index.map(|name| {
            let taken = columns.iter().map(|column| column.name.clone()).collect();
            let column = self.column(unique_among(&name, &taken), KqlType::Long);
            columns.push(column.clone());
            column.id
        });
        Expansion {
            expand: MvExpand {
                input,
                items: expanded,
                index,
                limit,
                bags_as_arrays,
            },
            columns,
            replaced,
        }
    }

    /// Only dynamics can be expanded.
    fn expandable(&mut self, expr: Expr, span: Span) -> Expr {
        if !expr.ty.is_dynamic() {
            self.report(diagnostics::not_expandable(expr.ty, span));
        }
        expr
    }

    /// The column that an expression is, when it is nothing more.
    pub(super) fn own_column(expr: &Expr, columns: &[Column]) -> Option<Column> {
        match expr.kind {
            ExprKind::Column(id) => columns.iter().find(|column| column.id == id).cloned(),
            _ => None,
        }
    }
}
