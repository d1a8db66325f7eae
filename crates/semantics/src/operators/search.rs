//! `search`: rows in which some column holds a term.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use quarry_schema::KqlType;
use quarry_syntax::ast::{self, AstNode};
use quarry_syntax::literal::LiteralValue;
use quarry_text::Span;

use super::union::Leg;
use crate::binder::{Binder, convert, nothing, rel, rows_of, value};
use crate::diagnostics;
use crate::expressions::{combine, text};
use crate::ir::{Column, Expr, ExprKind, Literal, LogicalOp, Rel, RelKind, TextOp};
use crate::scope::{Binding, Context, Env, Rows, ScalarBinding};

impl Binder<'_> {
    pub(super) fn search(&mut self, node: &ast::SearchOperator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        let sensitive = node
            .param("kind")
            .and_then(|param| param.word())
            .is_some_and(|kind| kind.eq_ignore_ascii_case("case_sensitive"));
        let legs = match (input, node.in_clause()) {
            (Some(rel), _) => vec![Leg {
                rel,
                label: "search_arg0".to_owned(),
            }],
            (None, Some(clause)) => self.searched_tables("search", clause.tables().collect(), ctx),
            (None, None) => self.all_tables(span, ctx),
        };
        let Some(predicate) = node.predicate() else { return nothing(span) };
        if !self.executes()
            && let Some(rows) = common_rows(&legs)
        {
            // One look at the condition says what is wrong with it: nothing is going to run.
            if let Some(leg) = legs.first() {
                self.search_predicate(&predicate, sensitive, &Context::new(&ctx.env, rows), &leg.rel, 0);
            }
            return self.united(legs, false, Some("$table".to_owned()), false, span);
        }
        let mut filtered = Vec::with_capacity(legs.len());
        let missing = missing_columns(&predicate, &legs);
        for leg in legs {
            let inner = Context::new(&missing_as_null(&ctx.env, &missing, &leg.rel, span), rows_of(&leg.rel));
            let predicate = self.search_predicate(&predicate, sensitive, &inner, &leg.rel, 0);
            let (columns, serialized, open) = (leg.rel.columns.clone(), leg.rel.serialized, leg.rel.open);
            let rel = rel(RelKind::Filter { input: leg.rel, predicate }, columns, serialized, open, span);
            filtered.push(Leg { rel, label: leg.label });
        }
        self.united(filtered, false, Some("$table".to_owned()), false, span)
    }

    pub(super) fn searched_tables(&mut self, operator: &str, nodes: Vec<ast::Expr>, ctx: &Context) -> Vec<Leg> {
        let mut legs = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            let span = self.span(node);
            match node {
                ast::Expr::Star(_) => legs.extend(self.all_tables(span, ctx)),
                ast::Expr::Name(name) if name.name().is_some_and(|name| name.is_wildcard()) => {
                    let pattern = name.value();
                    legs.extend(self.matching_tables(&pattern, false, span, ctx));
                }
                _ => {
                    let label = self.table_label(node, ctx).unwrap_or_else(|| format!("{operator}_arg{at}"));
                    let rel = self.rel(node, &ctx.without_rows(), None);
                    legs.push(Leg { rel, label });
                }
            }
        }
        legs
    }

    /// Views that the query declares, and every table when it declares none.
    pub(super) fn all_tables(&mut self, span: Span, ctx: &Context) -> Vec<Leg> {
        let views = ctx
            .env
            .iter()
            .any(|(_, binding)| matches!(binding, Binding::Function(function) if function.view));
        self.matching_tables("*", views, span, ctx)
    }

    /// A predicate in which a bare string means: some column holds it.
    pub(super) fn search_predicate(&mut self, node: &ast::Expr, sensitive: bool, ctx: &Context, rel: &Rel, depth: usize) -> Expr {
        let span = self.span(node);
        match node {
            ast::Expr::Paren(paren) if depth < 60 => match paren.inner() {
                Some(inner) => self.search_predicate(&inner, sensitive, ctx, rel, depth + 1),
                None => value(Literal::Bool(false), span),
            },
            ast::Expr::Logical(logical) if depth < 60 => {
                let op = if logical.op() == Some(ast::LogicalOp::Or) {
                    LogicalOp::Or
                } else {
                    LogicalOp::And
                };
                let operands = logical
                    .operands()
                    .map(|operand| self.search_predicate(&operand, sensitive, ctx, rel, depth + 1));
                let operands = operands.collect();
                Expr {
                    kind: ExprKind::Logical { op, operands },
                    ty: KqlType::Bool,
                    span,
                }
            }
            ast::Expr::Star(_) => value(Literal::Bool(true), span),
            ast::Expr::Literal(literal) => match literal.value() {
                Some(LiteralValue::String(term)) => {
                    self.any_column(&rel.columns, span, |column| Some(term_in(column, &term, sensitive, span)))
                }
                Some(LiteralValue::Bool(_)) => self.condition(Some(node.clone()), span, ctx),
                _ => {
                    self.report(diagnostics::general("search: a term is a string", span));
                    value(Literal::Bool(false), span)
                }
            },
            ast::Expr::Binary(binary) => match (binary.op(), binary.left(), binary.right()) {
                (Some(ast::BinaryOp::Search), Some(ast::Expr::Star(_)), Some(term)) => {
                    self.search_predicate(&term, sensitive, ctx, rel, depth + 1)
                }
                (Some(ast::BinaryOp::Search), Some(left), Some(ast::Expr::Literal(literal))) => {
                    let left = self.expr(&left, ctx);
                    match literal.value() {
                        Some(LiteralValue::String(term)) => term_in(left, &term, sensitive, span),
                        _ => self.condition(Some(node.clone()), span, ctx),
                    }
                }
                _ => self.condition(Some(node.clone()), span, ctx),
            },
            _ => self.condition(Some(node.clone()), span, ctx),
        }
    }
}

