//! The representation as indented text, for `explain` and for snapshot tests.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use super::{
    Aggregate, BinaryOp, Candidates, Column, ColumnId, Expr, ExprKind, GraphMatch, Literal, LogicalOp, MembershipOp, MvExpand, ParsePart,
    PathSegment, PluginValue, Query, Rel, RelKind, Scan, SubqueryKind, TextOp, UnionLeg,
};
use crate::literal::{format_datetime, format_guid, format_timespan, json_string};

/// Results with more columns than this are shown by what is new in them.
const WIDE: usize = 12;

/// The query as an indented tree: one operator a line with its result columns, inputs below.
#[must_use]
pub fn display(query: &Query) -> String {
    let mut out = String::new();
    for subquery in &query.subqueries {
        let kind = match subquery.kind {
            SubqueryKind::Table => "table".to_owned(),
            SubqueryKind::Scalar(ty) => format!("scalar {ty}"),
            SubqueryKind::Set(ty) => format!("set of {ty}"),
        };
        let _ = writeln!(out, "subquery #{} ({kind})", subquery.id);
        tree(&mut out, &subquery.rel, 1);
    }
    for (at, result) in query.results.iter().enumerate() {
        let _ = match &result.render {
            Some(render) => writeln!(out, "result {at} render {}", render.visualization),
            None => writeln!(out, "result {at}"),
        };
        tree(&mut out, &result.rel, 1);
    }
    out
}

fn tree(out: &mut String, rel: &Rel, depth: usize) {
    let indent = "  ".repeat(depth);
    let head = head(rel);
    let _ = writeln!(out, "{indent}{}{}", head.trim_end(), columns(rel));
    for input in inputs(rel) {
        tree(out, input, depth + 1);
    }
}

/// The result columns where they are not simply the input's. Of wide results only the new columns are listed.
fn columns(rel: &Rel) -> String {
    let below = inputs(rel);
    if let [input] = below.as_slice()
        && input.columns == rel.columns
    {
        return String::new();
    }
    let wide = rel.columns.len() > WIDE;
    let known: HashSet<ColumnId> = below.iter().flat_map(|input| &input.columns).map(|column| column.id).collect();
    let new = |column: &&Column| !wide || !known.contains(&column.id);
    let mut parts: Vec<String> = rel
        .columns
        .iter()
        .filter(new)
        .map(|c| format!("{}#{}:{}", c.name, c.id, c.ty))
        .collect();
    if wide && parts.len() < rel.columns.len() {
        parts.insert(0, format!("{} columns", rel.columns.len() - parts.len()));
    }
    if rel.open {
        parts.push("*".to_owned());
    }
    format!(" -> ({})", parts.join(", "))
}

/// The items of a projection that are not columns kept as they are.
fn computed(items: &[(ColumnId, Expr)]) -> String {
    let kept = |(id, expr): &&(ColumnId, Expr)| !matches!(expr.kind, ExprKind::Column(source) if source == *id);
    list(items.iter().filter(kept).map(|(id, expr)| format!("#{id}={expr}")))
}

