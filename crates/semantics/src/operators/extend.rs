//! `extend`: new columns at the end, existing ones replaced where they stand.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, rows_of};
use crate::diagnostics;
use crate::ir::{Expr, Rel};
use crate::naming::{Label, NameRule, assign_names};
use crate::scope::Context;

/// A computed item of a list, not yet named.
pub(crate) struct Item {
    pub label: Label,
    pub expr: Expr,
    pub span: Span,
}

impl Binder<'_> {
    pub(super) fn extend(&mut self, items: Vec<ast::NamedExpr>, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let items = self.items(&items, &inner);
        self.extend_by(input, items, span)
    }

    /// Adds or replaces columns.
    pub(crate) fn extend_by(&mut self, input: Rel, items: Vec<Item>, span: Span) -> Rel {
        let names = self.name_items(NameRule::Extend, &items, &input);
        let mut columns = Self::keep(&input.columns, span);
        for (item, name) in items.into_iter().zip(names) {
            let column = self.column(name.clone(), item.expr.ty);
            match columns.iter_mut().find(|(existing, _)| existing.name == name) {
                Some(place) => *place = (column, item.expr),
                None => columns.push((column, item.expr)),
            }
        }
        let open = input.open;
        self.project(input, columns, open, span)
    }

    /// Final names for a list of items; what cannot be named is reported.
    pub(crate) fn name_items(&mut self, rule: NameRule, items: &[Item], input: &Rel) -> Vec<String> {
        let labels: Vec<(Label, Span)> = items.iter().map(|item| (item.label.clone(), item.span)).collect();
        let taken: Vec<String> = input.columns.iter().map(|column| column.name.clone()).collect();
        let (names, problems) = assign_names(rule, &labels, &taken);
        for problem in problems {
            self.report(problem);
        }
        names
    }

    /// Binds the items of a list: one expression may give several, and `(a, b) = …` names several.
    pub(crate) fn items(&mut self, nodes: &[ast::NamedExpr], ctx: &Context) -> Vec<Item> {
        let mut items = Vec::new();
        for node in nodes {
            let span = self.span(node);
            let given: Vec<String> = node.names().map(|name| name.value()).collect();
            let Some(expr) = node.expr() else { continue };
            if let Some(mut multi) = self.multi_call(&expr, ctx) {
                if given.len() == 1 && !node.is_tuple() {
                    multi.names.truncate(1);
                    multi.exprs.truncate(1);
                }
                let mut given = given.into_iter();
                for (name, expr) in multi.names.into_iter().zip(multi.exprs) {
                    let label = match (given.next(), name) {
                        (Some(given), _) => Label::Declared(given),
                        (None, Some(name)) => Label::Derived(name),
                        (None, None) => Label::Numbered,
                    };
                    items.push(Item { label, expr, span });
                }
                continue;
            }
            if given.len() > 1 {
                self.report(diagnostics::general("Several names stand before a single value", span));
            }
            let label = match given.into_iter().next() {
                Some(name) => Label::Declared(name),
                None => self.label_of(&expr, ctx),
            };
            let bound = self.expr(&expr, ctx);
            items.push(Item { label, expr: bound, span });
        }
        items
    }

    /// How an item without a name is called: a bare name keeps it, as if it were spelled out.
    pub(crate) fn label_of(&mut self, expr: &ast::Expr, ctx: &Context) -> Label {
        if let Some(ast::Expr::Name(name)) = expr.clone().without_parens() {
            return Label::Declared(name.value());
        }
        match self.natural_name(expr, ctx) {
            Some(name) => Label::Derived(name),
            None => Label::Numbered,
        }
    }
}
