//! Operators: one function each, found by the operator's name.

mod column;
mod expand;
mod graph;
mod join;
mod other;
mod parse;
mod query;
mod row;
mod scan;
mod series;
mod sort;

use quarry_text::Diagnostic;

use super::names::NameUse;
use super::{Parser, SYNTAX_ERROR};
use crate::SyntaxKind::{
    self, Comma, Dot, Equal, Ident, Keyword, LeftParen, Minus, NamedParameter, Pipe, Semicolon, Subquery, UnknownOperator,
};

type Rule = fn(&mut Parser<'_>);

/// Every operator with the kind of its node and the rule for what follows its name.
const OPERATORS: &[(&str, SyntaxKind, Rule)] = &[
    ("__executeAndCache", SyntaxKind::ExecuteAndCacheOperator, other::nothing),
    ("__partitionby", SyntaxKind::PartitionOperator, query::partition_by),
    ("as", SyntaxKind::AsOperator, row::as_operator),
    ("assert-schema", SyntaxKind::AssertSchemaOperator, other::assert_schema),
    ("consume", SyntaxKind::ConsumeOperator, row::consume),
    ("count", SyntaxKind::CountOperator, row::count),
    ("distinct", SyntaxKind::DistinctOperator, column::distinct),
    ("evaluate", SyntaxKind::EvaluateOperator, query::evaluate),
    ("extend", SyntaxKind::ExtendOperator, column::extend),
    ("facet", SyntaxKind::FacetOperator, query::facet),
    ("filter", SyntaxKind::WhereOperator, row::filter),
    ("find", SyntaxKind::FindOperator, query::find),
    ("fork", SyntaxKind::ForkOperator, query::fork),
    ("getschema", SyntaxKind::GetSchemaOperator, other::get_schema),
    (
        "graph-mark-components",
        SyntaxKind::GraphMarkComponentsOperator,
        graph::mark_components,
    ),
    ("graph-match", SyntaxKind::GraphMatchOperator, graph::graph_match),
    (
        "graph-shortest-paths",
        SyntaxKind::GraphShortestPathsOperator,
        graph::shortest_paths,
    ),
    ("graph-to-table", SyntaxKind::GraphToTableOperator, graph::to_table),
    ("graph-where-edges", SyntaxKind::GraphWhereEdgesOperator, graph::predicate),
    ("graph-where-nodes", SyntaxKind::GraphWhereNodesOperator, graph::predicate),
    ("invoke", SyntaxKind::InvokeOperator, query::invoke),
    ("join", SyntaxKind::JoinOperator, join::join),
    ("limit", SyntaxKind::TakeOperator, row::take),
    ("lookup", SyntaxKind::LookupOperator, join::lookup),
    ("macro-expand", SyntaxKind::MacroExpandOperator, query::macro_expand),
    ("make-graph", SyntaxKind::MakeGraphOperator, graph::make_graph),
    ("make-series", SyntaxKind::MakeSeriesOperator, series::make_series),
    ("mv-apply", SyntaxKind::MvApplyOperator, expand::mv_apply),
    ("mv-expand", SyntaxKind::MvExpandOperator, expand::mv_expand),
    ("mvapply", SyntaxKind::MvApplyOperator, expand::mv_apply),
    ("mvexpand", SyntaxKind::MvExpandOperator, expand::mv_expand),
    ("order", SyntaxKind::SortOperator, sort::sort),
    ("parse", SyntaxKind::ParseOperator, parse::parse),
    ("parse-kv", SyntaxKind::ParseKvOperator, parse::parse_kv),
    ("parse-where", SyntaxKind::ParseWhereOperator, parse::parse),
    ("partition", SyntaxKind::PartitionOperator, query::partition),
    ("print", SyntaxKind::PrintOperator, column::print),
    ("project", SyntaxKind::ProjectOperator, column::project),
    ("project-away", SyntaxKind::ProjectAwayOperator, column::project_away),
    ("project-by-names", SyntaxKind::ProjectByNamesOperator, column::project_by_names),
    ("project-keep", SyntaxKind::ProjectKeepOperator, column::project_away),
    ("project-rename", SyntaxKind::ProjectRenameOperator, column::project_rename),
    ("project-reorder", SyntaxKind::ProjectReorderOperator, column::project_reorder),
    ("range", SyntaxKind::RangeOperator, series::range),
    ("reduce", SyntaxKind::ReduceOperator, series::reduce),
    ("render", SyntaxKind::RenderOperator, other::render),
    ("sample", SyntaxKind::SampleOperator, row::take),
    ("sample-distinct", SyntaxKind::SampleDistinctOperator, row::sample_distinct),
    ("scan", SyntaxKind::ScanOperator, scan::scan),
    ("search", SyntaxKind::SearchOperator, query::search),
    ("serialize", SyntaxKind::SerializeOperator, column::project),
    ("sort", SyntaxKind::SortOperator, sort::sort),
    ("summarize", SyntaxKind::SummarizeOperator, column::summarize),
    ("take", SyntaxKind::TakeOperator, row::take),
    ("top", SyntaxKind::TopOperator, sort::top),
    ("top-hitters", SyntaxKind::TopHittersOperator, sort::top_hitters),
    ("top-nested", SyntaxKind::TopNestedOperator, sort::top_nested),
    ("union", SyntaxKind::UnionOperator, join::union),
    ("where", SyntaxKind::WhereOperator, row::filter),
];

/// Operators that need no rows before them.
const SOURCES: &[&str] = &["evaluate", "find", "macro-expand", "print", "range", "search", "union"];

impl Parser<'_> {
    /// Whether an operator that needs no rows starts here.
    pub(super) fn at_source_operator(&self) -> bool {
        if !self.at_any_word(SOURCES) {
            return false;
        }
        match self.text() {
            // These two are also names of functions or tables.
            "range" => self.nth(1) != LeftParen && self.nth_is_name(1, NameUse::Declared),
            "evaluate" => self.nth(1) == Ident,
            _ => true,
        }
    }

    /// Whether the word is the name of an operator.
    pub(super) fn at_operator_word(&self) -> bool {
        self.at(Ident) && OPERATORS.iter().any(|(name, ..)| *name == self.text())
    }

    /// Whether an operator stands here that has lost its pipe. `T where x` is meant as
    /// `T | where x`: nothing else can start with two names.
    pub(super) fn at_lost_operator(&self) -> bool {
        self.at_operator_word() && self.nth(1) != Equal && !self.at_word("as")
    }

    /// Reads an operator with its name.
    pub(super) fn operator(&mut self) {
        let word = self.text();
        let known = OPERATORS.iter().find(|(name, ..)| self.at(Ident) && *name == word);
        let Some((_, kind, rule)) = known else {
            self.unknown_operator();
            return;
        };
        let marker = self.start();
        self.bump_as(Keyword);
        rule(self);
        marker.complete(self, *kind);
    }

    fn unknown_operator(&mut self) {
        let marker = self.start();
        if self.at(Ident) {
            let diagnostic = self.unknown_operator_diagnostic();
            self.push(diagnostic);
        } else {
            self.error("expected an operator");
        }
        let mut open = 0usize;
        while !self.at_end() {
            match self.current() {
                Pipe | Semicolon if open == 0 => break,
                LeftParen | SyntaxKind::LeftBracket | SyntaxKind::LeftBrace => open += 1,
                SyntaxKind::RightParen | SyntaxKind::RightBracket | SyntaxKind::RightBrace => {
                    let Some(left) = open.checked_sub(1) else { break };
                    open = left;
                }
                _ => {}
            }
            self.bump();
        }
        marker.complete(self, UnknownOperator);
    }

    fn unknown_operator_diagnostic(&self) -> Diagnostic {
        let mut word = self.text().to_owned();
        let mut span = self.here();
        // `mv-expnd` is three tokens, because only known words contain hyphens.
        let mut ahead = 1;
        while self.nth(ahead) == Minus && self.nth(ahead + 1) == Ident && self.is_adjacent(ahead) && self.is_adjacent(ahead + 1) {
            word.push('-');
            word.push_str(self.nth_text(ahead + 1));
            span.end += 1 + u32::try_from(self.nth_text(ahead + 1).len()).unwrap_or_default();
            ahead += 2;
        }
        let diagnostic = Diagnostic::error(SYNTAX_ERROR, format!("unknown operator `{word}`"), span);
        match quarry_text::suggest::closest(&word, OPERATORS.iter().map(|(name, ..)| *name)) {
            Some(known) => diagnostic.with_help(format!("did you mean `{known}`?")),
            None => diagnostic,
        }
    }

    /// Reads the operator's parameters: those of the given names, and all hints.
    fn parameters_of(&mut self, known: &[&str]) {
        let mut given: Vec<&str> = Vec::new();
        while self.at_parameter(known) {
            let name = self.text();
            // Hints may be repeated.
            if name != "hint" && given.contains(&name) {
                self.error("this parameter is given already");
            }
            given.push(name);
            self.named_parameter();
        }
    }

    /// Reads `name = value`.
    pub(super) fn named_parameter(&mut self) {
        let marker = self.start();
        self.parameter_name();
        self.bump();
        self.parameter_value();
        marker.complete(self, NamedParameter);
    }

    fn parameter_name(&mut self) {
        self.bump_as(Keyword);
        while self.at(Dot) {
            self.bump();
            self.bump_as(Keyword);
        }
    }

    /// A word, a name or a literal with a sign if need be.
    fn parameter_value(&mut self) {
        if self.at(Ident) {
            let value = self.start();
            let name = self.start();
            self.bump();
            name.complete(self, SyntaxKind::Name);
            value.complete(self, SyntaxKind::NameExpr);
        } else {
            self.operand();
        }
    }

    /// Reads `name = value, value`, a property in parentheses: a word is no next value when `=`
    /// follows it.
    pub(super) fn property(&mut self) -> bool {
        if !self.at(Ident) {
            self.error("expected the name of a property");
            return false;
        }
        let marker = self.start();
        self.parameter_name();
        if self.expect(Equal, "=") {
            self.parameter_value();
            while self.at(Comma) && self.nth_is_name(1, NameUse::Referred) && self.ends_value_after_name(1) {
                self.bump();
                self.parameter_value();
            }
        }
        marker.complete(self, NamedParameter);
        true
    }

    fn ends_value_after_name(&self, ahead: usize) -> bool {
        self.name_length(ahead, NameUse::Referred)
            .is_some_and(|length| matches!(self.nth(ahead + length), Comma | SyntaxKind::RightParen))
    }

    /// Reads `( operators )`.
    fn subquery(&mut self) {
        let marker = self.start();
        let open = self.here();
        if self.expect(LeftParen, "(") {
            self.nested(Parser::piped_operators);
            self.expect_close(SyntaxKind::RightParen, ")", open);
        }
        marker.complete(self, Subquery);
    }

    /// Reads `keyword expression` as a clause.
    fn expression_clause(&mut self, word: &str, kind: SyntaxKind) {
        let marker = self.start();
        self.expect_word(word);
        self.expr();
        marker.complete(self, kind);
    }

    /// Reads `keyword expression` where the keyword is there.
    fn optional_clause(&mut self, word: &str, kind: SyntaxKind) -> bool {
        let found = self.at_word(word);
        if found {
            self.expression_clause(word, kind);
        }
        found
    }

    /// Reads `keyword [name =] expression, …` as a clause.
    fn items_clause(&mut self, word: &str, kind: SyntaxKind, ends: &[&str]) {
        let marker = self.start();
        self.expect_word(word);
        self.named_expressions(ends);
        marker.complete(self, kind);
    }

    /// Reads `as name`.
    fn as_clause(&mut self) {
        let marker = self.start();
        self.expect_word("as");
        self.name(NameUse::Bare);
        marker.complete(self, SyntaxKind::AsClause);
    }
}
