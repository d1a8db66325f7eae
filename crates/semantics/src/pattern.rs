//! `declare pattern`: tables chosen by constant arguments and a path.

use std::rc::Rc;

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing};
use crate::diagnostics;
use crate::ir::Rel;
use crate::scope::{Binding, Context, Env};

pub(crate) struct Pattern {
    cases: Vec<Case>,
    /// The names that the bodies see.
    env: Env,
    /// Whether a path follows the call: `country("Canada").Alberta`.
    pub has_path: bool,
}

struct Case {
    values: Vec<Option<String>>,
    path: Option<String>,
    body: ast::Block,
}

impl Binder<'_> {
    pub(crate) fn pattern_statement(&mut self, node: &ast::PatternStatement, env: Env) -> Env {
        let Some(name) = node.name().map(|name| name.value()) else {
            return env;
        };
        let ctx = Context {
            env: env.clone(),
            rows: None,
        };
        let mut cases = Vec::new();
        for case in node.matches() {
            let Some(body) = case.body() else { continue };
            let values = case.values().map(|value| self.constant_text(&value, &ctx)).collect();
            let path = case.path().and_then(|path| self.constant_text(&path, &ctx));
            cases.push(Case { values, path, body });
        }
        let pattern = Pattern {
            cases,
            env: env.clone(),
            has_path: node.path().is_some(),
        };
        env.with(name, Binding::Pattern(Rc::new(pattern)))
    }

    fn constant_text(&mut self, node: &ast::Expr, ctx: &Context) -> Option<String> {
        let expr = self.expr(node, ctx);
        self.known_string(&expr)
    }

    /// The table that a pattern stands for with these arguments and this path.
    pub(crate) fn pattern_call(&mut self, pattern: &Pattern, call: &ast::CallExpr, path: Option<&str>, span: Span, ctx: &Context) -> Rel {
        let nodes: Vec<ast::Expr> = call.arguments().filter_map(|arg| arg.expr()).collect();
        let given: Vec<Option<String>> = nodes.iter().map(|node| self.constant_text(node, &ctx.without_rows())).collect();
        let found = pattern
            .cases
            .iter()
            .find(|case| case.values == given && case.path.as_deref() == path);
        match found {
            Some(case) => {
                let bound = self.nested(span, |binder| binder.block_table(&case.body, &pattern.env, span));
                bound.unwrap_or_else(|| nothing(span))
            }
            None => {
                self.report(diagnostics::general(
                    format!("The pattern '{}' has no case for these values", call.function()),
                    span,
                ));
                nothing(span)
            }
        }
    }
}