fn head(rel: &Rel) -> String {
    let id = |id: &u32| format!("#{id}");
    let items = |items: &[(u32, Expr)]| list(items.iter().map(|(id, expr)| format!("#{id}={expr}")));
    match rel.kind.as_ref() {
        RelKind::Table { name, .. } => format!("table {name}"),
        RelKind::Rows { rows } => {
            let shown = rows.iter().take(3).map(|row| format!("[{}]", list(row)));
            let more = if rows.len() > 3 { ", …" } else { "" };
            format!("rows {}x {}{more}", rows.len(), list(shown))
        }
        RelKind::Range { from, to, step } => format!("range {from} to {to} step {step}"),
        RelKind::Shared { subquery, source } => {
            format!(
                "shared #{subquery} {}",
                list(source.iter().map(|(to, from)| format!("#{to}=#{from}")))
            )
        }
        RelKind::GroupInput { source } => format!("group-input {}", list(source.iter().map(|(to, from)| format!("#{to}=#{from}")))),
        RelKind::Filter { predicate, .. } => format!("filter {predicate}"),
        RelKind::Project { items: list, .. } => format!("project {}", computed(list)),
        RelKind::Window { items: list, .. } => format!("window {}", computed(list)),
        RelKind::Summarize { keys, aggregates, .. } => {
            format!("summarize {} by {}", list(aggregates.iter().map(aggregate)), items(keys))
        }
        RelKind::Join { join, on, .. } => {
            format!(
                "join {join:?} on {}",
                list(on.iter().map(|(left, right)| format!("{left} == {right}")))
            )
        }
        RelKind::Union { legs, source_column } => {
            let label = source_column
                .as_ref()
                .map_or_else(String::new, |column| format!(" withsource {}", id(column)));
            let source = |leg: &UnionLeg| list(leg.source.iter().map(|(to, from)| format!("#{to}=#{from}")));
            let legs = legs.iter().map(|leg| format!("{}: [{}]", leg.label, source(leg)));
            format!("union{label} {}", list(legs))
        }
        RelKind::Sort { keys, .. } => format!(
            "sort {}",
            list(keys.iter().map(|key| {
                let order = if key.descending { "desc" } else { "asc" };
                let nulls = if key.nulls_first { "first" } else { "last" };
                format!("{} {order} nulls {nulls}", key.expr)
            }))
        ),
        RelKind::Take { count, .. } => format!("take {count}"),
        RelKind::MvExpand(expand) => format!("mv-expand {}", mv_expand(expand)),
        RelKind::MvApply { expand, row, .. } => format!("mv-apply {} row {}", mv_expand(expand), id(row)),
        RelKind::Partition { key, .. } => format!("partition by {}", id(key)),
        RelKind::MakeSeries(series) => format!(
            "make-series {} of {} on #{}={} from {} to {} step {}{}{} by {}",
            list(
                series
                    .series
                    .iter()
                    .map(|series| format!("#{}={} default {}", series.output, series.value, series.default))
            ),
            list(series.aggregates.iter().map(aggregate)),
            series.axis.0,
            series.axis.1,
            optional(series.from.as_ref()),
            optional(series.to.as_ref()),
            series.step,
            if series.legacy_range { " legacy" } else { "" },
            if series.nonempty { " nonempty" } else { "" },
            items(&series.keys),
        ),
        RelKind::Parse(parse) => {
            let only = if parse.only_matches { "-where" } else { "" };
            let parts = parse.pattern.iter().map(|part| match part {
                ParsePart::Star => "*".to_owned(),
                ParsePart::Text(text) => json_string(text),
                ParsePart::Column { output, ty } => format!("#{output}:{ty}"),
            });
            format!(
                "parse{only} {:?} {} with {}",
                parse.mode,
                parse.source,
                parts.collect::<Vec<_>>().join(" ")
            )
        }
        RelKind::ParseKv(parse) => {
            let keys = parse.keys.iter().map(|(id, ty, key)| format!("#{id}:{ty}={}", json_string(key)));
            format!("parse-kv {} by {:?} as {}", parse.source, parse.rules, list(keys))
        }
        RelKind::Reduce(reduce) => format!(
            "reduce by {} threshold {:?} characters {:?}{}",
            reduce.by,
            reduce.threshold,
            reduce.characters,
            reduce.pattern.map_or_else(String::new, |id| format!(" pattern #{id}"))
        ),
        RelKind::Plugin { function, args, .. } => {
            let args = args.iter().map(|arg| match &arg.value {
                PluginValue::Expr(expr) => format!("{}={expr}", arg.param),
                PluginValue::Table(_) => format!("{}=<table>", arg.param),
            });
            format!("evaluate {}({})", function.name, list(args))
        }
        RelKind::Scan(scan) => format!("scan {}", steps(scan)),
        RelKind::Sample { count, distinct, .. } => match distinct {
            Some(expr) => format!("sample-distinct {count} of {expr}"),
            None => format!("sample {count}"),
        },
        RelKind::Outside(read) => format!("outside {}", read.files.join(", ")),
        RelKind::Graph(graph) => format!("graph {graph}"),
        RelKind::GraphMatch(node) => node.to_string(),
        RelKind::GraphNodes { graph, id } => format!("graph-nodes #{id} of {graph}"),
        RelKind::Unsupported { operator, .. } => format!("unsupported {operator}"),
    }
}

