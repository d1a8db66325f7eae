//! Whether an expression is a table, a scalar or a function, told from its form and the names in scope before it is bound.

use quarry_schema::functions;
use quarry_syntax::ast;

use crate::binder::Binder;
use crate::scope::{Binding, Env};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Scalar,
    Function,
    /// Another database or cluster.
    Elsewhere,
}

impl Kind {
    pub(crate) fn is_table(self) -> bool {
        self == Kind::Table
    }
}

/// Names declared inside a body that is only looked at: innermost last.
type Local = Vec<(String, Kind)>;

const MAX_DEPTH: usize = 60;

impl Binder<'_> {
    pub(crate) fn kind_of(&self, node: &ast::Expr, env: &Env) -> Kind {
        self.kind_at(node, env, &Vec::new(), 0)
    }

    fn kind_at(&self, node: &ast::Expr, env: &Env, local: &Local, depth: usize) -> Kind {
        if depth > MAX_DEPTH {
            return Kind::Scalar;
        }
        match node {
            ast::Expr::Pipeline(pipeline) => match (pipeline.operators().next(), pipeline.source()) {
                (None, Some(source)) => self.kind_at(&source, env, local, depth + 1),
                _ => Kind::Table,
            },
            ast::Expr::Datatable(_)
            | ast::Expr::Materialize(_)
            | ast::Expr::ToTable(_)
            | ast::Expr::ExternalData(_)
            | ast::Expr::InlineExternalTable(_)
            | ast::Expr::ContextualTable(_) => Kind::Table,
            ast::Expr::Function(_) => Kind::Function,
            ast::Expr::EntityGroup(_) => Kind::Elsewhere,
            ast::Expr::Paren(paren) => match paren.inner() {
                Some(inner) => self.kind_at(&inner, env, local, depth + 1),
                None => Kind::Scalar,
            },
            ast::Expr::Name(name) => self.name_kind(&name.value(), env, local, depth),
            ast::Expr::Call(call) => self.call_kind(&call.function(), env, local, depth),
            ast::Expr::Member(member) => match member.base() {
                Some(base) if self.kind_at(&base, env, local, depth + 1) == Kind::Elsewhere => match member.member() {
                    Some(ast::Expr::Call(call)) if call.function() == "database" => Kind::Elsewhere,
                    _ => Kind::Table,
                },
                _ => Kind::Scalar,
            },
            _ => Kind::Scalar,
        }
    }

    fn name_kind(&self, name: &str, env: &Env, local: &Local, depth: usize) -> Kind {
        if let Some((_, kind)) = local.iter().rev().find(|(declared, _)| declared == name) {
            return *kind;
        }
        match env.get(name) {
            Some(Binding::Scalar(_) | Binding::Invalid) => Kind::Scalar,
            Some(Binding::Table(_)) => Kind::Table,
            Some(Binding::Elsewhere | Binding::Entity(_) | Binding::EntityGroup(_) | Binding::Pattern(_)) => Kind::Elsewhere,
            Some(Binding::Function(function)) => function.kind,
            None if self.named.iter().any(|(named, ..)| named == name) => Kind::Table,
            None => match self.stored_kind(name, depth) {
                Some(kind) => kind,
                None if self.catalog.table(name).is_some() || name.contains('*') => Kind::Table,
                None => Kind::Scalar,
            },
        }
    }

    fn call_kind(&self, name: &str, env: &Env, local: &Local, depth: usize) -> Kind {
        if let Some((_, kind)) = local.iter().rev().find(|(declared, _)| declared == name) {
            return *kind;
        }
        match env.get(name) {
            Some(Binding::Function(function)) => return function.kind,
            Some(Binding::Table(_)) => return Kind::Table,
            Some(Binding::Pattern(pattern)) => return if pattern.has_path { Kind::Elsewhere } else { Kind::Table },
            Some(_) => return Kind::Scalar,
            None => {}
        }
        match name {
            "cluster" | "database" | "workspace" | "app" | "adx" | "arg" | "resource" => return Kind::Elsewhere,
            _ => {}
        }
        if functions::tabular(name).is_some() {
            return Kind::Table;
        }
        if functions::scalar(name).is_some() {
            return Kind::Scalar;
        }
        self.stored_kind(name, depth).unwrap_or(Kind::Scalar)
    }

    /// What a body gives: the kind of its last expression.
    pub(crate) fn body_kind(&self, body: &ast::Block, params: Local, env: &Env) -> Kind {
        self.body_kind_at(body, params, env, 0)
    }

    fn body_kind_at(&self, body: &ast::Block, mut local: Local, env: &Env, depth: usize) -> Kind {
        let mut kind = Kind::Scalar;
        for statement in body.statements() {
            match statement {
                ast::Statement::Let(declaration) => {
                    let (Some(name), Some(value)) = (declaration.name(), declaration.value()) else {
                        continue;
                    };
                    let kind = match &value {
                        ast::Expr::Function(function) => self.function_kind(function, &local, env, depth + 1),
                        value => self.kind_at(value, env, &local, depth + 1),
                    };
                    local.push((name.value(), kind));
                }
                ast::Statement::Expression(expression) => {
                    if let Some(expr) = expression.expr() {
                        kind = self.kind_at(&expr, env, &local, depth + 1);
                    }
                }
                _ => {}
            }
        }
        kind
    }

    fn function_kind(&self, function: &ast::FunctionExpr, local: &Local, env: &Env, depth: usize) -> Kind {
        let Some(body) = function.body() else { return Kind::Scalar };
        if depth > MAX_DEPTH {
            return Kind::Scalar;
        }
        let mut inner = local.clone();
        inner.extend(parameter_kinds(function.parameters()));
        self.body_kind_at(&body, inner, env, depth + 1)
    }

    fn stored_kind(&self, name: &str, depth: usize) -> Option<Kind> {
        if depth > 20 || self.calls.iter().any(|call| call == name) {
            return None;
        }
        let Ok(text) = self.stored_text(name)? else {
            return Some(Kind::Table);
        };
        let local = parameter_kinds(text.parameters.iter().cloned());
        Some(self.body_kind_at(&text.body, local, &Env::default(), depth + 5))
    }
}

/// The kinds of declared parameters: those with a row schema are tables.
pub(crate) fn parameter_kinds(parameters: impl Iterator<Item = ast::Parameter>) -> Local {
    parameters
        .filter_map(|parameter| {
            let kind = if parameter.schema().is_some() { Kind::Table } else { Kind::Scalar };
            Some((parameter.name()?.value(), kind))
        })
        .collect()
}
