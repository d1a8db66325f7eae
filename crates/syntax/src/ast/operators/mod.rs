//! One view for each operator, with its clauses.

mod column;
mod expand;
mod graph;
mod join;
mod other;
mod parse;
mod query;
mod row;
mod series;
mod sort;

pub use column::*;
pub use expand::*;
pub use graph::*;
pub use join::*;
pub use other::*;
pub use parse::*;
pub use query::*;
pub use row::*;
pub use series::*;
pub use sort::*;

use super::{AstNode, ast_enum, ast_node, child, tokens};
use crate::SyntaxKind;

ast_enum! {
    /// One operator of a pipeline.
    Operator {
        Where(WhereOperator),
        Extend(ExtendOperator),
        Project(ProjectOperator),
        ProjectAway(ProjectAwayOperator),
        ProjectKeep(ProjectKeepOperator),
        ProjectRename(ProjectRenameOperator),
        ProjectReorder(ProjectReorderOperator),
        ProjectByNames(ProjectByNamesOperator),
        Summarize(SummarizeOperator),
        Distinct(DistinctOperator),
        Count(CountOperator),
        Sort(SortOperator),
        Top(TopOperator),
        TopNested(TopNestedOperator),
        TopHitters(TopHittersOperator),
        Take(TakeOperator),
        Sample(SampleOperator),
        SampleDistinct(SampleDistinctOperator),
        Join(JoinOperator),
        Lookup(LookupOperator),
        Union(UnionOperator),
        MvExpand(MvExpandOperator),
        MvApply(MvApplyOperator),
        Parse(ParseOperator),
        ParseWhere(ParseWhereOperator),
        ParseKv(ParseKvOperator),
        MakeSeries(MakeSeriesOperator),
        Search(SearchOperator),
        Find(FindOperator),
        Evaluate(EvaluateOperator),
        Invoke(InvokeOperator),
        As(AsOperator),
        Serialize(SerializeOperator),
        Partition(PartitionOperator),
        Fork(ForkOperator),
        Facet(FacetOperator),
        Reduce(ReduceOperator),
        Scan(ScanOperator),
        GetSchema(GetSchemaOperator),
        Consume(ConsumeOperator),
        Render(RenderOperator),
        Range(RangeOperator),
        Print(PrintOperator),
        AssertSchema(AssertSchemaOperator),
        ExecuteAndCache(ExecuteAndCacheOperator),
        MacroExpand(MacroExpandOperator),
        MakeGraph(MakeGraphOperator),
        GraphMatch(GraphMatchOperator),
        GraphShortestPaths(GraphShortestPathsOperator),
        GraphToTable(GraphToTableOperator),
        GraphMarkComponents(GraphMarkComponentsOperator),
        GraphWhereNodes(GraphWhereNodesOperator),
        GraphWhereEdges(GraphWhereEdgesOperator),
        /// A word that names no operator; the parser has reported it.
        Unknown(UnknownOperator),
    }
}

impl Operator {
    /// The operator's name as written: `where`, `filter`, `mv-expand`.
    #[must_use]
    pub fn keyword(&self) -> String {
        // `top-nested` levels hold their own keyword, since the operator repeats it.
        let first = tokens(self.syntax())
            .next()
            .or_else(|| child::<TopNestedLevel>(self.syntax()).and_then(|level| tokens(level.syntax()).next()));
        first.map(|token| token.text().to_owned()).unwrap_or_default()
    }

    /// Where the operator's name stands.
    #[must_use]
    pub fn keyword_span(&self) -> quarry_text::Span {
        let span = self.span();
        let length = u32::try_from(self.keyword().len()).unwrap_or_default();
        quarry_text::Span::new(span.start, span.start.saturating_add(length))
    }
}

ast_node! {
    /// A word after a pipe that names no operator.
    UnknownOperator
}

impl UnknownOperator {
    /// The word, if there is one.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        tokens(self.syntax())
            .find(|token| token.kind() == SyntaxKind::Ident)
            .map(|token| token.text().to_owned())
    }
}

/// Accessors that many operators share.
macro_rules! with_params {
    ($($name:ident)*) => {$(
        impl $name {
            /// The parameters, hints included.
            pub fn params(&self) -> impl Iterator<Item = crate::ast::NamedParameter> + use<> {
                crate::ast::children(crate::ast::AstNode::syntax(self))
            }

            /// The parameter of this name, whatever its case.
            #[must_use]
            pub fn param(&self, name: &str) -> Option<crate::ast::NamedParameter> {
                self.params().find(|param| param.name().eq_ignore_ascii_case(name))
            }
        }
    )*};
}

macro_rules! with_items {
    ($($name:ident)*) => {$(
        impl $name {
            /// The items, in order.
            pub fn items(&self) -> impl Iterator<Item = crate::ast::NamedExpr> + use<> {
                crate::ast::children(crate::ast::AstNode::syntax(self))
            }
        }
    )*};
}

pub(crate) use {with_items, with_params};
