//! Calls in scalar places.

use quarry_schema::{ArgKind, Function, FunctionKind, KqlType, Returns, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use super::special;
use crate::binder::{Binder, convert, poison, read, value};
use crate::constant::fold;
use crate::diagnostics;
use crate::ir::{Expr, ExprKind, FunctionRef, Literal, PathSegment};
use crate::overload::{Argument, Mismatch, Resolved, expected_words, resolve};
use crate::scope::{Binding, Context};

/// The values of a call that gives several columns.
pub(crate) struct Multi {
    /// A name for each; `None` for one that takes the next `ColumnN`.
    pub names: Vec<Option<String>>,
    pub exprs: Vec<Expr>,
}

impl Binder<'_> {
    pub(super) fn call(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let name = node.function();
        match ctx.env.get(&name) {
            Some(Binding::Function(function)) => {
                let function = function.clone();
                let args: Vec<ast::NamedExpr> = node.arguments().collect();
                return self.call_scalar_function(&function, &args, span, ctx);
            }
            Some(Binding::Invalid) => return poison(span),
            _ => {}
        }
        match name.as_str() {
            "column_ifexists" | "columnifexists" => return self.column_if_exists(node, span, ctx),
            "iscolumnexists" => return self.is_column_exists(node, span, ctx),
            "pack_all" => return self.pack_all(node, span, ctx),
            "column_names_of" => return self.column_names_of(node, span, ctx),
            "bag_pack_columns" => return self.bag_pack_columns(node, span, ctx),
            "pack_array" if has_star(node) => {
                if node.arguments().count() > 1 {
                    self.report(diagnostics::general("`*` stands alone in pack_array()", span));
                }
                return self.pack_array_of_all(span, ctx);
            }
            _ => {}
        }
        if let Some(value) = self.graph_call(&name, node, span, ctx) {
            return value;
        }
        let in_pattern = ctx.rows.as_ref().is_some_and(|rows| rows.in_graph_pattern);
        if !in_pattern && ["inner_nodes", "labels", "map", "node_degree_in", "node_degree_out", "node_id"].contains(&name.as_str()) {
            self.report_unknown_function(node, span, ctx);
            return poison(span);
        }
        let aggregate = functions::aggregate(&name);
        if self.sink.is_some()
            && let Some(function) = aggregate
        {
            return self
                .aggregate_call(function, &name, node, span, ctx)
                .exprs
                .into_iter()
                .next()
                .unwrap_or_else(|| poison(span));
        }
        if let Some(function) = functions::scalar(&name) {
            return self.builtin(function, &name, node, span, ctx);
        }
        if aggregate.is_some() {
            self.report(diagnostics::aggregate_not_allowed(&name, span));
            return poison(span);
        }
        if let Some(stored) = self.stored_function(&name, span, ctx) {
            let args: Vec<ast::NamedExpr> = node.arguments().collect();
            return self.call_scalar_function(&stored, &args, span, ctx);
        }
        if functions::tabular(&name).is_some() {
            self.report(diagnostics::tabular_in_scalar_place(span));
            return poison(span);
        }
        self.report_unknown_function(node, span, ctx);
        poison(span)
    }

    /// Binds a call of a built-in scalar or window function.
    fn builtin(&mut self, function: &'static Function, name: &str, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        if function.kind == FunctionKind::Window {
            let serialized = ctx.rows.as_ref().is_some_and(|rows| rows.serialized || rows.open);
            if ctx.rows.is_none() || !serialized {
                self.report(diagnostics::not_serialized(name, span));
            }
        }
        let mut args = Vec::new();
        for arg in node.arguments().filter_map(|arg| arg.expr()) {
            match (&arg, &ctx.rows) {
                // Where a function takes `*`, it takes every column.
                (ast::Expr::Star(_), Some(rows)) if takes_star(function) => {
                    args.extend(rows.columns.iter().map(|column| read(column, span)));
                }
                _ => args.push(self.expr(&arg, ctx)),
            }
        }
        if function.name == "bin_auto" {
            return self.bin_auto(name, args, span);
        }
        self.apply(function, name, args, span)
    }

    /// Nothing is called so; the place is the name, not the whole call. What is wrong in the arguments is told too.
    pub(crate) fn report_unknown_function(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) {
        let name = node.function();
        let place = self.place_of(node.name().as_ref(), span);
        let stored = self.catalog.closest_function(&name);
        let closest = stored.as_deref().or_else(|| functions::closest(&name));
        self.report(diagnostics::unknown_function(&name, closest, place));
        for arg in node.arguments().filter_map(|arg| arg.expr()) {
            // Whether it would take rows or every column, nobody knows.
            if !matches!(arg, ast::Expr::Star(_)) && !self.kind_of(&arg, &ctx.env).is_table() {
                self.expr(&arg, ctx);
            }
        }
    }

    /// `bin_auto(value)`: `bin_at` or `bin` with the size and the fixed point that the query's options set.
    fn bin_auto(&mut self, name: &str, mut args: Vec<Expr>, span: Span) -> Expr {
        let options = self.bin_auto.clone();
        let Some(size) = options.size else {
            self.report(diagnostics::bin_auto_without_size(span));
            return poison(span);
        };
        args.push(size);
        args.extend(options.at.clone());
        let wanted = if options.at.is_some() { "bin_at" } else { "bin" };
        match functions::scalar(wanted) {
            Some(function) => self.apply(function, name, args, span),
            None => poison(span),
        }
    }

    /// Applies a built-in function to bound arguments.
    pub(crate) fn apply(&mut self, function: &'static Function, name: &str, args: Vec<Expr>, span: Span) -> Expr {
        if !self.check_values(function, name, &args) {
            return poison(span);
        }
        if self.executes() {
            let outside = self.catalog.outside();
            match function.name {
                "geo_info_from_ip_address" if !outside.is_some_and(|outside| outside.has_geography()) => {
                    self.report(diagnostics::no_geography(function.name, span));
                }
                "parse_user_agent" if !outside.is_some_and(|outside| outside.has_user_agents()) => {
                    self.report(diagnostics::no_user_agents(function.name, span));
                }
                _ => {}
            }
        }
        if function.name == "current_database" && args.is_empty() {
            return value(Literal::String(self.catalog.database_name().to_owned()), span);
        }
        if function.name == "coalesce" && self.like_editor() && args.iter().any(|arg| arg.ty == KqlType::Dynamic) {
            for arg in args.iter().filter(|arg| !matches!(arg.ty, KqlType::Dynamic | KqlType::Unknown)) {
                self.report(diagnostics::general(
                    "All arguments must be of type dynamic, as one of them is",
                    arg.span,
                ));
            }
        }
        let arguments: Vec<Argument> = args.iter().map(argument).collect();
        let resolved = match resolve(function, &arguments) {
            Ok(resolved) => resolved,
            Err(mismatch) => {
                self.report_mismatch(function, name, mismatch, &args, span);
                return Expr {
                    ty: unresolved_type(function, &arguments),
                    ..poison(span)
                };
            }
        };
        if !self.check_arguments(name, function, &resolved, &args) {
            return Expr {
                ty: resolved.result,
                ..poison(span)
            };
        }
        let ty = match resolved.returns {
            Returns::Custom => self.custom_type(function, &arguments, &args),
            _ => resolved.result,
        };
        let ty = if self.like_editor() {
            type_in_editor(function.name, ty, &args)
        } else {
            ty
        };
        let mut args = self.converted(function, resolved, args);
        if matches!(function.name, "prev" | "next") && ty == KqlType::String {
            edge_text(&mut args, span);
        }
        Expr {
            kind: ExprKind::Call {
                function: FunctionRef(function),
                args,
            },
            ty,
            span,
        }
    }

    fn converted(&mut self, function: &Function, resolved: Resolved, args: Vec<Expr>) -> Vec<Expr> {
        args.into_iter()
            .zip(resolved.convert)
            .map(|(arg, to)| {
                if function.name == "not" && arg.ty.is_number() {
                    return convert(arg, KqlType::Bool);
                }
                if matches!(arg.kind, ExprKind::Literal(Literal::Type(_))) {
                    arg
                } else {
                    convert(arg, to)
                }
            })
            .collect()
    }

    fn custom_type(&self, function: &Function, arguments: &[Argument], args: &[Expr]) -> KqlType {
        if function.name == "datetime_diff" {
            // The engine answers weeks with a real.
            let part = args.first().and_then(|arg| crate::constant::fold_string(arg, self.now));
            let week = part.is_some_and(|part| part.eq_ignore_ascii_case("week"));
            return if week { KqlType::Real } else { KqlType::Long };
        }
        special::result_type(function, arguments)
    }

    pub(crate) fn report_mismatch(&mut self, function: &Function, name: &str, mismatch: Mismatch, args: &[Expr], span: Span) {
        let diagnostic = match mismatch {
            Mismatch::Arity { expected, variadic: true } => diagnostics::arity_between(name, &expected, args.len(), span),
            // The engine knows `floor` only as another name of `bin`, and complains in that name.
            Mismatch::Arity { expected, variadic: false } => diagnostics::arity(function.name, &expected, args.len(), span),
            Mismatch::Branches { argument, first, other } => {
                let span = args.get(argument).map_or(span, |arg| arg.span);
                diagnostics::branches_differ(name, first, other, span)
            }
            Mismatch::Type { argument, expected } => {
                let (found, span) = args.get(argument).map_or((KqlType::Unknown, span), |arg| (arg.ty, arg.span));
                let code = match (function.name, argument) {
                    ("format_datetime", 0) => "SEM0254",
                    _ => "SEM0201",
                };
                diagnostics::argument_type(code, name, argument, &expected_words(expected), found, span)
            }
        };
        self.report(diagnostic);
    }

    /// The values of an expression that is a call of a multi-column function or aggregate; `None` when it is anything else.
    pub(crate) fn multi_call(&mut self, node: &ast::Expr, ctx: &Context) -> Option<Multi> {
        let ast::Expr::Call(call) = node.clone().without_parens()? else {
            return None;
        };
        let name = call.function();
        if matches!(ctx.env.get(&name), Some(Binding::Function(_) | Binding::Invalid)) {
            return None;
        }
        let span = self.span(&call);
        if self.sink.is_some()
            && let Some(function) = functions::aggregate(&name)
        {
            return Some(self.aggregate_call(function, &name, &call, span, ctx));
        }
        let function = functions::scalar(&name)?;
        let arrays = call.arguments().count();
        let outputs = special::outputs(function, arrays);
        if outputs.is_empty() {
            return None;
        }
        let first = call.arguments().next().and_then(|arg| arg.expr());
        let base = first.and_then(|first| self.natural_name(&first, ctx)).unwrap_or_default();
        let args: Vec<ast::Expr> = call.arguments().filter_map(|arg| arg.expr()).collect();
        let whole = self.expr(node, ctx);
        let sorted = function.name.starts_with("array_sort");
        // A trailing flag is no array and gives no column.
        let columns = match &whole.kind {
            ExprKind::Call { args, .. } if sorted => args.iter().filter(|arg| arg.ty == KqlType::Dynamic).count(),
            _ => outputs.len(),
        };
        if sorted && columns < 2 {
            return None;
        }
        let mut multi = Multi {
            names: Vec::new(),
            exprs: Vec::new(),
        };
        for (at, (ending, ty)) in outputs.iter().take(columns).enumerate() {
            let index = i64::try_from(at).unwrap_or_default();
            let element = ExprKind::Path {
                base: Box::new(whole.clone()),
                segments: vec![PathSegment::Index(index)],
            };
            multi.exprs.push(convert(
                Expr {
                    kind: element,
                    ty: KqlType::Dynamic,
                    span,
                },
                *ty,
            ));
            multi.names.push(Some(if sorted {
                let own = args.get(at).and_then(|arg| self.natural_name(arg, ctx));
                own.map_or_else(|| format!("array{at}_sorted"), |own| format!("{own}_sorted"))
            } else {
                format!("{name}_{base}_{ending}")
            }));
        }
        Some(multi)
    }

    fn is_column_exists(&mut self, node: &ast::CallExpr, span: Span, ctx: &Context) -> Expr {
        let found = node.arguments().count();
        if found != 1 {
            self.report(diagnostics::arity("iscolumnexists", "1", found, span));
            return poison(span);
        }
        let name = node.arguments().next().and_then(|arg| arg.expr()).map(|arg| self.expr(&arg, ctx));
        let name = name
            .and_then(|name| crate::constant::fold_string(&name, self.now))
            .unwrap_or_default();
        let exists = ctx.rows.as_ref().is_some_and(|rows| rows.column(&name).is_some());
        value(Literal::Bool(exists), span)
    }

    /// The value of a constant argument.
    pub(crate) fn folded(&self, expr: &Expr) -> Option<Literal> {
        fold(expr, self.now)
    }
}

