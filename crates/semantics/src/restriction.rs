//! `restrict access to (…)`: which tables, views and functions the rest of the query can name.

use quarry_syntax::ast;

use crate::binder::Binder;
use crate::diagnostics;
use crate::operators::{matches, pattern_of};
use crate::scope::{Binding, Context, Env};

/// What stays visible, by names and by patterns with `*`. Views that were declared before keep seeing what they saw.
#[derive(Default)]
pub(crate) struct Restriction {
    /// Of what the query declares.
    declared: Vec<String>,
    /// Of the tables and functions of the database.
    stored: Vec<String>,
}

impl Restriction {
    pub(crate) fn admits_declared(&self, name: &str) -> bool {
        self.declared.iter().any(|pattern| matches(pattern, name))
    }

    pub(crate) fn admits_stored(&self, name: &str) -> bool {
        self.stored.iter().any(|pattern| matches(pattern, name))
    }
}

impl Binder<'_> {
    pub(crate) fn restrict_statement(&mut self, node: &ast::RestrictStatement, env: Env) -> Env {
        if node.properties().next().is_some() {
            let span = self.span(node);
            self.report(diagnostics::unsupported("restrict access with properties", span));
        }
        let ctx = Context { env, rows: None };
        let mut restriction = Restriction::default();
        for entity in node.entities() {
            self.admit(&entity, &ctx, &mut restriction);
        }
        ctx.env.restricted(restriction)
    }

    fn admit(&mut self, node: &ast::Expr, ctx: &Context, restriction: &mut Restriction) {
        let span = self.span(node);
        if let Some(pattern) = pattern_of(node) {
            restriction.declared.push(pattern);
            return;
        }
        match node {
            ast::Expr::Paren(paren) => {
                if let Some(inner) = paren.inner() {
                    self.admit(&inner, ctx, restriction);
                }
            }
            ast::Expr::Name(name) => {
                let name = name.value();
                match ctx.env.get(&name) {
                    Some(binding) if binding.gives_rows() => restriction.declared.push(name),
                    Some(Binding::Invalid) => {}
                    None if self.is_stored(&name, ctx) => restriction.stored.push(name),
                    _ => self.report(diagnostics::unknown_table(&name, None, span)),
                }
            }
            ast::Expr::Member(member) => {
                // What lies in another database is not at hand anyway.
                if !member.base().is_some_and(|base| self.is_here(&base, ctx)) {
                    return;
                }
                match member.member() {
                    Some(ast::Expr::Star(_)) => restriction.stored.push("*".to_owned()),
                    Some(ast::Expr::Name(name)) => {
                        let (text, wild) = (name.value(), name.name().is_some_and(|name| name.is_wildcard()));
                        if !wild && !self.is_stored(&text, ctx) {
                            self.report(diagnostics::unknown_table(&text, None, span));
                        }
                        restriction.stored.push(text);
                    }
                    _ => self.report(not_a_name(span)),
                }
            }
            _ => self.report(not_a_name(span)),
        }
    }

    /// Whether the database has a table or a function of that name.
    fn is_stored(&self, name: &str, ctx: &Context) -> bool {
        ctx.env.admits_stored(name) && (self.catalog.table(name).is_some() || self.stored_text(name).is_some())
    }
}

fn not_a_name(span: quarry_text::Span) -> quarry_text::Diagnostic {
    diagnostics::general("restrict access: the name of a table, a view or a function is expected here", span)
}
