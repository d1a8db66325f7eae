//! `evaluate preview(n)`: the first rows, and as a second result how many there are.

use quarry_schema::{KqlType, functions};
use quarry_text::Span;

use super::arguments::Given;
use crate::binder::{Binder, rel};
use crate::ir::{Aggregate, FunctionRef, Rel, RelKind, SubqueryKind};

impl Binder<'_> {
    pub(super) fn preview(&mut self, given: &Given, input: Rel, span: Span) -> Rel {
        let (Some(count), Some(function)) = (given.expr("NumberOfRows").cloned(), functions::aggregate("count")) else {
            return input;
        };
        if input.open {
            return input;
        }
        let (columns, serialized) = (input.columns.clone(), input.serialized);
        let id = self.subquery(SubqueryKind::Table, input);
        let all = self.shared(id, &columns, serialized, span);
        let number = self.column("Count", KqlType::Long);
        let aggregate = Aggregate {
            function: FunctionRef(function),
            args: Vec::new(),
            outputs: vec![number.id],
            span,
        };
        let counted = RelKind::Summarize {
            input: all,
            keys: Vec::new(),
            aggregates: vec![aggregate],
        };
        self.extra_results.push(rel(counted, vec![number], false, false, span));
        let first = self.shared(id, &columns, serialized, span);
        let columns = first.columns.clone();
        rel(RelKind::Take { input: first, count }, columns, serialized, false, span)
    }
}
