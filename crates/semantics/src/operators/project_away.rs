//! `project-away`, `project-keep` and `project-by-names`: columns by name and pattern, in the input's order.

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::Binder;
use crate::constant::fold_strings;
use crate::ir::{Column, Rel};
use crate::operators::wildcard::matches;
use crate::scope::{Context, each_once, ids};

impl Binder<'_> {
    pub(super) fn project_away(&mut self, nodes: Vec<ast::NamedExpr>, input: Rel, span: Span) -> Rel {
        let gone = ids(&self.listed_columns(nodes.iter().filter_map(|node| node.expr()), &input));
        let kept: Vec<Column> = input.columns.iter().filter(|column| !gone.contains(&column.id)).cloned().collect();
        self.only(input, &kept, span)
    }

    pub(super) fn project_keep(&mut self, nodes: Vec<ast::NamedExpr>, input: Rel, span: Span) -> Rel {
        let listed = ids(&self.listed_columns(nodes.iter().filter_map(|node| node.expr()), &input));
        let kept: Vec<Column> = input.columns.iter().filter(|column| listed.contains(&column.id)).cloned().collect();
        self.only(input, &kept, span)
    }

    /// Names may also come as strings and arrays of strings; the result follows the list's order.
    pub(super) fn project_by_names(&mut self, nodes: Vec<ast::NamedExpr>, input: Rel, span: Span, ctx: &Context) -> Rel {
        let mut kept: Vec<Column> = Vec::new();
        for node in nodes.iter().filter_map(|node| node.expr()) {
            let found = match &node {
                ast::Expr::Star(_) => self.columns_named(&node, &input),
                ast::Expr::Name(name) if ctx.env.get(&name.value()).is_none() => self.columns_named(&node, &input),
                _ => {
                    let expr = self.expr(&node, &ctx.without_rows());
                    let names = fold_strings(&expr, self.now).unwrap_or_default();
                    let patterns = names
                        .iter()
                        .flat_map(|pattern| input.columns.iter().filter(|c| matches(pattern, &c.name)));
                    patterns.cloned().collect()
                }
            };
            kept.extend(found);
        }
        self.only(input, &each_once(kept), span)
    }
}