pub(super) fn takes_star(function: &Function) -> bool {
    let params = function.signatures.iter().flat_map(|signature| signature.params);
    params
        .into_iter()
        .any(|param| matches!(param.arg, ArgKind::StarOnly | ArgKind::StarAllowed))
}

/// Past the edge of the rows there is no text, which is the empty string: the default is spelled out.
fn edge_text(args: &mut Vec<Expr>, span: Span) {
    if args.len() == 1 {
        args.push(value(Literal::Long(1), span));
    }
    if args.len() == 2 {
        args.push(value(Literal::String(String::new()), span));
    }
}

fn has_star(node: &ast::CallExpr) -> bool {
    node.arguments().any(|arg| matches!(arg.expr(), Some(ast::Expr::Star(_))))
}

/// What overload resolution wants to know of a bound argument.
pub(crate) fn argument(expr: &Expr) -> Argument {
    let type_literal = match &expr.kind {
        ExprKind::Literal(Literal::Type(ty)) => Some(*ty),
        _ => None,
    };
    let is_null = matches!(expr.kind, ExprKind::Literal(Literal::Null(_)));
    Argument {
        ty: expr.ty,
        is_null,
        type_literal,
        tabular: false,
    }
}

/// The result type to go on with after an argument was refused.
fn unresolved_type(function: &Function, arguments: &[Argument]) -> KqlType {
    match function.signatures.first().map(|signature| signature.returns) {
        Some(Returns::Type(ty)) => ty,
        Some(Returns::SameAs(at)) => arguments.get(usize::from(at)).map_or(KqlType::Unknown, |arg| arg.ty),
        _ => KqlType::Unknown,
    }
}

/// Result types that Kusto's language service gives and its engine does not.
fn type_in_editor(function: &str, ty: KqlType, args: &[Expr]) -> KqlType {
    match (function, args.first().map(|arg| arg.ty)) {
        ("datetime_part" | "dayofmonth" | "dayofyear" | "getmonth" | "getyear" | "hourofday" | "monthofyear" | "week_of_year", _) => {
            KqlType::Int
        }
        ("datetime_diff", _) => KqlType::Long,
        ("jaccard_index", _) => KqlType::Dynamic,
        ("ceiling" | "round", Some(number)) if number.is_integer() => number,
        _ => ty,
    }
}
