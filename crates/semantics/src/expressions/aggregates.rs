//! Aggregate calls: what they take, what columns they fill.

use quarry_schema::{Function, FunctionKind, KqlType, Returns};
use quarry_syntax::ast;
use quarry_text::Span;

use super::Multi;
use super::calls::{argument, takes_star};
use crate::binder::{AggregateSink, Binder, convert, poison, read};
use crate::constant::fold_string;
use crate::diagnostics;
use crate::ir::{Aggregate, Column, Expr, ExprKind, FunctionRef, Literal};
use crate::overload::{Argument, resolve};
use crate::scope::Context;

/// An argument, with what names a result that returns it.
struct Arg {
    expr: Expr,
    name: Option<String>,
}

impl Binder<'_> {
    /// Binds an aggregate call into the sink and gives its results.
    pub(crate) fn aggregate_call(
        &mut self,
        function: &'static Function,
        name: &str,
        node: &ast::CallExpr,
        span: Span,
        ctx: &Context,
    ) -> Multi {
        // The arguments are no place for further aggregates.
        let Some(sink) = self.sink.take() else {
            return Multi {
                names: vec![None],
                exprs: vec![poison(span)],
            };
        };
        let args = self.aggregate_args(function, node, ctx);
        self.sink = Some(sink);
        let outputs = match function.name {
            "arg_max" | "arg_min" | "argmax" | "argmin" => self.extreme_outputs(function.name, &args, span),
            "take_any" | "any" | "take_any_if" => Some(any_outputs(name, &args)),
            "percentile" | "percentiles" | "percentilew" | "percentilesw" => self.percentile_outputs(function.name, &args),
            _ => None,
        };
        let exprs: Vec<Expr> = args.iter().map(|arg| arg.expr.clone()).collect();
        if let ("count", [counted]) = (function.name, exprs.as_slice())
            && self.like_editor()
            && !matches!(counted.ty, KqlType::Bool | KqlType::Unknown)
        {
            self.report(diagnostics::boolean_expected(counted.ty, counted.span));
        }
        if exprs
            .iter()
            .any(|expr| expr.ty == KqlType::Unknown && matches!(expr.kind, ExprKind::Literal(_)))
            && outputs.is_none()
        {
            let ty = known_type(function);
            return Multi {
                names: vec![self.aggregate_name(function, name, node, ctx)],
                exprs: vec![Expr { ty, ..poison(span) }],
            };
        }
        let (types, exprs) = match self.aggregate_types(function, name, exprs, span) {
            Some(typed) => typed,
            None => {
                let ty = known_type(function);
                return Multi {
                    names: vec![self.aggregate_name(function, name, node, ctx)],
                    exprs: vec![Expr { ty, ..poison(span) }],
                };
            }
        };
        let outputs = outputs.unwrap_or_else(|| vec![(self.aggregate_name(function, name, node, ctx), types)]);
        self.emit(function, exprs, outputs, span)
    }

    fn emit(&mut self, function: &'static Function, args: Vec<Expr>, outputs: Vec<(Option<String>, KqlType)>, span: Span) -> Multi {
        let mut multi = Multi {
            names: Vec::new(),
            exprs: Vec::new(),
        };
        let columns: Vec<Column> = outputs.iter().map(|(_, ty)| self.column("", *ty)).collect();
        for ((name, _), column) in outputs.into_iter().zip(&columns) {
            multi.names.push(name);
            multi.exprs.push(read(column, span));
        }
        let call = Aggregate {
            function: FunctionRef(function),
            args,
            outputs: columns.iter().map(|column| column.id).collect(),
            span,
        };
        let sink = self.sink.get_or_insert_with(AggregateSink::default);
        sink.calls.push(call);
        sink.columns.extend(columns);
        multi
    }

    fn aggregate_args(&mut self, function: &Function, node: &ast::CallExpr, ctx: &Context) -> Vec<Arg> {
        let mut args = Vec::new();
        for arg in node.arguments() {
            let Some(expr) = arg.expr() else { continue };
            if let ast::Expr::Star(star) = &expr {
                let span = self.span(star);
                // The value to look for comes first, not all of them.
                let extreme = args.is_empty() && function.name.starts_with("arg");
                if extreme || !takes_star(function) {
                    self.report(diagnostics::general("`*` cannot stand here", span));
                }
                let columns = ctx.rows.as_ref().map(|rows| rows.columns.clone()).unwrap_or_default();
                args.extend(columns.iter().map(|c| Arg {
                    expr: read(c, span),
                    name: Some(c.name.clone()),
                }));
                continue;
            }
            let name = arg.name().map(|name| name.value()).or_else(|| self.natural_name(&expr, ctx));
            args.push(Arg {
                expr: self.expr(&expr, ctx),
                name,
            });
        }
        args
    }

    /// Chooses the signature, checks and converts the arguments; gives the type of a single result.
    fn aggregate_types(&mut self, function: &'static Function, name: &str, args: Vec<Expr>, span: Span) -> Option<(KqlType, Vec<Expr>)> {
        let arguments: Vec<Argument> = args.iter().map(argument).collect();
        match resolve(function, &arguments) {
            Ok(resolved) => {
                let ty = match resolved.returns {
                    Returns::Custom => arguments.first().map_or(KqlType::Dynamic, |arg| custom_type(function, arg.ty)),
                    _ => resolved.result,
                };
                let args = args.into_iter().zip(resolved.convert).map(|(arg, to)| {
                    if matches!(arg.kind, ExprKind::Literal(Literal::Type(_))) {
                        arg
                    } else {
                        convert(arg, to)
                    }
                });
                Some((ty, args.collect()))
            }
            Err(mismatch) => {
                self.report_mismatch(function, name, mismatch, &args, span);
                None
            }
        }
    }

    fn extreme_outputs(&mut self, function: &str, args: &[Arg], span: Span) -> Option<Vec<(Option<String>, KqlType)>> {
        let Some((by, returned)) = args.split_first() else {
            self.report(diagnostics::arity_between(function, "at least 1", 0, span));
            return None;
        };
        let short = if function.ends_with("max") { "max" } else { "min" };
        let base = by.name.clone().unwrap_or_default();
        // The legacy forms put the extreme's name before each.
        let legacy = matches!(function, "argmax" | "argmin");
        let first = match &by.name {
            Some(name) if !legacy => name.clone(),
            _ => format!("{short}_{base}"),
        };
        let mut outputs = vec![(Some(first), by.expr.ty)];
        for (at, arg) in returned.iter().enumerate() {
            let name = match &arg.name {
                Some(name) if legacy => format!("{short}_{base}_{name}"),
                Some(name) => name.clone(),
                None => format!("{short}_{base}_arg{}", at + 1),
            };
            outputs.push((Some(name), arg.expr.ty));
        }
        Some(outputs)
    }

    fn percentile_outputs(&mut self, function: &str, args: &[Arg]) -> Option<Vec<(Option<String>, KqlType)>> {
        let value = args.first()?;
        let skipped = if function.ends_with("w") { 2 } else { 1 };
        let base = value.name.clone().unwrap_or_default();
        let ty = custom_type_of_percentile(value.expr.ty);
        let label = |arg: &Arg| {
            let text = match self.folded(&arg.expr) {
                Some(Literal::Real(number)) => format!("{number}"),
                Some(Literal::Long(number)) => number.to_string(),
                Some(Literal::Int(number)) => number.to_string(),
                _ => String::new(),
            };
            format!("percentile_{base}_{}", text.replace(['.', '-'], "_"))
        };
        Some(args.iter().skip(skipped).map(|arg| (Some(label(arg)), ty)).collect())
    }

    /// Leaves out of a starred `arg_max` what the keys and the extreme itself already show.
    pub(crate) fn drop_starred(&mut self, multi: &mut Multi, shown: &[String]) {
        let Some(sink) = self.sink.as_mut() else { return };
        let Some(call) = sink.calls.last_mut() else { return };
        if !matches!(call.function.name, "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" | "any") {
            return;
        }
        let extreme = call.function.name.starts_with("arg");
        let own: Option<Expr> = if extreme { call.args.first().cloned() } else { None };
        // The old functions put a prefix before the names of columns.
        let prefix = match (call.function.name, multi.names.first()) {
            ("any", _) => "any_".to_owned(),
            ("argmax" | "argmin", Some(Some(first))) => format!("{first}_"),
            _ => String::new(),
        };
        let mut kept = Vec::new();
        for at in 0..call.args.len() {
            let (Some(arg), Some(Some(name))) = (call.args.get(at), multi.names.get(at)) else {
                continue;
            };
            let repeats_key = name.strip_prefix(&prefix).is_some_and(|name| shown.iter().any(|key| key == name));
            let repeats_own = own
                .as_ref()
                .is_some_and(|own| matches!((&own.kind, &arg.kind), (ExprKind::Column(a), ExprKind::Column(b)) if a == b));
            if extreme && at == 0 || !(repeats_key || repeats_own) {
                kept.push(at);
            }
        }
        retain(&mut call.args, &kept);
        let dropped: Vec<u32> = call
            .outputs
            .iter()
            .enumerate()
            .filter(|(at, _)| !kept.contains(at))
            .map(|(_, id)| *id)
            .collect();
        retain(&mut call.outputs, &kept);
        sink.columns.retain(|column| !dropped.contains(&column.id));
        retain(&mut multi.names, &kept);
        retain(&mut multi.exprs, &kept);
    }

    /// Whether a call holds a `*`.
    pub(crate) fn is_starred(node: &ast::Expr) -> bool {
        let Some(ast::Expr::Call(call)) = node.clone().without_parens() else {
            return false;
        };
        call.arguments().any(|arg| matches!(arg.expr(), Some(ast::Expr::Star(_))))
    }

    /// A string that must be known now.
    pub(crate) fn known_string(&self, expr: &Expr) -> Option<String> {
        fold_string(expr, self.now)
    }
}

