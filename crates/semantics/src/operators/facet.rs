//! `facet by a, b with (…)`: counts for each column, and the rows themselves.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, read, rel};
use crate::diagnostics;
use crate::ir::{Aggregate, FunctionRef, Rel, RelKind, SubqueryKind};
use crate::scope::{Context, find};

impl Binder<'_> {
    pub(super) fn facet(&mut self, node: &ast::FacetOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let keys: Vec<ast::NamedExpr> = node.by().into_iter().flat_map(|by| by.items()).collect();
        let keys = self.listed_columns(keys.iter().filter_map(|key| key.expr()), &input);
        let (columns, serialized) = (input.columns.clone(), input.serialized);
        let id = self.subquery(SubqueryKind::Table, input);
        let mut results = Vec::new();
        for key in &keys {
            let rows = self.shared(id, &columns, serialized, span);
            if let Some(source) = find(&rows.columns, &key.name).cloned() {
                if source.ty == KqlType::Dynamic {
                    self.report(diagnostics::dynamic_key("facet", span));
                }
                let expr = read(&source, span);
                results.push(self.counted_by(rows, key.name.clone(), expr, span));
            }
        }
        if let Some(pipeline) = node.subquery().and_then(|subquery| subquery.pipeline()) {
            let rows = self.shared(id, &columns, serialized, span);
            results.push(self.rel(&ast::Expr::Pipeline(pipeline), &ctx.without_rows(), Some(rows)));
        }
        let mut results = results.into_iter();
        let first = results.next().unwrap_or_else(|| nothing(span));
        self.extra_results.extend(results);
        first
    }

    fn counted_by(&mut self, input: Rel, name: String, key: crate::ir::Expr, span: Span) -> Rel {
        let Some(function) = functions::aggregate("count") else {
            return input;
        };
        let key_column = self.column(name, key.ty);
        let count = self.column(format!("count_{}", key_column.name), KqlType::Long);
        let aggregate = Aggregate {
            function: FunctionRef(function),
            args: Vec::new(),
            outputs: vec![count.id],
            span,
        };
        let keys = vec![(key_column.id, key)];
        rel(
            RelKind::Summarize {
                input,
                keys,
                aggregates: vec![aggregate],
            },
            vec![key_column, count],
            false,
            false,
            span,
        )
    }
}
