//! The arguments of a plugin, each given to a parameter of its declaration.

use quarry_schema::{ArgKind, Function, KqlType, Param, ParamType};
use quarry_syntax::ast;
use quarry_syntax::literal::LiteralValue;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, convert, rows_of};
use crate::constant::is_constant;
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, PluginArg, PluginValue, Rel};
use crate::kinds::Kind;
use crate::overload::{Argument, accepts, expected_words};
use crate::scope::{Context, find};

/// Parameters that may also be one of the words `week`, `month` and `year`.
const CALENDAR_STEPS: &[&str] = &["Step", "Window"];

/// Parameters that are points of the timeline.
const POINTS: &[&str] = &["Start", "End", "Cohort"];

/// Parameters that are distances on the timeline.
const DISTANCES: &[&str] = &[
    "BinSize",
    "Bin",
    "InnerActivityWindow",
    "LookBackWindow",
    "LookbackWindow",
    "MaxSeqeunceStepWindow",
    "MaxSequenceSpan",
    "MaxWindowSizeBetweenSteps",
    "OuterActivityWindow",
    "Period",
    "Step",
    "Window",
];

/// The arguments of a call, and the name that each was written with.
pub(super) struct Given {
    pub args: Vec<PluginArg>,
    pub names: Vec<Option<String>>,
}

impl Given {
    pub(super) fn exprs(&self, param: &str) -> impl Iterator<Item = &Expr> {
        let args = self.args.iter().filter(move |arg| arg.param == param);
        args.filter_map(|arg| match &arg.value {
            PluginValue::Expr(expr) => Some(expr),
            PluginValue::Table(_) => None,
        })
    }

    pub(super) fn expr(&self, param: &str) -> Option<&Expr> {
        self.exprs(param).next()
    }

    pub(super) fn table(&self) -> Option<&Rel> {
        self.args.iter().find_map(|arg| match &arg.value {
            PluginValue::Table(rel) => Some(rel),
            PluginValue::Expr(_) => None,
        })
    }

    /// The column that an argument names.
    pub(super) fn column<'c>(&self, param: &str, columns: &'c [Column]) -> Option<&'c Column> {
        self.columns(param, columns).into_iter().next()
    }

    pub(super) fn columns<'c>(&self, param: &str, columns: &'c [Column]) -> Vec<&'c Column> {
        self.exprs(param)
            .filter_map(|expr| columns.iter().find(|column| expr.kind == ExprKind::Column(column.id)))
            .collect()
    }
}

