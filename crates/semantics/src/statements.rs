//! Statements: lets, settings, parameters, and the queries between them.

use std::collections::HashSet;
use std::rc::Rc;

use quarry_syntax::ast::{self, AstNode};
use quarry_text::Span;

use crate::binder::{Binder, poison};
use crate::diagnostics;
use crate::functions::UserFunction;
use crate::ir::{Expr, Literal, QueryResult, Rel};
use crate::kinds::{Kind, parameter_kinds};
use crate::options::QueryKind;
use crate::scope::{Binding, Context, Env};
use crate::types::promotes;

/// What a list of statements comes to: the names they declare and the expressions left to evaluate.
pub(crate) struct Body {
    pub env: Env,
    pub queries: Vec<ast::Expr>,
}

impl Binder<'_> {
    /// Binds the statements of a whole query and gives its results.
    pub(crate) fn query(&mut self, root: &ast::Root) -> (Vec<QueryResult>, QueryKind, bool) {
        let body = self.statements(root.statements(), Env::default(), HashSet::new(), true);
        let ctx = Context { env: body.env, rows: None };
        let (mut results, mut kind, mut open) = (Vec::new(), QueryKind::None, false);
        for query in &body.queries {
            let span = self.span(query);
            // A chart asked for inside a let is nobody's.
            self.render = None;
            let rel = if self.kind_of(query, &ctx.env) == Kind::Table || self.stands_for_table(query, &ctx) {
                kind = QueryKind::Table;
                self.rel(query, &ctx, None)
            } else {
                kind = QueryKind::Scalar;
                let expr = self.expr(query, &ctx);
                let column = self.column("print_0", expr.ty);
                self.one_row(vec![(column, expr)], span)
            };
            self.check_width(&rel, span);
            self.refuse_graphs(&rel);
            open |= rel.open;
            if std::mem::take(&mut self.only_names) {
                self.extra_results.clear();
                continue;
            }
            let first = results.is_empty();
            results.push(QueryResult {
                rel: if first { self.result_without_excluded(rel) } else { rel },
                render: self.render.take(),
            });
            for rel in std::mem::take(&mut self.extra_results) {
                results.push(QueryResult { rel, render: None });
            }
        }
        (results, kind, open)
    }

    /// A lone name that nothing declares: reported as a missing table rather than a missing column.
    fn stands_for_table(&self, query: &ast::Expr, ctx: &Context) -> bool {
        matches!(query, ast::Expr::Name(name) if ctx.env.get(&name.value()).is_none())
    }

    fn check_width(&mut self, rel: &Rel, span: Span) {
        if let Some(most) = self.max_columns
            && i64::try_from(rel.columns.len()).is_ok_and(|width| width > most)
        {
            self.report(diagnostics::too_many_columns(most, span));
        }
    }

    /// Goes through statements in order. `declared` holds the names that a let may not take again.
    pub(crate) fn statements(
        &mut self,
        statements: impl Iterator<Item = ast::Statement>,
        mut env: Env,
        mut declared: HashSet<String>,
        top_level: bool,
    ) -> Body {
        let mut queries = Vec::new();
        for statement in statements {
            match statement {
                ast::Statement::Let(declaration) => env = self.let_statement(&declaration, env, &mut declared, top_level),
                ast::Statement::Set(set) => self.set_statement(&set),
                ast::Statement::QueryParameters(parameters) => {
                    for parameter in parameters.parameters() {
                        env = self.query_parameter(&parameter, env);
                    }
                }
                ast::Statement::Pattern(pattern) => env = self.pattern_statement(&pattern, env),
                ast::Statement::Alias(alias) => {
                    if let Some(name) = alias.name() {
                        env = env.with(name.value(), Binding::Elsewhere);
                    }
                }
                ast::Statement::Restrict(restrict) => env = self.restrict_statement(&restrict, env),
                ast::Statement::Expression(expression) => queries.extend(expression.expr()),
                ast::Statement::Command(command) => {
                    let span = self.span(&command);
                    self.report(diagnostics::unsupported("A management command", span));
                }
            }
        }
        Body { env, queries }
    }

    fn let_statement(&mut self, node: &ast::LetStatement, env: Env, declared: &mut HashSet<String>, top_level: bool) -> Env {
        let (Some(name_node), Some(value)) = (node.name(), node.value()) else {
            return env;
        };
        let name = name_node.value();
        if !declared.insert(name.clone()) {
            let span = self.span(&name_node);
            self.report(diagnostics::duplicate_declaration(&name, span));
            return env;
        }
        let binding = self.let_value(&name, &value, &env, top_level);
        env.with(name, binding)
    }

    fn let_value(&mut self, name: &str, value: &ast::Expr, env: &Env, top_level: bool) -> Binding {
        let ctx = Context {
            env: env.clone(),
            rows: None,
        };
        if let ast::Expr::Function(function) = value {
            return self.let_function(name, function, env);
        }
        let kind = self.kind_of(value, env);
        match kind {
            Kind::Table => {
                let label = self.table_label(value, &ctx);
                let rel = self.rel(value, &ctx, None);
                self.table_binding(rel, label)
            }
            Kind::Function => match value.clone().without_parens() {
                Some(ast::Expr::Name(alias)) => env.get(&alias.value()).cloned().unwrap_or(Binding::Invalid),
                _ => Binding::Invalid,
            },
            Kind::Elsewhere => match value.clone().without_parens() {
                Some(ast::Expr::EntityGroup(group)) => Binding::EntityGroup(Rc::new(group.entities().collect())),
                _ => Binding::Elsewhere,
            },
            Kind::Scalar => {
                let expr = match self.options.overrides.get(name).filter(|_| top_level) {
                    Some(text) => self.overridden(name, text, value, &ctx),
                    None => self.expr(value, &ctx),
                };
                self.scalar_binding(expr)
            }
        }
    }

    fn let_function(&mut self, name: &str, function: &ast::FunctionExpr, env: &Env) -> Binding {
        let Some(body) = function.body() else { return Binding::Invalid };
        let parameters: Vec<ast::Parameter> = function.parameters().collect();
        let mut seen = HashSet::new();
        for parameter in &parameters {
            if let Some(parameter_name) = parameter.name()
                && !seen.insert(parameter_name.value())
            {
                let span = self.span(&parameter_name);
                self.report(diagnostics::duplicate_declaration(&parameter_name.value(), span));
            }
        }
        let after_scalar = parameters.iter().skip_while(|parameter| parameter.schema().is_some());
        if let Some(late) = after_scalar.filter(|parameter| parameter.schema().is_some()).last() {
            let span = self.span(late);
            self.report(diagnostics::general("parameters that are tables come before all others", span));
        }
        let kind = self.body_kind(&body, parameter_kinds(parameters.iter().cloned()), env);
        Binding::Function(Rc::new(UserFunction {
            name: name.to_owned(),
            parameters,
            body,
            env: env.clone(),
            kind,
            view: function.is_view(),
            stored: self.foreign.is_some(),
        }))
    }

    /// The value given from outside in place of a top-level literal, in the literal's own type.
    fn overridden(&mut self, name: &str, text: &str, value: &ast::Expr, ctx: &Context) -> Expr {
        let span = self.span(value);
        let own = self.expr(value, ctx);
        let given = self.literal_text(text, span);
        let Some(given) = given else {
            self.report(diagnostics::general(
                format!("The value given for '{name}' is not a literal: {text}"),
                span,
            ));
            return own;
        };
        match self.fitted(given, own.ty) {
            Some(given) => given,
            None => {
                let message = format!("The value given for '{name}' must be of type {}: {text}", own.ty);
                self.report(diagnostics::general(message, span));
                own
            }
        }
    }

    /// A literal from outside the query; all its places are `span`.
    fn literal_text(&mut self, text: &str, span: Span) -> Option<Expr> {
        let parse = quarry_syntax::parse_expression(text);
        if !parse.is_ok() {
            return None;
        }
        let node = parse.expression()?;
        let outer = self.foreign.replace((span, "a given value".to_owned()));
        let expr = self.expr(&node, &Context::default());
        self.foreign = outer;
        crate::constant::is_constant(&expr).then_some(Expr { span, ..expr })
    }

    fn fitted(&mut self, given: Expr, wanted: quarry_schema::KqlType) -> Option<Expr> {
        use quarry_schema::KqlType;
        let fits = given.ty == wanted
            || wanted == KqlType::Unknown
            || promotes(given.ty, wanted)
            || given.ty.is_integer() && wanted.is_integer()
            || matches!(
                (given.ty, wanted),
                (KqlType::String, KqlType::DateTime | KqlType::TimeSpan | KqlType::Guid)
            );
        fits.then(|| crate::binder::convert(given, wanted))
    }

    fn query_parameter(&mut self, parameter: &ast::Parameter, env: Env) -> Env {
        let Some(name) = parameter.name().map(|name| name.value()) else {
            return env;
        };
        let span = self.span(parameter);
        let wanted = match parameter.type_name() {
            Some(ty) => self.type_named(&ty),
            None => quarry_schema::KqlType::String,
        };
        let given = match self.options.parameters.get(&name) {
            Some(text) => {
                let literal = self.literal_text(text, span);
                // A bare text is a string, as clients send it.
                literal.or_else(|| Some(crate::binder::value(Literal::String(text.clone()), span)))
            }
            None => parameter.default().map(|default| {
                self.expr(
                    &default,
                    &Context {
                        env: env.clone(),
                        rows: None,
                    },
                )
            }),
        };
        let value = match given.and_then(|given| self.fitted(given, wanted)) {
            Some(value) => value,
            None if self.executes() => {
                self.report(diagnostics::general(
                    format!("The query parameter '{name}' needs a value of type {wanted}"),
                    span,
                ));
                poison(span)
            }
            None => crate::binder::value(Literal::Null(wanted), span),
        };
        let binding = self.scalar_binding(value);
        env.with(name, binding)
    }

    /// The scalar that a body gives.
    pub(crate) fn block_scalar(&mut self, body: &ast::Block, env: &Env, span: Span) -> Expr {
        let declared = parameter_names(body);
        let inner = self.statements(body.statements(), env.clone(), declared, false);
        match inner.queries.last() {
            Some(value) => self.expr(
                value,
                &Context {
                    env: inner.env,
                    rows: None,
                },
            ),
            None => {
                self.report(diagnostics::general("The function has no result", span));
                poison(span)
            }
        }
    }

    /// The table that a body gives.
    pub(crate) fn block_table(&mut self, body: &ast::Block, env: &Env, span: Span) -> Rel {
        let declared = parameter_names(body);
        let inner = self.statements(body.statements(), env.clone(), declared, false);
        match inner.queries.last() {
            Some(value) => self.rel(
                value,
                &Context {
                    env: inner.env,
                    rows: None,
                },
                None,
            ),
            None => {
                self.report(diagnostics::general("The function has no result", span));
                crate::binder::nothing(span)
            }
        }
    }
}

/// The names that a body's lets may not repeat: its function's parameters.
fn parameter_names(body: &ast::Block) -> HashSet<String> {
    let function = body.syntax().parent().and_then(ast::FunctionExpr::cast);
    function
        .into_iter()
        .flat_map(|function| function.parameters())
        .filter_map(|p| p.name())
        .map(|name| name.value())
        .collect()
}
