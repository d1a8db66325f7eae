//! Where rows come from: tables, declared names, function calls, literals.

use quarry_schema::functions;
use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, MAX_CHAIN, nothing, read, rel, value};
use crate::catalog::TableSchema;
use crate::diagnostics;
use crate::ir::{Literal, Rel, RelKind, SubqueryKind};
use crate::kinds::Kind;
use crate::operators::graph_rel;
use crate::scope::{Binding, Context};

impl Binder<'_> {
    /// Binds a tabular expression. `input` are the rows that a pipeline without a source continues.
    pub(crate) fn rel(&mut self, node: &ast::Expr, ctx: &Context, input: Option<Rel>) -> Rel {
        let span = self.span(node);
        if !self.count_operators(1, span) {
            return nothing(span);
        }
        let sink = self.sink.take();
        let bound = self.nested(span, |binder| binder.rel_inside(node, span, ctx, input));
        self.sink = sink;
        bound.unwrap_or_else(|| nothing(span))
    }

    fn rel_inside(&mut self, node: &ast::Expr, span: Span, ctx: &Context, input: Option<Rel>) -> Rel {
        match node {
            ast::Expr::Pipeline(pipeline) => self.pipeline(pipeline, span, ctx, input),
            ast::Expr::Paren(paren) => match paren.inner() {
                Some(inner) => self.rel(&inner, ctx, input),
                None => nothing(span),
            },
            ast::Expr::Name(name) => self.table_named(&name.value(), span, ctx),
            ast::Expr::Call(call) => self.table_call(call, span, ctx),
            ast::Expr::Member(member) => self.elsewhere(member, span, ctx),
            ast::Expr::Datatable(datatable) => self.datatable(datatable, span, ctx),
            ast::Expr::Materialize(materialize) => match materialize.inner() {
                Some(inner) => self.materialize(&inner, span, ctx),
                None => nothing(span),
            },
            ast::Expr::ToTable(to_table) => match to_table.inner() {
                Some(inner) => self.rel(&inner, ctx, None),
                None => nothing(span),
            },
            ast::Expr::ExternalData(external) => self.external_data(external, span, ctx),
            ast::Expr::ContextualTable(table) => self.declared_source("__contextual_datatable", table.schema(), span),
            ast::Expr::InlineExternalTable(_) => {
                let columns = Vec::new();
                rel(
                    RelKind::Unsupported {
                        operator: "inline_external_table",
                        inputs: Vec::new(),
                    },
                    columns,
                    false,
                    true,
                    span,
                )
            }
            _ => {
                self.report(diagnostics::scalar_in_tabular_place(span));
                nothing(span)
            }
        }
    }

    fn pipeline(&mut self, node: &ast::Pipeline, span: Span, ctx: &Context, input: Option<Rel>) -> Rel {
        let (mut current, mut label) = match node.source() {
            Some(source) => (Some(self.rel(&source, ctx, None)), self.table_label(&source, ctx)),
            None => (input, None),
        };
        for (at, operator) in node.operators().enumerate() {
            let place = self.span(&operator);
            if at >= MAX_CHAIN {
                self.report(diagnostics::too_deep(place));
                break;
            }
            if !self.count_operators(1, place) {
                break;
            }
            self.piped_label = label.take();
            current = Some(self.operator(&operator, current, place, ctx));
            if let ast::Operator::As(node) = &operator {
                label = node.name().map(|name| name.value());
            }
            if self.discover.is_some() {
                break;
            }
        }
        current.unwrap_or_else(|| nothing(span))
    }

    fn table_named(&mut self, name: &str, span: Span, ctx: &Context) -> Rel {
        match ctx.env.get(name) {
            Some(Binding::Table(table)) => {
                let table = table.clone();
                return self.copy(&table.rel, table.size, span);
            }
            Some(Binding::Function(function)) => {
                let function = function.clone();
                if function.kind == Kind::Scalar {
                    self.report(diagnostics::scalar_in_tabular_place(span));
                    return nothing(span);
                }
                return self.call_table_function(&function, &[], None, span, ctx);
            }
            Some(Binding::Invalid) => return nothing(span),
            Some(Binding::Entity(_) | Binding::EntityGroup(_)) => {
                self.report(diagnostics::bare_entity(name, span));
                return nothing(span);
            }
            Some(Binding::Scalar(_) | Binding::Elsewhere | Binding::Pattern(_)) => {
                self.report(diagnostics::scalar_in_tabular_place(span));
                return nothing(span);
            }
            None => {}
        }
        if let Some((_, id, columns)) = self.named.iter().rev().find(|(named, ..)| named == name).cloned() {
            return self.shared(id, &columns, false, span);
        }
        if !ctx.env.admits_stored(name) {
            self.report(diagnostics::unknown_table(name, None, span));
            return nothing(span);
        }
        if self.stored_text(name).is_some() {
            return match self.stored_function(name, span, ctx) {
                Some(function) => self.call_table_function(&function, &[], None, span, ctx),
                None => nothing(span),
            };
        }
        match self.catalog.table(name) {
            Some(schema) => self.table(schema, span),
            None if name == "_GetWatchlistAlias" => self.watchlist_aliases(span),
            None => {
                let closest = self.catalog.closest_table(name);
                let declared = suggest::closest(name, ctx.env.iter().map(|(name, _)| name)).map(str::to_owned);
                self.report(diagnostics::unknown_table(name, declared.or(closest).as_deref(), span));
                nothing(span)
            }
        }
    }

    /// The rows of a stored table.
    pub(crate) fn table(&mut self, schema: TableSchema, span: Span) -> Rel {
        let name = schema.name.clone();
        let rows = self.whole_table(schema, span);
        let rows = self.in_time_scope(rows);
        self.without_excluded(&name, rows)
    }

    fn whole_table(&mut self, schema: TableSchema, span: Span) -> Rel {
        let mut columns = Vec::new();
        let mut stored = Vec::new();
        let mut source = Vec::new();
        for (name, ty) in schema.columns {
            let column = self.column(name.clone(), ty);
            if !schema.constants.iter().any(|(constant, _)| *constant == name) {
                let from = schema
                    .aliases
                    .iter()
                    .find(|(alias, _)| *alias == name)
                    .map_or(name, |(_, from)| from.clone());
                source.push((column.id, from));
                stored.push(column.clone());
            }
            columns.push(column);
        }
        // An open table has columns that only its data tell: when the query runs, the lake's own schema is closed.
        let open = schema.open && !self.executes();
        let constants = schema.constants;
        let scan = rel(RelKind::Table { name: schema.name, source }, stored, false, open, span);
        if constants.is_empty() {
            return scan;
        }
        let items = columns
            .into_iter()
            .map(|column| match constants.iter().find(|(name, _)| *name == column.name) {
                Some((_, text)) => (column, value(Literal::String(text.clone()), span)),
                None => {
                    let expr = read(&column, span);
                    (column, expr)
                }
            })
            .collect();
        self.project(scan, items, open, span)
    }

    fn table_call(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Rel {
        let name = node.function();
        let args: Vec<ast::NamedExpr> = node.arguments().collect();
        match ctx.env.get(&name) {
            Some(Binding::Function(function)) => {
                let function = function.clone();
                return self.call_table_function(&function, &args, None, span, ctx);
            }
            Some(Binding::Table(_)) => return self.table_named(&name, span, ctx),
            Some(Binding::Pattern(pattern)) => {
                let pattern = pattern.clone();
                return self.pattern_call(&pattern, node, None, span, ctx);
            }
            Some(Binding::Invalid) => return nothing(span),
            _ => {}
        }
        if name == "table" {
            let text = args
                .first()
                .and_then(ast::NamedExpr::expr)
                .map(|arg| self.expr(&arg, &ctx.without_rows()));
            return match text.and_then(|text| self.known_string(&text)) {
                Some(name) => self.table_named(&name, span, &ctx.without_rows()),
                None => {
                    self.report(diagnostics::constant_expected("table(): the name", span));
                    nothing(span)
                }
            };
        }
        if let Some(function) = self.stored_function(&name, span, ctx) {
            return self.call_table_function(&function, &args, None, span, ctx);
        }
        let admitted = ctx.env.admits_stored(&name);
        match name.as_str() {
            "_GetWatchlist" if admitted => return self.watchlist(&args, span, ctx),
            "_GetWatchlistAlias" if admitted => return self.watchlist_aliases(span),
            _ => {}
        }
        if let Some(function) = functions::tabular(&name) {
            return rel(
                RelKind::Unsupported {
                    operator: function.name,
                    inputs: Vec::new(),
                },
                Vec::new(),
                false,
                true,
                span,
            );
        }
        if functions::scalar(&name).is_some() {
            self.report(diagnostics::scalar_in_tabular_place(span));
        } else if !admitted || self.stored_text(&name).is_none() {
            self.report_unknown_function(node, span, ctx);
        }
        nothing(span)
    }

    /// `database('x').T`, `cluster('c').database('x').T`, `workspace('w').T`: only this database is at hand.
    fn elsewhere(&mut self, node: &ast::MemberExpr, span: Span, ctx: &Context) -> Rel {
        if let Some(ast::Expr::Call(call)) = node.base()
            && let Some(Binding::Pattern(pattern)) = ctx.env.get(&call.function())
            && let Some(ast::Expr::Name(path)) = node.member()
        {
            let pattern = pattern.clone();
            return self.pattern_call(&pattern, &call, Some(&path.value()), span, ctx);
        }
        let here = node.base().is_some_and(|base| self.is_here(&base, ctx));
        // A name behind a database is none of the query's own.
        let stored = Context {
            env: ctx.env.without_names(),
            rows: None,
        };
        match node.member() {
            Some(ast::Expr::Name(name)) if here => {
                let place = self.span(&name);
                self.table_named(&name.value(), place, &stored)
            }
            Some(ast::Expr::Call(call)) if here => self.table_call(&call, span, &stored),
            _ => {
                if self.executes() {
                    let what = node.base().map(|base| Self::node_text(&base)).unwrap_or_default();
                    self.report(diagnostics::cross_scope(&format!("`{}`", what.trim()), span));
                }
                nothing(span)
            }
        }
    }

    /// Whether what `database(…)`, `workspace(…)`, `cluster(…).database(…)` or `arg(…)` names is here.
    pub(crate) fn is_here(&mut self, node: &ast::Expr, ctx: &Context) -> bool {
        if let ast::Expr::Name(name) = node
            && let Some(Binding::Entity(entity)) = ctx.env.get(&name.value())
        {
            let entity = std::rc::Rc::clone(entity);
            return self.is_here(&entity, &Context::default());
        }
        let call = match node {
            ast::Expr::Call(call) => call.clone(),
            ast::Expr::Member(member) => match (member.base(), member.member()) {
                (Some(base), Some(ast::Expr::Call(call))) if self.is_here(&base, ctx) => call,
                _ => return false,
            },
            _ => return false,
        };
        match call.function().as_str() {
            // The tables of Azure's resource graph are called like no log.
            "arg" => return true,
            "database" | "workspace" | "cluster" | "app" | "adx" => {}
            _ => return false,
        }
        match call.arguments().next().and_then(|arg| arg.expr()) {
            None => true,
            Some(arg) => {
                let arg = self.expr(&arg, &ctx.without_rows());
                self.known_string(&arg).is_some_and(|name| self.catalog.answers_to(&name))
            }
        }
    }

    fn materialize(&mut self, inner: &ast::Expr, span: Span, ctx: &Context) -> Rel {
        let rel = self.rel(inner, ctx, None);
        if rel.open {
            return rel;
        }
        if let RelKind::Graph(graph) = *rel.kind {
            return graph_rel(self.share_graph(graph), span);
        }
        let (columns, serialized) = (rel.columns.clone(), rel.serialized);
        let id = self.subquery(SubqueryKind::Table, rel);
        self.shared(id, &columns, serialized, span)
    }

    /// What `union withsource` calls the rows of an expression; `None` for one that is more than a name.
    pub(crate) fn table_label(&self, node: &ast::Expr, ctx: &Context) -> Option<String> {
        match node {
            ast::Expr::Paren(paren) => self.table_label(&paren.inner()?, ctx),
            ast::Expr::Name(name) => {
                let name = name.value();
                match ctx.env.get(&name) {
                    Some(Binding::Table(table)) => table.label.clone(),
                    Some(Binding::Function(function)) if function.view => Some(name),
                    Some(_) => None,
                    None => self.catalog.table(&name).map(|table| table.name).or(Some(name)),
                }
            }
            ast::Expr::Call(call) => match ctx.env.get(&call.function()) {
                Some(Binding::Function(function)) if function.view => Some(call.function()),
                _ => None,
            },
            ast::Expr::Pipeline(pipeline) => match pipeline.operators().last() {
                Some(ast::Operator::As(name)) => name.name().map(|name| name.value()),
                Some(_) => None,
                None => self.table_label(&pipeline.source()?, ctx),
            },
            _ => None,
        }
    }
}
