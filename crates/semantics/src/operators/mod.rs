//! Tabular operators, one file for each, by its KQL name.

mod as_;
mod consume;
mod count;
mod distinct;
mod evaluate;
mod extend;
mod facet;
mod find;
mod fork;
mod getschema;
mod graph;
mod graph_mark_components;
mod graph_match;
mod graph_pattern;
mod graph_to_table;
mod invoke;
mod join;
mod lookup;
mod macro_expand;
mod make_graph;
mod make_series;
mod mv_apply;
mod mv_expand;
mod parse;
mod parse_kv;
mod partition;
mod print;
mod project;
mod project_away;
mod project_rename;
mod project_reorder;
mod range;
mod reduce;
mod render;
mod sample;
mod scan;
mod search;
mod serialize;
mod sort;
mod summarize;
mod take;
mod top;
mod top_hitters;
mod top_nested;
mod top_nested_others;
mod union;
mod where_;
mod wildcard;

pub(crate) use graph::graph_rel;
pub(crate) use union::pattern_of;
pub(crate) use wildcard::matches;

use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel};
use crate::diagnostics;
use crate::ir::{Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    /// Binds one operator of a pipeline over the rows before it.
    pub(crate) fn operator(&mut self, node: &ast::Operator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        if input.is_some() && matches!(node, ast::Operator::Print(_) | ast::Operator::Range(_)) {
            let message = format!("{} takes no rows: it must be the first operator", node.keyword());
            self.report(diagnostics::general(message, span));
        }
        match node {
            ast::Operator::Print(node) => return self.print(node, span, ctx),
            ast::Operator::Range(node) => return self.range(node, span, ctx),
            ast::Operator::Union(node) => return self.union(node, input, span, ctx),
            ast::Operator::Search(node) => return self.search(node, input, span, ctx),
            ast::Operator::Find(node) => return self.find(node, input, span, ctx),
            ast::Operator::Evaluate(node) => return self.evaluate(node, input, span, ctx),
            ast::Operator::MacroExpand(node) => return self.macro_expand(node, span, ctx),
            _ => {}
        }
        let Some(input) = input else {
            self.report(diagnostics::general(format!("{} needs rows before it", node.keyword()), span));
            return nothing(span);
        };
        if !matches!(
            node,
            ast::Operator::GraphMatch(_)
                | ast::Operator::GraphShortestPaths(_)
                | ast::Operator::GraphToTable(_)
                | ast::Operator::GraphMarkComponents(_)
                | ast::Operator::GraphWhereNodes(_)
                | ast::Operator::GraphWhereEdges(_)
        ) && self.refuse_graph(&input, span)
        {
            return nothing(span);
        }
        match node {
            ast::Operator::Where(node) => self.where_(node, input, span, ctx),
            ast::Operator::Extend(node) => self.extend(node.items().collect(), input, span, ctx),
            ast::Operator::Project(node) => self.project_operator(node, input, span, ctx),
            ast::Operator::ProjectAway(node) => self.project_away(node.items().collect(), input, span),
            ast::Operator::ProjectKeep(node) => self.project_keep(node.items().collect(), input, span),
            ast::Operator::ProjectRename(node) => self.project_rename(node, input, span),
            ast::Operator::ProjectReorder(node) => self.project_reorder(node, input, span),
            ast::Operator::ProjectByNames(node) => self.project_by_names(node.items().collect(), input, span, ctx),
            ast::Operator::Summarize(node) => self.summarize(node, input, span, ctx),
            ast::Operator::Distinct(node) => self.distinct(node, input, span, ctx),
            ast::Operator::Count(node) => self.count(node, input, span),
            ast::Operator::Sort(node) => self.sort(node, input, span, ctx),
            ast::Operator::Top(node) => self.top(node, input, span, ctx),
            ast::Operator::TopNested(node) => self.top_nested(node, input, span, ctx),
            ast::Operator::TopHitters(node) => self.top_hitters(node, input, span, ctx),
            ast::Operator::Take(node) => self.take(node, input, span, ctx),
            ast::Operator::Sample(node) => self.sample(node, input, span, ctx),
            ast::Operator::SampleDistinct(node) => self.sample_distinct(node, input, span, ctx),
            ast::Operator::Join(node) => self.join(node, input, span, ctx),
            ast::Operator::Lookup(node) => self.lookup(node, input, span, ctx),
            ast::Operator::MvExpand(node) => self.mv_expand(node, input, span, ctx),
            ast::Operator::MvApply(node) => self.mv_apply(node, input, span, ctx),
            ast::Operator::Parse(node) => self.parse(node, input, span, ctx),
            ast::Operator::ParseWhere(node) => self.parse_where(node, input, span, ctx),
            ast::Operator::ParseKv(node) => self.parse_kv(node, input, span, ctx),
            ast::Operator::MakeSeries(node) => self.make_series(node, input, span, ctx),
            ast::Operator::Invoke(node) => self.invoke(node, input, span, ctx),
            ast::Operator::As(node) => self.as_(node, input, span),
            ast::Operator::Serialize(node) => self.serialize(node, input, span, ctx),
            ast::Operator::Partition(node) => self.partition(node, input, span, ctx),
            ast::Operator::Fork(node) => self.fork(node, input, span, ctx),
            ast::Operator::Facet(node) => self.facet(node, input, span, ctx),
            ast::Operator::Reduce(node) => self.reduce(node, input, span, ctx),
            ast::Operator::Scan(node) => self.scan(node, input, span, ctx),
            ast::Operator::GetSchema(_) => self.get_schema(input, span),
            ast::Operator::Consume(_) => self.consume(input, span),
            ast::Operator::Render(node) => self.render(node, input, span),
            ast::Operator::AssertSchema(_) | ast::Operator::ExecuteAndCache(_) => input,
            ast::Operator::MakeGraph(_)
            | ast::Operator::GraphMatch(_)
            | ast::Operator::GraphShortestPaths(_)
            | ast::Operator::GraphToTable(_)
            | ast::Operator::GraphMarkComponents(_)
            | ast::Operator::GraphWhereNodes(_)
            | ast::Operator::GraphWhereEdges(_) => self.graph_operator(node, input, span, ctx),
            // The parser has reported it.
            ast::Operator::Unknown(_)
            | ast::Operator::Print(_)
            | ast::Operator::Range(_)
            | ast::Operator::Union(_)
            | ast::Operator::Search(_)
            | ast::Operator::Find(_)
            | ast::Operator::Evaluate(_)
            | ast::Operator::MacroExpand(_) => nothing(span),
        }
    }

    /// An operator that is understood but has no plan yet; its columns are not known.
    pub(crate) fn not_yet(&mut self, operator: &'static str, input: Option<Rel>, span: Span) -> Rel {
        rel(
            RelKind::Unsupported {
                operator,
                inputs: input.into_iter().collect(),
            },
            Vec::new(),
            false,
            true,
            span,
        )
    }
}
