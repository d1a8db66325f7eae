//! Plugins whose columns do not depend on the data.

use quarry_schema::{Function, KqlType};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{AggregateSink, Binder, rel, rows_of};
use crate::ir::{Column, ExprKind, FunctionRef, Literal, PluginArg, Rel, RelKind};
use crate::kinds::Kind;
use crate::operators::join::both_sides;
use crate::scope::{Context, find};

use KqlType::{Long, Real, String as Text};

impl Binder<'_> {
    pub(super) fn plugin(
        &mut self,
        function: &'static Function,
        call: &ast::CallExpr,
        input: Option<Rel>,
        schema: Option<ast::RowSchema>,
        span: Span,
        ctx: &Context,
    ) -> Rel {
        let args = self.plugin_args(call, input.as_ref(), ctx);
        let source = input.as_ref().map(|input| input.columns.clone()).unwrap_or_default();
        let known = match &schema {
            Some(schema) => {
                let mut columns = if schema.has_star() { source.clone() } else { Vec::new() };
                columns.extend(self.schema_columns(schema));
                Some(columns)
            }
            None if function.name == "sequence_detect" => Some(self.sequence_columns(call, &source)),
            None => self.plugin_columns(function.name, &source, &args),
        };
        match known {
            Some(columns) => {
                let open = input.as_ref().is_some_and(|input| input.open);
                rel(
                    RelKind::Plugin {
                        function: FunctionRef(function),
                        input,
                        args,
                    },
                    columns,
                    false,
                    open,
                    span,
                )
            }
            None => self.not_yet(function.name, input, span),
        }
    }

    fn plugin_args(&mut self, call: &ast::CallExpr, input: Option<&Rel>, ctx: &Context) -> Vec<PluginArg> {
        let inner = match input {
            Some(input) => Context::new(&ctx.env, rows_of(input)),
            None => ctx.without_rows(),
        };
        let mut table: Option<Vec<Column>> = None;
        let mut args = Vec::new();
        for node in call.arguments() {
            let Some(expr) = node.expr() else { continue };
            // `typeof(*, x:long)`: a script's output, which is no type of a value.
            if matches!(&expr, ast::Expr::TypeOf(node) if node.schema().is_some()) {
                args.push(PluginArg::Constant(Literal::Type(KqlType::Unknown)));
                continue;
            }
            if self.kind_of(&expr, &inner.env) == Kind::Table && self.is_tabular(&expr, &inner) {
                let rel = self.rel(&expr, &ctx.without_rows(), None);
                table = Some(rel.columns.clone());
                args.push(PluginArg::Table(rel));
                continue;
            }
            // A column of the table argument, where the input has none of that name.
            if let ast::Expr::Name(name) = &expr {
                let name = name.value();
                let of_input = inner.rows.as_ref().and_then(|rows| rows.column(&name)).is_some();
                if !of_input && let Some(column) = table.as_ref().and_then(|columns| find(columns, &name)) {
                    args.push(PluginArg::Column(column.id));
                    continue;
                }
            }
            let outer = self.sink.replace(AggregateSink::default());
            let bound = self.expr(&expr, &inner);
            let sink = std::mem::replace(&mut self.sink, outer).unwrap_or_default();
            if let Some(call) = sink.calls.into_iter().next() {
                args.push(PluginArg::Aggregate(call));
                continue;
            }
            args.push(match (&bound.kind, self.folded(&bound)) {
                (ExprKind::Column(id), _) => PluginArg::Column(*id),
                (_, Some(constant)) => PluginArg::Constant(constant),
                _ => PluginArg::Expr(bound),
            });
        }
        args
    }

    /// The dimensions, the time of each step, and how long the sequence took.
    fn sequence_columns(&mut self, call: &ast::CallExpr, source: &[Column]) -> Vec<Column> {
        let args: Vec<ast::NamedExpr> = call.arguments().collect();
        let bare = |arg: &ast::NamedExpr| match arg.expr() {
            Some(ast::Expr::Name(name)) => find(source, &name.value()).cloned(),
            _ => None,
        };
        let timeline = args.first().and_then(bare).map(|column| column.name).unwrap_or_default();
        let dimensions: Vec<Column> = args.iter().skip(3).filter(|arg| arg.name().is_none()).filter_map(bare).collect();
        let steps: Vec<String> = args.iter().skip(3).filter_map(|arg| arg.name()).map(|name| name.value()).collect();
        let mut columns: Vec<Column> = dimensions
            .iter()
            .map(|column| self.column(column.name.clone(), column.ty))
            .collect();
        for step in steps {
            columns.push(self.column(format!("{step}_{timeline}"), KqlType::DateTime));
        }
        columns.push(self.column("Duration", KqlType::TimeSpan));
        columns
    }

    /// The same columns under ids of their own.
    fn fresh(&mut self, columns: &[Column]) -> Vec<Column> {
        columns.iter().map(|column| self.column(column.name.clone(), column.ty)).collect()
    }

    fn plugin_columns(&mut self, name: &str, source: &[Column], args: &[PluginArg]) -> Option<Vec<Column>> {
        let fixed: &[(&str, KqlType)] = match name {
            "narrow" => &[("Row", Long), ("Column", Text), ("Value", Text)],
            "autocluster" | "basket" => &[("SegmentId", Long), ("Count", Long), ("Percent", Real)],
            "identity" | "preview" | "rows_near" => return Some(source.to_vec()),
            "ipv4_lookup" => {
                let table = args.iter().find_map(|arg| {
                    if let PluginArg::Table(rel) = arg {
                        Some(rel.columns.clone())
                    } else {
                        None
                    }
                })?;
                return Some(self.fresh(&both_sides(source, &table)));
            }
            "ipv6_lookup" => {
                let table = args.iter().find_map(|arg| {
                    if let PluginArg::Table(rel) = arg {
                        Some(rel.columns.clone())
                    } else {
                        None
                    }
                })?;
                return Some(self.fresh(&both_sides(&table, source)));
            }
            _ => return None,
        };
        let mut columns: Vec<Column> = fixed.iter().map(|(name, ty)| self.column(*name, *ty)).collect();
        if name != "narrow" {
            for column in source {
                columns.push(self.column(column.name.clone(), column.ty));
            }
        }
        Some(columns)
    }
}
