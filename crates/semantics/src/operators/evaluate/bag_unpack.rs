//! `evaluate bag_unpack(d)`: the properties of bags as columns. What they are only the data tell.

use std::collections::HashSet;

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::bind::assemble;
use crate::binder::{Binder, convert, nothing, read, rows_of};
use crate::constant::fold_strings;
use crate::diagnostics;
use crate::ir::{Column, Expr, ExprKind, PathSegment, QueryResult, Rel};
use crate::options::Discover;
use crate::scope::Context;

/// The arguments of the call.
struct Call {
    column: Column,
    prefix: String,
    conflict: String,
    ignored: Vec<String>,
}

impl Binder<'_> {
    pub(super) fn bag_unpack(
        &mut self,
        call: &ast::CallExpr,
        input: Rel,
        schema: Option<ast::RowSchema>,
        span: Span,
        ctx: &Context,
    ) -> Rel {
        let Some(call) = self.bag_unpack_call(call, &input, span, ctx) else {
            return nothing(span);
        };
        if let Some(schema) = schema {
            return self.bag_with_schema(&call, input, &schema, span);
        }
        let properties = match self.fact("bag_unpack", &input, &call.column) {
            Some(properties) => properties,
            None => {
                let kept: Vec<Column> = input.columns.iter().filter(|column| column.id != call.column.id).cloned().collect();
                let mut rel = self.only(input, &kept, span);
                rel.open = true;
                return rel;
            }
        };
        self.unpacked(&call, input, &properties, span)
    }

    /// The answer about the data, when it has been given; else the question.
    pub(super) fn fact(&mut self, plugin: &'static str, input: &Rel, column: &Column) -> Option<Vec<(String, KqlType)>> {
        if !self.executes() {
            return None;
        }
        if let Some(fact) = self.options.facts.get(self.facts) {
            self.facts += 1;
            return Some(fact.clone());
        }
        if self.discover.is_none() && !input.open {
            let results = vec![QueryResult {
                rel: input.clone(),
                render: None,
            }];
            let input = assemble(results, self.subqueries.clone());
            self.discover = Some(Discover {
                plugin,
                input,
                column: column.id,
            });
        }
        None
    }

    fn bag_unpack_call(&mut self, node: &ast::CallExpr, input: &Rel, span: Span, ctx: &Context) -> Option<Call> {
        let inner = Context::new(&ctx.env, rows_of(input));
        let mut positional = 0;
        let (mut column, mut prefix, mut conflict, mut ignored) = (None, String::new(), "error".to_owned(), Vec::new());
        for arg in node.arguments() {
            let Some(expr) = arg.expr() else { continue };
            let name = match arg.name() {
                Some(name) => name.value(),
                None => {
                    positional += 1;
                    ["column", "column_prefix", "columnsConflict", "ignoredProperties"]
                        .get(positional - 1)
                        .copied()
                        .unwrap_or("")
                        .to_owned()
                }
            };
            let bound = self.expr(&expr, &inner);
            match name.as_str() {
                "column" => column = Self::own_column(&bound, &input.columns),
                "column_prefix" | "OutputColumnPrefix" => prefix = self.known_string(&bound).unwrap_or_default(),
                "columnsConflict" => conflict = self.known_string(&bound).unwrap_or_default(),
                "ignoredProperties" => ignored = fold_strings(&bound, self.now).unwrap_or_default(),
                _ => self.report(diagnostics::unknown_argument("bag_unpack", &name, None, bound.span)),
            }
        }
        let Some(column) = column else {
            if !input.open {
                self.report(diagnostics::general("bag_unpack(): the first argument must be a column", span));
            }
            return None;
        };
        if !column.ty.is_dynamic() {
            self.report(diagnostics::argument_type("SEM0201", "bag_unpack", 0, "dynamic", column.ty, span));
            return None;
        }
        Some(Call {
            column,
            prefix,
            conflict,
            ignored,
        })
    }

    fn property(call: &Call, key: &str, ty: KqlType, span: Span) -> Expr {
        let base = Box::new(read(&call.column, span));
        let path = ExprKind::Path {
            base,
            segments: vec![PathSegment::Key(key.to_owned())],
        };
        convert(
            Expr {
                kind: path,
                ty: KqlType::Dynamic,
                span,
            },
            ty,
        )
    }

    fn unpacked(&mut self, call: &Call, input: Rel, properties: &[(String, KqlType)], span: Span) -> Rel {
        let mut items: Vec<(Column, Expr)> = Self::keep(&input.columns, span);
        items.retain(|(column, _)| column.id != call.column.id);
        let mut seen = HashSet::new();
        // A column cannot be without a name.
        let named = properties.iter().filter(|(key, _)| !key.is_empty() || !call.prefix.is_empty());
        for (key, ty) in named {
            let name = format!("{}{key}", call.prefix);
            if call.ignored.contains(key) || !seen.insert(name.clone()) {
                continue;
            }
            let expr = Self::property(call, key, *ty, span);
            let column = self.column(name.clone(), *ty);
            match items.iter().position(|(existing, _)| existing.name == name) {
                None => items.push((column, expr)),
                Some(at) => match call.conflict.as_str() {
                    "replace_source" => {
                        if let Some(place) = items.get_mut(at) {
                            *place = (column, expr);
                        }
                    }
                    "keep_source" => {}
                    _ => self.report(diagnostics::duplicate_column(&name, span)),
                },
            }
        }
        self.project(input, items, false, span)
    }

    fn bag_with_schema(&mut self, call: &Call, input: Rel, schema: &ast::RowSchema, span: Span) -> Rel {
        let mut items: Vec<(Column, Expr)> = Vec::new();
        if schema.has_star() {
            items = Self::keep(&input.columns, span);
            items.retain(|(column, _)| column.id != call.column.id);
        }
        for column in self.schema_columns(schema) {
            let kept = input
                .columns
                .iter()
                .find(|existing| existing.name == column.name && existing.id != call.column.id);
            let expr = match kept {
                Some(existing) if !schema.has_star() => read(existing, span),
                _ => {
                    let key = column.name.strip_prefix(call.prefix.as_str()).unwrap_or(&column.name).to_owned();
                    Self::property(call, &key, column.ty, span)
                }
            };
            match items.iter_mut().find(|(existing, _)| existing.name == column.name) {
                Some(place) => *place = (column, expr),
                None => items.push((column, expr)),
            }
        }
        self.project(input, items, false, span)
    }
}