pub(super) fn inputs(rel: &Rel) -> Vec<&Rel> {
    match rel.kind.as_ref() {
        RelKind::Table { .. }
        | RelKind::Rows { .. }
        | RelKind::Range { .. }
        | RelKind::Shared { .. }
        | RelKind::GroupInput { .. }
        | RelKind::Outside(_) => Vec::new(),
        RelKind::Filter { input, .. }
        | RelKind::Project { input, .. }
        | RelKind::Summarize { input, .. }
        | RelKind::Sort { input, .. }
        | RelKind::Take { input, .. }
        | RelKind::Window { input, .. }
        | RelKind::Sample { input, .. } => vec![input],
        RelKind::Join { left, right, .. } => vec![left, right],
        RelKind::Union { legs, .. } => legs.iter().map(|leg| &leg.rel).collect(),
        RelKind::MvExpand(expand) => vec![&expand.input],
        RelKind::MvApply { expand, body, .. } => vec![&expand.input, body],
        RelKind::Partition { input, body, .. } => vec![input, body],
        RelKind::MakeSeries(series) => vec![&series.input],
        RelKind::Parse(parse) => vec![&parse.input],
        RelKind::ParseKv(parse) => vec![&parse.input],
        RelKind::Reduce(reduce) => vec![&reduce.input],
        RelKind::Scan(scan) => vec![&scan.input],
        RelKind::Plugin { input, args, .. } => {
            let tables = args.iter().filter_map(|arg| {
                if let PluginValue::Table(rel) = &arg.value {
                    Some(rel)
                } else {
                    None
                }
            });
            input.iter().chain(tables).collect()
        }
        RelKind::Graph(graph) | RelKind::GraphMatch(GraphMatch { graph, .. }) | RelKind::GraphNodes { graph, .. } => {
            std::iter::once(&graph.edges)
                .chain(graph.tables.iter().map(|table| &table.rows))
                .collect()
        }
        RelKind::Unsupported { inputs, .. } => inputs.iter().collect(),
    }
}

pub(super) fn list<T: fmt::Display>(parts: impl IntoIterator<Item = T>) -> String {
    parts.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join(", ")
}

fn optional(expr: Option<&Expr>) -> String {
    expr.map_or_else(|| "-".to_owned(), Expr::to_string)
}

fn aggregate(call: &Aggregate) -> String {
    let outputs = call.outputs.iter().map(|id| format!("#{id}")).collect::<Vec<_>>().join("+");
    format!("{outputs}={}({})", call.function.name, list(&call.args))
}

fn steps(scan: &Scan) -> String {
    let steps = scan.steps.iter().map(|step| {
        let state = list(step.state.iter().map(|(id, column)| format!("#{id}=#{column}")));
        let assigned = list(step.assignments.iter().map(|(id, expr)| format!("#{id}={expr}")));
        format!("step {:?} [{state}]: {} => {assigned}", step.output, step.condition)
    });
    let declared = list(scan.declared.iter().map(|(id, expr)| format!("#{id}={expr}")));
    let id = scan.match_id.map_or_else(String::new, |id| format!(" match id #{id}"));
    format!("declare {declared}{id}; {}", steps.collect::<Vec<_>>().join("; "))
}

