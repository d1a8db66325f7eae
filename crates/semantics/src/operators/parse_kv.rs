//! `parse-kv`: columns out of text that lists keys and values.

use quarry_schema::{KqlType, functions};
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, poison, rel, rows_of, value};
use crate::ir::{Column, Expr, ExprKind, FunctionRef, Literal, Rel, RelKind};
use crate::scope::Context;

impl Binder<'_> {
    pub(super) fn parse_kv(&mut self, node: &ast::ParseKvOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let source = self.optional_expr(node.expr(), span, &inner);
        let source = convert(source, KqlType::String);
        let keys = node.keys().map(|keys| self.schema_columns(&keys)).unwrap_or_default();
        let delimiters = self.delimiters(node, ctx);
        let mut items = Self::keep(&input.columns, span);
        for column in keys {
            let item = match &delimiters {
                Some((pair, key)) => convert(first_value(&source, &column.name, pair, key, span), column.ty),
                None => poison(span),
            };
            match items.iter_mut().find(|(existing, _)| existing.name == column.name) {
                Some(place) => *place = (column, item),
                None => items.push((column, item)),
            }
        }
        let open = input.open;
        if delimiters.is_some() {
            return self.project(input, items, open, span);
        }
        let columns: Vec<Column> = items.into_iter().map(|(column, _)| column).collect();
        let serialized = input.serialized;
        rel(
            RelKind::Unsupported {
                operator: "parse-kv with quotes or without delimiters",
                inputs: vec![input],
            },
            columns,
            serialized,
            open,
            span,
        )
    }

    /// The delimiters between pairs and inside them, when nothing else is asked for.
    fn delimiters(&mut self, node: &ast::ParseKvOperator, ctx: &Context) -> Option<(String, String)> {
        let (mut pair, mut key) = (None, None);
        for property in node.properties() {
            let text = property
                .value()
                .map(|text| self.expr(&text, &ctx.without_rows()))
                .and_then(|text| self.known_string(&text));
            match property.name().as_str() {
                "pair_delimiter" => pair = text,
                "kv_delimiter" => key = text,
                _ => return None,
            }
        }
        let usable = |text: &String| !text.is_empty();
        Some((pair.filter(usable)?, key.filter(usable)?))
    }
}

/// The first value of a key, without blanks around it: what stands between `key=` at the start of a pair and the end of the pair.
fn first_value(source: &Expr, key: &str, pair: &str, delimiter: &str, span: Span) -> Expr {
    let Some(function) = functions::scalar("extract") else {
        return poison(span);
    };
    let (key, pair, delimiter) = (escape(key), escape(pair), escape(delimiter));
    let pattern = format!(r"(?s)(?:^|{pair})\s*{key}\s*{delimiter}\s*(.*?)\s*(?:{pair}|$)");
    let args = vec![value(Literal::String(pattern), span), value(Literal::Long(1), span), source.clone()];
    Expr {
        kind: ExprKind::Call {
            function: FunctionRef(function),
            args,
        },
        ty: KqlType::String,
        span,
    }
}

/// Text that stands for itself inside a regular expression.
pub(super) fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| [Some('\\').filter(|_| c.is_ascii_punctuation()), Some(c)])
        .flatten()
        .collect()
}
