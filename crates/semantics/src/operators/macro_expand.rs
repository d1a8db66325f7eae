//! `macro-expand group as X (…)`: a query for each entity of a group, and the union of the results.

use std::rc::Rc;

use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use super::union::Leg;
use crate::binder::{Binder, nothing};
use crate::diagnostics;
use crate::ir::Rel;
use crate::scope::{Binding, Context, Env};

impl Binder<'_> {
    pub(super) fn macro_expand(&mut self, node: &ast::MacroExpandOperator, span: Span, ctx: &Context) -> Rel {
        let is = |param: &str, value: &str| {
            let word = node.param(param).and_then(|param| param.word());
            word.is_some_and(|word| word.eq_ignore_ascii_case(value))
        };
        let (inner, fuzzy) = (is("kind", "inner"), is("isfuzzy", "true") || is("best_effort", "true"));
        let (Some(name), Some(body)) = (node.name().map(|name| name.value()), node.body()) else {
            return nothing(span);
        };
        if ctx.env.iter().any(|(_, binding)| matches!(binding, Binding::Entity(_))) {
            self.report(diagnostics::nested_macro(span));
            return nothing(span);
        }
        let Some(entities) = node.group().and_then(|group| self.entities(&group, &ctx.env)) else {
            self.report(diagnostics::general(
                "macro-expand needs an entity group: a literal one, or one that let declares",
                span,
            ));
            return nothing(span);
        };
        self.refuse_repeated(&entities);
        let mut legs = Vec::new();
        for entity in entities.iter() {
            let place = self.span(entity);
            if !self.is_here(entity, ctx) {
                let text = entity.text();
                let text = text.trim();
                if fuzzy {
                    self.report(diagnostics::left_out(text, place));
                } else if self.executes() {
                    self.report(match entity {
                        ast::Expr::Call(call) if call.function() == "database" => diagnostics::unknown_database(text, place),
                        _ => diagnostics::cross_scope(&format!("`{text}`"), place),
                    });
                }
                continue;
            }
            let env = ctx.env.with(name.clone(), Binding::Entity(Rc::new(entity.clone())));
            let rel = self.block_table(&body, &env, span);
            let label = format!("union_arg{}", legs.len());
            legs.push(Leg { rel, label });
        }
        if legs.is_empty() && fuzzy && self.executes() {
            self.report(diagnostics::general("macro-expand: none of the entities is at hand", span));
        }
        let open = legs.is_empty();
        self.united(legs, inner, None, open, span)
    }

    /// The entities of a group.
    fn entities(&self, group: &ast::Expr, env: &Env) -> Option<Rc<Vec<ast::Expr>>> {
        match group.clone().without_parens()? {
            ast::Expr::EntityGroup(group) => Some(Rc::new(group.entities().collect())),
            ast::Expr::Name(name) => match env.get(&name.value())? {
                Binding::EntityGroup(entities) => Some(Rc::clone(entities)),
                _ => None,
            },
            _ => None,
        }
    }

    fn refuse_repeated(&mut self, entities: &[ast::Expr]) {
        let mut seen: Vec<String> = Vec::new();
        for entity in entities {
            let text: String = entity
                .text()
                .chars()
                .filter(|c| !c.is_whitespace())
                .collect::<String>()
                .replace('"', "'");
            if seen.contains(&text) {
                let span = self.span(entity);
                self.report(diagnostics::repeated_entity(&text, span));
            }
            seen.push(text);
        }
    }
}
