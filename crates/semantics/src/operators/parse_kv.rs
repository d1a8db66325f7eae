//! `parse-kv`: columns out of text that lists keys and values.

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel, rows_of};
use crate::constant::fold;
use crate::diagnostics;
use crate::ir::{KvRules, Literal, ParseKv, Quoting, Rel, RelKind};
use crate::regex::shape;
use crate::scope::Context;

/// What the properties say, as far as they are there.
#[derive(Default)]
struct Properties {
    pair: Option<String>,
    key: Option<String>,
    quoting: Quoting,
    greedy: bool,
    regex: Option<String>,
}

impl Binder<'_> {
    pub(super) fn parse_kv(&mut self, node: &ast::ParseKvOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let source = self.optional_expr(node.expr(), span, &inner);
        let source = convert(source, KqlType::String);
        let keys = node.keys().map(|keys| self.schema_columns(&keys)).unwrap_or_default();
        let properties = self.kv_properties(node, ctx);
        let rules = self.kv_rules(properties, span);
        let mut columns = input.columns.clone();
        let mut wanted = Vec::new();
        for column in keys {
            wanted.push((column.id, column.ty, column.name.clone()));
            match columns.iter_mut().find(|existing| existing.name == column.name) {
                Some(place) => *place = column,
                None => columns.push(column),
            }
        }
        let (serialized, open) = (input.serialized, input.open);
        let parse = ParseKv {
            input,
            source,
            rules,
            keys: wanted,
        };
        rel(RelKind::ParseKv(parse), columns, serialized, open, span)
    }

    fn kv_properties(&mut self, node: &ast::ParseKvOperator, ctx: &Context) -> Properties {
        let mut properties = Properties::default();
        for property in node.properties() {
            let span = self.span(&property);
            let name = property.name();
            let Some(expr) = property.value().map(|value| self.expr(&value, &ctx.without_rows())) else {
                continue;
            };
            let value = fold(&expr, self.now);
            match (name.as_str(), value) {
                ("pair_delimiter", Some(Literal::String(text))) if !text.is_empty() => properties.pair = Some(text),
                ("kv_delimiter", Some(Literal::String(text))) if !text.is_empty() => properties.key = Some(text),
                ("quote", Some(Literal::String(text))) => match text.chars().collect::<Vec<_>>().as_slice() {
                    [both] => properties.quoting.quotes.push((*both, *both)),
                    [open, close] => properties.quoting.quotes.push((*open, *close)),
                    _ => self.report(diagnostics::general(
                        "parse-kv: a quote is one character, or an opening and a closing one",
                        span,
                    )),
                },
                ("escape", Some(Literal::String(text))) => match text.chars().collect::<Vec<_>>().as_slice() {
                    [escape] => properties.quoting.escapes.push(*escape),
                    _ => self.report(diagnostics::general("parse-kv: an escape is one character", span)),
                },
                ("greedy", Some(Literal::Bool(greedy))) => properties.greedy = greedy,
                ("regex", Some(Literal::String(pattern))) => {
                    match shape(&pattern) {
                        Ok(shape) if shape.captures == 2 => {}
                        Ok(_) => self.report(diagnostics::general(
                            "parse-kv: the regular expression needs two groups, key and value",
                            span,
                        )),
                        Err(problem) => self.report(diagnostics::general(format!("parse-kv: {problem}"), span)),
                    }
                    properties.regex = Some(pattern);
                }
                ("pair_delimiter" | "kv_delimiter" | "quote" | "escape" | "greedy" | "regex", _) => {
                    let message = format!("parse-kv: this is no value for '{name}'");
                    self.report(diagnostics::general(message, span));
                }
                _ => self.report(diagnostics::general(format!("parse-kv does not know the property '{name}'"), span)),
            }
        }
        properties
    }

    /// Which of the three ways the properties ask for.
    fn kv_rules(&mut self, properties: Properties, span: Span) -> KvRules {
        let Properties {
            pair,
            key,
            quoting,
            greedy,
            regex,
        } = properties;
        match (pair, key, regex) {
            (None, None, Some(pattern)) if !greedy && quoting == Quoting::default() => KvRules::Regex(pattern),
            (Some(pair), Some(key), None) => KvRules::Delimited {
                pair,
                key,
                quoting,
                greedy,
            },
            (None, None, None) if !greedy => KvRules::Words(quoting),
            (_, _, Some(pattern)) => {
                self.report(diagnostics::general(
                    "parse-kv: a regular expression goes with no other property",
                    span,
                ));
                KvRules::Regex(pattern)
            }
            _ => {
                self.report(diagnostics::general(
                    "parse-kv needs both pair_delimiter and kv_delimiter, or neither",
                    span,
                ));
                KvRules::Words(quoting)
            }
        }
    }
}