fn any_outputs(name: &str, args: &[Arg]) -> Vec<(Option<String>, KqlType)> {
    let label = |(at, arg): (usize, &Arg)| match &arg.name {
        Some(own) if name == "any" => format!("any_{own}"),
        Some(own) => own.clone(),
        None if name == "any" && args.len() == 1 => "any_".to_owned(),
        None => format!("any_arg{at}"),
    };
    let named = args.iter().enumerate();
    named.map(|(at, arg)| (Some(label((at, arg))), arg.expr.ty)).collect()
}

fn retain<T: Clone>(items: &mut Vec<T>, kept: &[usize]) {
    *items = kept.iter().filter_map(|at| items.get(*at).cloned()).collect();
}

fn known_type(function: &Function) -> KqlType {
    debug_assert_eq!(function.kind, FunctionKind::Aggregate);
    match function.signatures.first().map(|signature| signature.returns) {
        Some(Returns::Type(ty)) => ty,
        Some(Returns::ArrayOfFirst) => KqlType::Dynamic,
        _ => KqlType::Unknown,
    }
}

fn custom_type(function: &Function, first: KqlType) -> KqlType {
    match function.name {
        "arg_max" | "arg_min" | "argmax" | "argmin" | "take_any" | "any" | "take_anyif" => first,
        "percentile" | "percentiles" | "percentilew" | "percentilesw" => custom_type_of_percentile(first),
        _ => KqlType::Dynamic,
    }
}

fn custom_type_of_percentile(ty: KqlType) -> KqlType {
    match ty {
        KqlType::Int => KqlType::Long,
        KqlType::Decimal => KqlType::Real,
        ty => ty,
    }
}
