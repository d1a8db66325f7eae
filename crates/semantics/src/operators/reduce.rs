//! `reduce by`: patterns of similar texts.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel, rows_of};
use crate::constant::fold;
use crate::diagnostics;
use crate::ir::{Literal, Reduce, Rel, RelKind};
use crate::scope::Context;

/// The share of the rows that makes a pattern, unless given.
const THRESHOLD: f64 = 0.1;

impl Binder<'_> {
    pub(super) fn reduce(&mut self, node: &ast::ReduceOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let by = self.optional_expr(node.expr(), span, &inner);
        if !matches!(by.ty, KqlType::String | KqlType::Dynamic | KqlType::Unknown) {
            self.report(diagnostics::argument_type("SEM0201", "reduce", 0, "a string", by.ty, by.span));
        }
        let by = convert(by, KqlType::String);
        let (threshold, characters) = self.reduce_properties(node, ctx);
        let kind = node.param("kind").and_then(|kind| kind.word());
        let source = match kind.as_deref() {
            None => false,
            Some("source") => true,
            Some(other) => {
                let message = format!("reduce: the only kind is source, not '{other}'");
                self.report(diagnostics::general(message, span));
                false
            }
        };
        let open = source && input.open;
        let (columns, pattern) = if source {
            let pattern = self.column("Pattern", KqlType::String);
            let mut columns = input.columns.clone();
            let id = pattern.id;
            match columns.iter_mut().find(|column| column.name == pattern.name) {
                Some(place) => *place = pattern,
                None => columns.push(pattern),
            }
            (columns, Some(id))
        } else {
            let columns = [
                ("Pattern", KqlType::String),
                ("Count", KqlType::Long),
                ("Representative", KqlType::String),
            ];
            (columns.map(|(name, ty)| self.column(name, ty)).to_vec(), None)
        };
        let reduce = Reduce {
            input,
            by,
            threshold,
            characters,
            pattern,
        };
        rel(RelKind::Reduce(reduce), columns, false, open, span)
    }

    fn reduce_properties(&mut self, node: &ast::ReduceOperator, ctx: &Context) -> (f64, Option<String>) {
        let (mut threshold, mut characters) = (THRESHOLD, None);
        for property in node.properties() {
            let span = self.span(&property);
            let expr = property.value().map(|value| self.expr(&value, &ctx.without_rows()));
            let value = expr.and_then(|expr| fold(&expr, self.now));
            let number = match &value {
                Some(Literal::Real(number)) => Some(*number),
                Some(Literal::Int(number)) => Some(f64::from(*number)),
                Some(Literal::Long(number)) => Some(*number as f64),
                _ => None,
            };
            match (property.name().as_str(), value, number) {
                ("threshold", _, Some(share)) if (0.0..=1.0).contains(&share) => threshold = share,
                ("threshold", ..) => self.report(diagnostics::general("reduce: the threshold is a number from 0 to 1", span)),
                ("characters", Some(Literal::String(text)), _) => characters = Some(text),
                ("characters", ..) => self.report(diagnostics::general("reduce: characters is a string", span)),
                _ => {}
            }
        }
        (threshold, characters)
    }
}