fn string(text: &str, span: Span) -> Expr {
    value(Literal::String(text.to_owned()), span)
}

/// A term of `search`: stars at its ends loosen the match.
fn term_in(column: Expr, term: &str, sensitive: bool, span: Span) -> Expr {
    let column = convert(column, KqlType::String);
    let (starts, ends) = (term.starts_with('*'), term.ends_with('*'));
    let inner = term.trim_matches('*');
    if inner.is_empty() && !term.is_empty() {
        return value(Literal::Bool(true), span);
    }
    let (op, needle) = if inner.contains('*') {
        let parts: Vec<String> = inner.split('*').map(escape).collect();
        let pattern = parts.join(".*?");
        let pattern = if sensitive { pattern } else { format!("(?i){pattern}") };
        (text(TextOp::MatchesRegex, true, false), pattern)
    } else {
        let op = match (starts, ends) {
            (true, true) => TextOp::Contains,
            (false, true) => TextOp::HasPrefix,
            (true, false) => TextOp::HasSuffix,
            (false, false) => TextOp::Has,
        };
        (text(op, sensitive, false), inner.to_owned())
    };
    combine(op, column, string(&needle, span), KqlType::Bool, span)
}

/// Whether a condition of `search` or `find` looks into every column, by a bare term or a star.
pub(super) fn looks_everywhere(node: &ast::Expr) -> bool {
    match node {
        ast::Expr::Literal(_) | ast::Expr::Star(_) => true,
        ast::Expr::Paren(paren) => paren.inner().is_some_and(|inner| looks_everywhere(&inner)),
        ast::Expr::Logical(logical) => logical.operands().any(|operand| looks_everywhere(&operand)),
        ast::Expr::Binary(binary) => matches!(binary.left(), Some(ast::Expr::Star(_))),
        _ => false,
    }
}

/// The columns of several tables as one row, for checking a condition on all of them at once; what has several types has no known one.
pub(super) fn common_rows(legs: &[Leg]) -> Option<Rows> {
    if legs.len() < 2 {
        return None;
    }
    let mut columns: Vec<Column> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for column in legs.iter().flat_map(|leg| &leg.rel.columns) {
        match places.get(column.name.as_str()).and_then(|at| columns.get_mut(*at)) {
            Some(known) if known.ty != column.ty => known.ty = KqlType::Unknown,
            Some(_) => {}
            None => {
                places.insert(&column.name, columns.len());
                columns.push(column.clone());
            }
        }
    }
    Some(Rows {
        columns,
        open: legs.iter().any(|leg| leg.rel.open),
        ..Rows::default()
    })
}

/// The columns that a condition reads and that only some of the tables have, with the type where they are.
pub(super) fn missing_columns(predicate: &ast::Expr, legs: &[Leg]) -> HashMap<String, KqlType> {
    let names = predicate.syntax().descendants().filter_map(ast::NameExpr::cast);
    let names: HashSet<String> = names.map(|name| name.value()).collect();
    // Type in the first leg that has the column, and how many legs have it.
    let mut found: HashMap<&str, (KqlType, usize)> = HashMap::new();
    for leg in legs {
        let mut here = HashSet::new();
        for column in &leg.rel.columns {
            if names.contains(&column.name) && here.insert(column.name.as_str()) {
                found.entry(&column.name).or_insert((column.ty, 0)).1 += 1;
            }
        }
    }
    let some = found.into_iter().filter(|(_, (_, count))| *count < legs.len());
    some.map(|(name, (ty, _))| (name.to_owned(), ty)).collect()
}

/// The names in scope, with null for columns that this table lacks and others have.
pub(super) fn missing_as_null(env: &Env, missing: &HashMap<String, KqlType>, rel: &Rel, span: Span) -> Env {
    let here: HashSet<&str> = rel.columns.iter().map(|column| column.name.as_str()).collect();
    missing
        .iter()
        .filter(|(name, _)| !here.contains(name.as_str()))
        .fold(env.clone(), |env, (name, ty)| {
            let null = if *ty == KqlType::String {
                Literal::String(String::new())
            } else {
                Literal::Null(*ty)
            };
            let binding = ScalarBinding {
                expr: value(null, span),
                size: 1,
                subquery_depth: 0,
                reads_row: false,
            };
            env.with(name.clone(), Binding::Scalar(Rc::new(binding)))
        })
}

/// Text that stands for itself inside a regular expression.
fn escape(text: &str) -> String {
    text.chars()
        .flat_map(|c| [Some('\\').filter(|_| c.is_ascii_punctuation()), Some(c)])
        .flatten()
        .collect()
}
