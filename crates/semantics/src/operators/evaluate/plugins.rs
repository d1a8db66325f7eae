//! Plugins that have a plan node of their own, whose columns do not depend on the data.

use quarry_schema::{Function, KqlType};
use quarry_syntax::ast;
use quarry_text::Span;

use super::arguments::Given;
use crate::binder::{Binder, convert, nothing, read, rel};
use crate::diagnostics;
use crate::ir::{Column, ExprKind, FunctionRef, Literal, Rel, RelKind};
use crate::operators::join::both_sides;
use crate::scope::{Context, find};

use KqlType::{Dynamic, Long, Real, String as Text, TimeSpan};

/// Plugins that run foreign code or ask other services: their arguments are not looked at, and they are refused when they would run.
const OUTSIDE: &[&str] = &[
    "ai_chat_completion",
    "ai_chat_completion_prompt",
    "ai_embed_text",
    "ai_embeddings",
    "azure_digital_twins_query_request",
    "cosmosdb_sql_request",
    "csharp",
    "dax_request",
    "execute_query",
    "execute_show_command",
    "external_datatable",
    "http_request",
    "http_request_post",
    "identity_v3",
    "infer_storage_schema",
    "infer_storage_schema_with_suggestions",
    "mysql_request",
    "postgresql_request",
    "python",
    "r",
    "sql_request",
];

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
        if OUTSIDE.contains(&function.name) {
            return self.outside(function, call, input, schema, span);
        }
        if input.is_none() {
            self.report(diagnostics::general(format!("{} needs rows before it", function.name), span));
            return nothing(span);
        }
        let Some(given) = self.plugin_arguments(function, call, input.as_ref(), span, ctx) else {
            return nothing(span);
        };
        let source = input.as_ref().map(|input| input.columns.clone()).unwrap_or_default();
        let Some(columns) = self.plugin_columns(function.name, &source, &given) else {
            return self.not_yet(function.name, input, span);
        };
        let open = input.as_ref().is_some_and(|input| input.open) || given.table().is_some_and(|table| table.open);
        let serialized = function.name == "rows_near" && input.as_ref().is_some_and(|input| input.serialized);
        let kind = RelKind::Plugin {
            function: FunctionRef(function),
            input,
            args: given.args,
        };
        let result = rel(kind, columns, serialized, open, span);
        match schema {
            Some(schema) => self.declared_result(function.name, result, &source, &schema, span),
            None => result,
        }
    }

    /// The columns that the query declares for the result. They must be among those that come out.
    fn declared_result(&mut self, plugin: &'static str, result: Rel, source: &[Column], schema: &ast::RowSchema, span: Span) -> Rel {
        let mut wanted = if schema.has_star() { source.to_vec() } else { Vec::new() };
        wanted.extend(self.schema_columns(schema));
        let items: Option<Vec<_>> = wanted
            .iter()
            .map(|to| {
                let from = find(&result.columns, &to.name)?;
                Some((self.column(to.name.clone(), to.ty), convert(read(from, span), to.ty)))
            })
            .collect();
        match items {
            Some(items) => self.project(result, items, false, span),
            None => rel(
                RelKind::Unsupported {
                    operator: plugin,
                    inputs: vec![result],
                },
                wanted,
                false,
                false,
                span,
            ),
        }
    }

    /// A plugin that will not run: its columns as far as they are known, so that the rest of the query can be checked.
    fn outside(
        &mut self,
        function: &'static Function,
        call: &ast::CallExpr,
        input: Option<Rel>,
        schema: Option<ast::RowSchema>,
        span: Span,
    ) -> Rel {
        let first = call.arguments().next().and_then(|arg| arg.expr());
        let schema = schema.or_else(|| match &first {
            Some(ast::Expr::TypeOf(type_of)) => type_of.schema(),
            _ => None,
        });
        let source = input.as_ref().map(|input| input.columns.clone()).unwrap_or_default();
        let kind = RelKind::Plugin {
            function: FunctionRef(function),
            input,
            args: Vec::new(),
        };
        let mut result = rel(kind, Vec::new(), false, true, span);
        if let Some(schema) = schema {
            result.columns = if schema.has_star() { source } else { Vec::new() };
            result.columns.extend(self.schema_columns(&schema));
            result.open = false;
            return result;
        }
        let added = match function.name {
            "ai_chat_completion" | "ai_chat_completion_prompt" => Some(("completion", Text)),
            "ai_embed_text" => Some(("embedding", Dynamic)),
            "ai_embeddings" => Some(("embeddings", Dynamic)),
            _ => None,
        };
        if let (Some((suffix, ty)), Some(ast::Expr::Name(name))) = (added, first) {
            result.columns = source;
            result.columns.push(self.column(format!("{}_{suffix}", name.value()), ty));
            result.open = false;
            return result;
        }
        let known: &[(&str, KqlType)] = match function.name {
            "identity_v3" => {
                result.columns = source;
                result.open = false;
                return result;
            }
            "http_request" | "http_request_post" => &[("ResponseHeaders", Dynamic), ("ResponseBody", Dynamic)],
            "infer_storage_schema" => &[("CslSchema", Text)],
            "infer_storage_schema_with_suggestions" => &[("SuggestedTableSchema", Text)],
            _ => return result,
        };
        result.columns = known.iter().map(|(name, ty)| self.column(*name, *ty)).collect();
        result.open = false;
        result
    }

    /// The same columns under ids of their own.
    fn fresh(&mut self, columns: &[Column]) -> Vec<Column> {
        columns.iter().map(|column| self.column(column.name.clone(), column.ty)).collect()
    }

    fn plugin_columns(&mut self, name: &str, source: &[Column], given: &Given) -> Option<Vec<Column>> {
        let metrics: &[(&str, KqlType)] = match name {
            "active_users_count" => &[("dcount", Long)],
            "activity_counts_metrics" => &[("count", Long), ("dcount", Long), ("new_dcount", Long), ("aggregated_dcount", Long)],
            "activity_engagement" => &[
                ("dcount_activities_inner", Long),
                ("dcount_activities_outer", Long),
                ("activity_ratio", Real),
            ],
            "activity_metrics" => &[
                ("dcount_values", Long),
                ("dcount_newvalues", Long),
                ("retention_rate", Real),
                ("churn_rate", Real),
            ],
            "session_count" => &[("count_sessions", Long)],
            "sliding_window_counts" => &[("Count", Long), ("Dcount", Long)],
            "rolling_percentile" => return Some(self.rolling_columns(source, given)),
            "new_activity_metrics" => return Some(self.cohort_columns(source, given)),
            "funnel_sequence_completion" => return Some(self.funnel_columns(source, given)),
            "sequence_detect" => return Some(self.sequence_columns(source, given)),
            "ipv4_lookup" | "ipv6_lookup" | "geo_polygon_lookup" | "geo_line_lookup" => {
                return Some(self.lookup_columns(name, source, given));
            }
            "funnel_sequence" => {
                let time = given.column("TimelineColumn", source)?;
                let (name, ty) = (time.name.clone(), time.ty);
                let mut columns = vec![self.column(name, ty)];
                columns.extend(self.named(&[("prev", Text), ("next", Text), ("dcount", Long), ("samples", Dynamic)]));
                return Some(columns);
            }
            "narrow" => return Some(self.named(&[("Row", Long), ("Column", Text), ("Value", Text)])),
            "schema_merge" => {
                return Some(self.named(&[
                    ("ColumnName", Text),
                    ("ColumnOrdinal", Long),
                    ("DataType", Text),
                    ("ColumnType", Text),
                ]));
            }
            "autocluster" | "basket" => return Some(self.segment_columns(&[("Count", Long), ("Percent", Real)], source)),
            "diffpatterns" => {
                let measures = [
                    ("CountA", Long),
                    ("CountB", Long),
                    ("PercentA", Real),
                    ("PercentB", Real),
                    ("PercentDiffAB", Real),
                ];
                // The column that splits the rows does not come out.
                let split = given.column("SplitColumn", source)?.id;
                let source: Vec<Column> = source.iter().filter(|column| column.id != split).cloned().collect();
                return Some(self.segment_columns(&measures, &source));
            }
            "diffpatterns_text" => {
                return Some(self.named(&[
                    ("Count_of_True", Long),
                    ("Count_of_False", Long),
                    ("Percent_of_True", Real),
                    ("Percent_of_False", Real),
                    ("Pattern", Text),
                ]));
            }
            "rows_near" => return Some(self.fresh(source)),
            _ => return None,
        };
        let mut columns: Vec<Column> = given.column("TimelineColumn", source).into_iter().cloned().collect();
        columns.extend(given.columns("Dimension", source).into_iter().cloned());
        let mut columns = self.fresh(&columns);
        columns.extend(self.named(metrics));
        Some(columns)
    }

    fn named(&mut self, columns: &[(&str, KqlType)]) -> Vec<Column> {
        columns.iter().map(|(name, ty)| self.column(*name, *ty)).collect()
    }

    fn segment_columns(&mut self, measures: &[(&str, KqlType)], source: &[Column]) -> Vec<Column> {
        let mut columns = self.named(&[("SegmentId", Long)]);
        columns.extend(self.named(measures));
        columns.extend(self.fresh(source));
        columns
    }

    fn rolling_columns(&mut self, source: &[Column], given: &Given) -> Vec<Column> {
        let mut columns: Vec<Column> = given.column("IndexColumn", source).into_iter().cloned().collect();
        columns.extend(given.columns("Dimension", source).into_iter().cloned());
        let mut columns = self.fresh(&columns);
        let text = |param: &str| {
            let literal = given.expr(param).and_then(|expr| self.folded(expr));
            literal.map(|literal| number_text(&literal)).unwrap_or_default()
        };
        if let Some(value) = given.column("ValueColumn", source) {
            let name = format!("rolling_{}_percentile_{}_{}", text("BinsPerWindow"), value.name, text("Percentile"));
            columns.push(self.column(name, value.ty));
        }
        columns
    }

    fn cohort_columns(&mut self, source: &[Column], given: &Given) -> Vec<Column> {
        let mut columns = Vec::new();
        if let Some(timeline) = given.column("TimelineColumn", source) {
            columns.push(self.column(format!("from_{}", timeline.name), timeline.ty));
            columns.push(self.column(format!("to_{}", timeline.name), timeline.ty));
        }
        for dimension in given.columns("Dimension", source) {
            columns.push(self.column(dimension.name.clone(), dimension.ty));
        }
        columns.extend(self.named(&[
            ("dcount_new_values", Long),
            ("dcount_retained_values", Long),
            ("dcount_churn_values", Long),
            ("retention_rate", Real),
            ("churn_rate", Real),
        ]));
        columns
    }

    fn funnel_columns(&mut self, source: &[Column], given: &Given) -> Vec<Column> {
        let mut columns = Vec::new();
        if let Some(timeline) = given.column("TimelineColumn", source) {
            columns.push(self.column(timeline.name.clone(), timeline.ty));
        }
        if let Some(state) = given.column("StateColumn", source) {
            columns.push(self.column(state.name.clone(), Text));
        }
        columns.extend(self.named(&[("Period", TimeSpan), ("dcount", Long)]));
        columns
    }

    /// The dimensions, the time of each step, and how long the sequence took.
    fn sequence_columns(&mut self, source: &[Column], given: &Given) -> Vec<Column> {
        let dimensions: Vec<Column> = given.columns("Dimension", source).into_iter().cloned().collect();
        let mut columns = self.fresh(&dimensions);
        let Some(timeline) = given.column("TimelineColumn", source) else {
            return columns;
        };
        let steps = given.args.iter().zip(&given.names).filter(|(arg, _)| arg.param == "Expr");
        for ((_, name), expr) in steps.zip(given.exprs("Expr")) {
            let own = source.iter().find(|column| expr.kind == ExprKind::Column(column.id));
            let name = name.clone().or_else(|| own.map(|column| column.name.clone())).unwrap_or_default();
            columns.push(self.column(format!("{name}_{}", timeline.name), timeline.ty));
        }
        columns.push(self.column("Duration", TimeSpan));
        columns
    }

    /// The columns of both sides. Keys that are equal on both sides come once; a shape only when it is asked for.
    fn lookup_columns(&mut self, name: &str, source: &[Column], given: &Given) -> Vec<Column> {
        let table = given.table().map(|table| table.columns.clone()).unwrap_or_default();
        let extra = given.columns("ExtraKey", source);
        let wants_key = given.expr("return_lookup_key").and_then(|expr| self.folded(expr)) == Some(Literal::Bool(true));
        let shape = ["LookupPolygonKey", "LookupLineKey"]
            .iter()
            .find_map(|param| given.column(param, &table))
            .filter(|_| !wants_key)
            .map(|column| column.id);
        let brought: Vec<Column> = table
            .into_iter()
            .filter(|column| Some(column.id) != shape && !extra.iter().any(|key| key.name == column.name))
            .collect();
        let columns = if name == "ipv6_lookup" {
            both_sides(&brought, source)
        } else {
            both_sides(source, &brought)
        };
        self.fresh(&columns)
    }
}

/// A number as it stands in the name of a column.
fn number_text(literal: &Literal) -> String {
    match literal {
        Literal::Int(value) => value.to_string(),
        Literal::Long(value) => value.to_string(),
        Literal::Real(value) => value.to_string(),
        Literal::Decimal(digits) => digits.clone(),
        _ => String::new(),
    }
}
