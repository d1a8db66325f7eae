//! `count`.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, nothing, rel};
use crate::ir::{Aggregate, FunctionRef, Rel, RelKind};

impl Binder<'_> {
    pub(super) fn count(&mut self, node: &ast::CountOperator, input: Rel, span: Span) -> Rel {
        let name = node.name().map_or_else(|| "Count".to_owned(), |name| name.value());
        self.count_rows(input, name, span)
    }

    pub(super) fn count_rows(&mut self, input: Rel, name: String, span: Span) -> Rel {
        let Some(function) = functions::aggregate("count") else {
            return nothing(span);
        };
        let column = self.column(name, KqlType::Long);
        let aggregate = Aggregate {
            function: FunctionRef(function),
            args: Vec::new(),
            outputs: vec![column.id],
            span,
        };
        rel(
            RelKind::Summarize {
                input,
                keys: Vec::new(),
                aggregates: vec![aggregate],
            },
            vec![column],
            true,
            false,
            span,
        )
    }
}
