//! `partition by key (…)`: a subquery for the rows of each key; `partition by key { … }`: a query of its own for each key.

use std::rc::Rc;

use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, nothing, read, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Column, Rel, RelKind};
use crate::scope::{Binding, Context, ScalarBinding};

const STRATEGIES: &[&str] = &["legacy", "native", "shuffle"];

impl Binder<'_> {
    pub(super) fn partition(&mut self, node: &ast::PartitionOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let strategy = self.partition_strategy(node);
        let inner = Context::new(&ctx.env, rows_of(&input));
        let key = self.optional_expr(node.by(), span, &inner);
        let Some(key_column) = Self::own_column(&key, &input.columns) else {
            if key.ty != quarry_schema::KqlType::Unknown {
                self.report(diagnostics::general("partition: the key must be a column", key.span));
            }
            return nothing(span);
        };
        if key.ty == quarry_schema::KqlType::Dynamic {
            self.report(diagnostics::dynamic_key("partition", key.span));
        }
        let body = match node.body() {
            Some(ast::PartitionBody::Subquery(subquery)) => {
                let group = self.group_input(&input.columns, input.open, span);
                match subquery.pipeline() {
                    Some(pipeline) => self.rel(&ast::Expr::Pipeline(pipeline), &ctx.without_rows(), Some(group)),
                    None => group,
                }
            }
            Some(ast::PartitionBody::Query(block)) => {
                if strategy.is_some_and(|strategy| strategy == "shuffle") {
                    self.report(diagnostics::general(
                        "partition: a body with a source of its own does not go with hint.strategy=shuffle",
                        span,
                    ));
                }
                let env = ctx.env.with(key_column.name.clone(), key_value(&key_column, span));
                self.block_table(&block, &env, span)
            }
            None => nothing(span),
        };
        let (columns, open) = (body.columns.clone(), body.open);
        rel(
            RelKind::Partition {
                input,
                key: key_column.id,
                body,
            },
            columns,
            false,
            open,
            span,
        )
    }

    /// The strategy that is asked for. None changes the answer.
    fn partition_strategy(&mut self, node: &ast::PartitionOperator) -> Option<String> {
        let hint = node.param("hint.strategy")?;
        let strategy = hint.word()?.to_ascii_lowercase();
        if !STRATEGIES.contains(&strategy.as_str()) {
            let span = self.span(&hint);
            let problem = diagnostics::general(format!("partition: there is no strategy '{strategy}'"), span);
            let closest = suggest::closest(&strategy, STRATEGIES.iter().copied());
            self.report(match closest {
                Some(closest) => problem.with_help(format!("did you mean `{closest}`?")),
                None => problem,
            });
        }
        Some(strategy)
    }
}

/// The key as a value that the whole of a body may read, its subqueries too.
fn key_value(key: &Column, span: Span) -> Binding {
    Binding::Scalar(Rc::new(ScalarBinding {
        expr: read(key, span),
        size: 1,
        subquery_depth: 0,
        reads_row: false,
    }))
}