fn mv_expand(expand: &MvExpand) -> String {
    let items = expand
        .items
        .iter()
        .map(|item| format!("#{}={} to {}", item.output, item.expr, item.to));
    let index = expand.index.map_or_else(String::new, |id| format!(" index #{id}"));
    let limit = expand.limit.map_or_else(String::new, |limit| format!(" limit {limit}"));
    let arrays = if expand.bags_as_arrays { " bags as arrays" } else { "" };
    format!("{}{index}{limit}{arrays}", list(items))
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null(ty) => write!(f, "{ty}(null)"),
            Literal::Bool(value) => write!(f, "{value}"),
            Literal::Int(value) => write!(f, "int({value})"),
            Literal::Long(value) => write!(f, "{value}"),
            Literal::Real(value) => write!(f, "{value:?}"),
            Literal::Decimal(text) => write!(f, "decimal({text})"),
            Literal::String(text) => f.write_str(&json_string(text)),
            Literal::DateTime(ticks) => write!(f, "datetime({})", format_datetime(*ticks)),
            Literal::TimeSpan(ticks) => write!(f, "timespan({})", format_timespan(*ticks)),
            Literal::Guid(bytes) => write!(f, "guid({})", format_guid(bytes)),
            Literal::Dynamic(json) => write!(f, "dynamic({json})"),
            Literal::Type(ty) => write!(f, "typeof({ty})"),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Column(id) => write!(f, "#{id}"),
            ExprKind::Literal(value) => value.fmt(f),
            ExprKind::Call { function, args } => write!(f, "{}({})", function.name, list(args)),
            ExprKind::Unary { operand, .. } => write!(f, "-{operand}"),
            ExprKind::Binary { op, left, right } => write!(f, "({left} {op} {right})"),
            ExprKind::Logical { op, operands } => {
                let word = if *op == LogicalOp::And { " and " } else { " or " };
                let parts: Vec<String> = operands.iter().map(Expr::to_string).collect();
                write!(f, "({})", parts.join(word))
            }
            ExprKind::Membership {
                op,
                negated,
                value,
                candidates,
            } => {
                let word = match op {
                    MembershipOp::In => "in",
                    MembershipOp::InIgnoreCase => "in~",
                    MembershipOp::HasAny => "has_any",
                    MembershipOp::HasAll => "has_all",
                };
                let not = if *negated { "!" } else { "" };
                match candidates {
                    Candidates::List(items) => write!(f, "({value} {not}{word} ({}))", list(items)),
                    Candidates::Set(id) => write!(f, "({value} {not}{word} subquery #{id})"),
                }
            }
            ExprKind::Between { negated, value, low, high } => {
                write!(f, "({value} {}between {low} .. {high})", if *negated { "!" } else { "" })
            }
            ExprKind::Path { base, segments } => {
                base.fmt(f)?;
                for segment in segments {
                    match segment {
                        PathSegment::Key(key) => write!(f, "[{}]", json_string(key))?,
                        PathSegment::Index(index) => write!(f, "[{index}]")?,
                        PathSegment::Dynamic(expr) => write!(f, "[{expr}]")?,
                    }
                }
                Ok(())
            }
            ExprKind::Scalar(id) => write!(f, "subquery #{id}"),
            ExprKind::Convert(inner) => write!(f, "{}<-{}({inner})", self.ty, inner.ty),
        }
    }
}

impl fmt::Display for BinaryOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Modulo => "%",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessOrEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterOrEqual => ">=",
            BinaryOp::Text {
                op,
                case_sensitive,
                negated,
            } => {
                let word = match op {
                    TextOp::Equal => "=~",
                    TextOp::Contains => "contains",
                    TextOp::StartsWith => "startswith",
                    TextOp::EndsWith => "endswith",
                    TextOp::Has => "has",
                    TextOp::HasPrefix => "hasprefix",
                    TextOp::HasSuffix => "hassuffix",
                    TextOp::MatchesRegex => "matches regex",
                    TextOp::Like => "like",
                };
                let sensitive = *case_sensitive && !matches!(op, TextOp::Equal | TextOp::MatchesRegex);
                return write!(f, "{}{word}{}", if *negated { "!" } else { "" }, if sensitive { "_cs" } else { "" });
            }
        };
        f.write_str(word)
    }
}
