//! `parse` and `parse-where`: columns out of text, by a pattern.

use std::collections::HashSet;

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::Span;

use crate::binder::{Binder, convert, rel, rows_of};
use crate::diagnostics;
use crate::ir::{Column, Expr, Parse, ParseMode, ParsePart, Rel, RelKind};
use crate::regex;
use crate::scope::Context;

/// What the two spellings have in common.
struct Form {
    kind: Option<String>,
    flags: Option<String>,
    parts: Vec<ast::ParsePart>,
    only_matches: bool,
}

impl Binder<'_> {
    pub(super) fn parse(&mut self, node: &ast::ParseOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let form = Form {
            kind: node.kind(),
            flags: node.flags(),
            parts: node.parts().collect(),
            only_matches: false,
        };
        self.parse_by(node.expr(), &form, input, span, ctx)
    }

    pub(super) fn parse_where(&mut self, node: &ast::ParseWhereOperator, input: Rel, span: Span, ctx: &Context) -> Rel {
        let form = Form {
            kind: node.kind(),
            flags: node.flags(),
            parts: node.parts().collect(),
            only_matches: true,
        };
        self.parse_by(node.expr(), &form, input, span, ctx)
    }

    fn parse_by(&mut self, source: Option<ast::Expr>, form: &Form, input: Rel, span: Span, ctx: &Context) -> Rel {
        let inner = Context::new(&ctx.env, rows_of(&input));
        let source = self.optional_expr(source, span, &inner);
        let source = self.parse_source(source);
        let mode = match form.kind.as_deref() {
            Some("regex") => ParseMode::Regex,
            Some("relaxed") => {
                if form.only_matches {
                    self.report(diagnostics::parse_flags(
                        "SEM0477",
                        "kind=relaxed is not allowed in parse-where",
                        span,
                    ));
                }
                ParseMode::Relaxed
            }
            Some("simple") | None => ParseMode::Simple,
            Some(other) => {
                let message = format!("'{other}' is not a kind of parse");
                self.report(diagnostics::general(message, span));
                ParseMode::Simple
            }
        };
        self.check_flags(form, mode, span);
        let mut columns = input.columns.clone();
        let mut pattern = Vec::new();
        for part in &form.parts {
            if let Some(part) = self.parse_part(part, mode, &mut columns) {
                pattern.push(part);
            }
        }
        self.check_pattern(&pattern, mode, span);
        self.check_parsed_names(&form.parts);
        let (serialized, open) = (input.serialized, input.open);
        let flags = form.flags.clone().unwrap_or_default();
        let parse = Parse {
            input,
            source,
            mode,
            flags,
            pattern,
            only_matches: form.only_matches,
        };
        rel(RelKind::Parse(parse), columns, serialized, open, span)
    }

    fn parse_source(&mut self, source: Expr) -> Expr {
        match source.ty {
            KqlType::String | KqlType::Unknown => source,
            KqlType::Dynamic => convert(source, KqlType::String),
            ty => {
                self.report(diagnostics::argument_type("SEM0202", "parse", 0, "a string", ty, source.span));
                source
            }
        }
    }

    fn parse_part(&mut self, part: &ast::ParsePart, mode: ParseMode, columns: &mut Vec<Column>) -> Option<ParsePart> {
        match part {
            ast::ParsePart::Star(_) => Some(ParsePart::Star),
            ast::ParsePart::Literal(literal) => {
                let span = self.span(literal);
                let text = match literal.value() {
                    Some(quarry_syntax::literal::LiteralValue::String(text)) => text,
                    _ => {
                        self.report(diagnostics::parse_pattern(
                            "the pattern consists of strings, columns and stars",
                            span,
                        ));
                        return None;
                    }
                };
                if text.is_empty() {
                    self.report(diagnostics::parse_pattern("a text of the pattern cannot be empty", span));
                }
                if mode == ParseMode::Regex
                    && let Err(problem) = regex::shape(&text)
                    && problem.contains("look")
                {
                    self.report(diagnostics::parse_pattern(problem, span));
                }
                Some(ParsePart::Text(text))
            }
            ast::ParsePart::Column(declared) => {
                let name = declared.name().map(|name| name.value()).unwrap_or_default();
                let ty = match declared.type_name() {
                    Some(ty) => self.type_named(&ty),
                    None => KqlType::String,
                };
                let column = self.column(name, ty);
                let part = ParsePart::Column { output: column.id, ty };
                match columns.iter_mut().find(|existing| existing.name == column.name) {
                    Some(place) => *place = column,
                    None => columns.push(column),
                }
                Some(part)
            }
        }
    }

    fn check_flags(&mut self, form: &Form, mode: ParseMode, span: Span) {
        let Some(flags) = &form.flags else { return };
        if mode != ParseMode::Regex {
            self.report(diagnostics::parse_flags("SEM0472", "flags need kind=regex", span));
        } else if let Some(flag) = flags.chars().find(|flag| !"imsUx".contains(*flag)) {
            self.report(diagnostics::parse_flags("SEM0473", &format!("'{flag}' is not a flag"), span));
        }
    }

    /// A string column takes all text up to the next text of the pattern: something must end it. So must a star.
    fn check_pattern(&mut self, pattern: &[ParsePart], mode: ParseMode, span: Span) {
        for pair in pattern.windows(2) {
            let problem = match pair {
                [ParsePart::Column { ty: KqlType::String, .. }, ParsePart::Star] if mode != ParseMode::Regex => {
                    "a string column cannot stand right before `*`"
                }
                [ParsePart::Column { .. }, ParsePart::Column { .. }] => "a text must stand between two columns",
                [ParsePart::Star, ParsePart::Column { .. } | ParsePart::Star] => "a text must follow `*`",
                _ => continue,
            };
            self.report(diagnostics::parse_pattern(problem, span));
        }
    }

    /// One pattern gives a column once; columns of the input are replaced.
    fn check_parsed_names(&mut self, parts: &[ast::ParsePart]) {
        let mut seen = HashSet::new();
        for part in parts {
            if let ast::ParsePart::Column(declared) = part
                && let Some(name) = declared.name()
                && !seen.insert(name.value())
            {
                let span = self.span(&name);
                self.report(diagnostics::duplicate_column(&name.value(), span));
            }
        }
    }
}