impl Binder<'_> {
    /// `None` when something was wrong; it has been reported.
    pub(super) fn plugin_arguments(
        &mut self,
        function: &'static Function,
        call: &ast::CallExpr,
        input: Option<&Rel>,
        span: Span,
        ctx: &Context,
    ) -> Option<Given> {
        let nodes: Vec<ast::NamedExpr> = call.arguments().collect();
        let inner = match input {
            Some(input) => Context::new(&ctx.env, rows_of(input)),
            None => ctx.without_rows(),
        };
        let params = self.plugin_parameters(function, nodes.len(), span)?;
        let mut used = vec![0_u16; params.len()];
        let mut at = 0;
        let mut given = Given {
            args: Vec::new(),
            names: Vec::new(),
        };
        let mut wrong = false;
        for node in nodes {
            let Some(expr) = node.expr() else { continue };
            let name = node.name().map(|name| name.value());
            let named = name.as_deref().and_then(|name| params.iter().position(|param| param.name == name));
            let position = match (named, &name) {
                (Some(position), _) => Some(position),
                // The steps of a sequence have names of the user's own.
                (None, Some(name)) if function.name != "sequence_detect" => {
                    let closest = suggest::closest(name, params.iter().map(|param| param.name));
                    let mut diagnostic = diagnostics::unknown_argument(function.name, name, None, self.span(&expr));
                    if let Some(closest) = closest {
                        diagnostic = diagnostic.with_help(format!("did you mean `{closest}`?"));
                    }
                    self.report(diagnostic);
                    wrong = true;
                    continue;
                }
                _ => self.position_of(&expr, name.is_some(), params, &used, &mut at, &inner),
            };
            let Some((param, uses)) = position.and_then(|at| Some((params.get(at)?, used.get_mut(at)?))) else {
                self.report(diagnostics::arity_between(
                    function.name,
                    "fewer",
                    used.iter().map(|n| usize::from(*n)).sum::<usize>() + 1,
                    span,
                ));
                return None;
            };
            *uses = uses.saturating_add(1);
            if param.occurs.0 == 0 && is_tilde(&expr) {
                continue;
            }
            match self.plugin_argument(function, param, &expr, input, &given, &inner) {
                Some(value) => {
                    given.args.push(PluginArg { param: param.name, value });
                    given.names.push(name);
                }
                None => wrong = true,
            }
        }
        if let Some((param, _)) = params.iter().zip(&used).find(|(param, used)| **used < param.occurs.0) {
            self.report(diagnostics::arity_between(
                function.name,
                &format!("at least an argument for {}", param.name),
                call.arguments().count(),
                span,
            ));
            return None;
        }
        if wrong {
            return None;
        }
        self.align_with_timeline(function, &mut given).then_some(given)
    }

    /// The parameters of the signature that takes this many arguments.
    fn plugin_parameters(&mut self, function: &'static Function, count: usize, span: Span) -> Option<&'static [Param]> {
        let bounds = |params: &[Param]| {
            let least: usize = params.iter().map(|param| usize::from(param.occurs.0)).sum();
            let most: usize = params.iter().map(|param| usize::from(param.occurs.1)).sum();
            (least, most)
        };
        let fitting = function.signatures.iter().find(|signature| {
            let (least, most) = bounds(signature.params);
            (least..=most).contains(&count)
        });
        if fitting.is_none() {
            let (least, most) = function
                .signatures
                .iter()
                .map(|signature| bounds(signature.params))
                .fold((usize::MAX, 0), |(least, most), (l, m)| (least.min(l), most.max(m)));
            let diagnostic = if least == most {
                diagnostics::arity(function.name, &least.to_string(), count, span)
            } else if most > 1000 {
                diagnostics::arity_between(function.name, &format!("at least {least}"), count, span)
            } else {
                diagnostics::arity_between(function.name, &format!("{least} to {most}"), count, span)
            };
            self.report(diagnostic);
        }
        fitting.map(|signature| signature.params)
    }

    /// The parameter that the next argument is for: the first with room that can be meant.
    fn position_of(&self, expr: &ast::Expr, named: bool, params: &[Param], used: &[u16], at: &mut usize, ctx: &Context) -> Option<usize> {
        while let (Some(param), Some(uses)) = (params.get(*at), used.get(*at)) {
            let full = *uses >= param.occurs.1;
            let optional = *uses >= param.occurs.0;
            let later = || params.iter().skip(*at + 1).any(|later| self.can_be_meant(later, expr, named, ctx));
            if !full && (self.can_be_meant(param, expr, named, ctx) || !optional || !later()) {
                return Some(*at);
            }
            *at += 1;
        }
        None
    }

    fn can_be_meant(&self, param: &Param, expr: &ast::Expr, named: bool, ctx: &Context) -> bool {
        if param.occurs.0 == 0 && is_tilde(expr) {
            return true;
        }
        let column = match expr {
            ast::Expr::Name(name) => ctx.rows.as_ref().and_then(|rows| rows.column(&name.value())),
            _ => None,
        };
        let tabular = column.is_none() && self.kind_of(expr, &ctx.env) == Kind::Table && self.is_tabular(expr, ctx);
        if tabular || param.ty == ParamType::Tabular {
            return tabular && param.ty == ParamType::Tabular;
        }
        match param.arg {
            ArgKind::Column | ArgKind::ColumnOfBoth => column.is_some() && !named,
            ArgKind::Literal => matches!(expr, ast::Expr::Literal(_)),
            ArgKind::Constant => column.is_none(),
            _ if param.ty == ParamType::Exact(KqlType::Bool) => named || column.is_none_or(|column| column.ty == KqlType::Bool),
            _ => true,
        }
    }

    fn plugin_argument(
        &mut self,
        function: &'static Function,
        param: &'static Param,
        node: &ast::Expr,
        input: Option<&Rel>,
        before: &Given,
        ctx: &Context,
    ) -> Option<PluginValue> {
        let span = self.span(node);
        if param.ty == ParamType::Tabular {
            if !self.is_tabular(node, ctx) {
                self.report(diagnostics::scalar_in_tabular_place(span));
                return None;
            }
            return Some(PluginValue::Table(self.rel(node, &ctx.without_rows(), None)));
        }
        if param.arg == ArgKind::ColumnOfFirst {
            return self.column_of_table(function, node, before.table()?);
        }
        let expr = self.expr(node, ctx);
        if expr.ty == KqlType::Unknown && !matches!(expr.kind, ExprKind::Column(_)) {
            return None;
        }
        let is_column = input.is_some_and(|input| Self::own_column(&expr, &input.columns).is_some());
        let position = before.args.len();
        match param.arg {
            ArgKind::Column | ArgKind::ColumnOfBoth if !is_column => {
                let message = format!("{}(): argument {} ({}) must be a column", function.name, position + 1, param.name);
                self.report(diagnostics::general(message, span));
                return None;
            }
            ArgKind::ColumnOfBoth => {
                self.column_of_table(function, node, before.table()?)?;
            }
            ArgKind::Constant if !is_constant(&expr) => {
                self.report(diagnostics::constant_expected(
                    &format!("{}(): {}", function.name, param.name),
                    span,
                ));
                return None;
            }
            ArgKind::Literal if !is_constant(&expr) => {
                self.report(diagnostics::literal_expected(function.name, position, span));
                return None;
            }
            _ => {}
        }
        let word = CALENDAR_STEPS.contains(&param.name) && expr.ty == KqlType::String;
        let argument = Argument {
            ty: expr.ty,
            is_null: false,
            type_literal: None,
            tabular: false,
        };
        if !word && accepts(param, &argument, &[]).is_none() {
            let expected = expected_words(param.ty);
            self.report(diagnostics::argument_type(
                "SEM0201",
                function.name,
                position,
                &expected,
                expr.ty,
                span,
            ));
            return None;
        }
        Some(PluginValue::Expr(match param.ty {
            ParamType::Exact(ty) => convert(expr, ty),
            _ => expr,
        }))
    }

    fn column_of_table(&mut self, function: &Function, node: &ast::Expr, table: &Rel) -> Option<PluginValue> {
        let span = self.span(node);
        let ast::Expr::Name(name) = node else {
            self.report(diagnostics::general(
                format!("{}(): a column of the lookup table is expected here", function.name),
                span,
            ));
            return None;
        };
        let name = name.value();
        let Some(column) = find(&table.columns, &name) else {
            if !table.open {
                let closest = suggest::closest(&name, table.columns.iter().map(|column| column.name.as_str()));
                self.report(diagnostics::unknown_column(&name, closest, span));
            }
            return None;
        };
        Some(PluginValue::Expr(crate::binder::read(column, span)))
    }

    /// Checks that starts, ends and steps are values and distances of the timeline's type.
    fn align_with_timeline(&mut self, function: &Function, given: &mut Given) -> bool {
        let timeline = ["TimelineColumn", "IndexColumn"]
            .iter()
            .find_map(|param| given.expr(param))
            .map(|expr| expr.ty);
        let Some(timeline) = timeline.filter(|ty| *ty != KqlType::Unknown) else {
            return true;
        };
        let distance = if timeline == KqlType::DateTime {
            KqlType::TimeSpan
        } else {
            timeline
        };
        let mut problems = Vec::new();
        for (at, arg) in given.args.iter_mut().enumerate() {
            let wanted = match arg.param {
                // `activity_metrics(id, time, step)` declares its step as a start.
                "Start" if function.name == "activity_metrics" && given.names.len() == 3 => distance,
                param if POINTS.contains(&param) => timeline,
                param if DISTANCES.contains(&param) => distance,
                _ => continue,
            };
            let PluginValue::Expr(expr) = &mut arg.value else { continue };
            let word = expr.ty == KqlType::String;
            if expr.ty == wanted || word || expr.ty == KqlType::Unknown {
                continue;
            }
            if expr.ty.is_number() && wanted.is_number() {
                *expr = convert(expr.clone(), wanted);
            } else {
                problems.push(diagnostics::argument_type(
                    "SEM0201",
                    function.name,
                    at,
                    &wanted.to_string(),
                    expr.ty,
                    expr.span,
                ));
            }
        }
        let fine = problems.is_empty();
        problems.into_iter().for_each(|problem| self.report(problem));
        fine
    }
}

/// `'~'`, which asks for the default of an optional parameter.
fn is_tilde(expr: &ast::Expr) -> bool {
    match expr {
        ast::Expr::Literal(literal) => matches!(literal.value(), Some(LiteralValue::String(text)) if text == "~"),
        _ => false,
    }
}
