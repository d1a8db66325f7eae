//! `union`: rows of several tables, columns paired by name.

use std::collections::{HashMap, HashSet};

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::{Diagnostic, Severity, Span};

use super::wildcard::matches;
use crate::binder::{Binder, nothing, rel};
use crate::diagnostics;
use crate::ir::{ColumnId, Rel, RelKind, UnionLeg};
use crate::naming::unique_among;
use crate::scope::{Binding, Context};

/// A leg before its columns are paired.
pub(crate) struct Leg {
    pub rel: Rel,
    pub label: String,
}

impl Binder<'_> {
    pub(super) fn union(&mut self, node: &ast::UnionOperator, input: Option<Rel>, span: Span, ctx: &Context) -> Rel {
        let fuzzy = node
            .param("isfuzzy")
            .and_then(|param| param.word())
            .is_some_and(|word| word.eq_ignore_ascii_case("true"));
        let kind = node.param("kind").and_then(|param| param.word());
        let inner = kind.as_ref().is_some_and(|kind| kind.eq_ignore_ascii_case("inner"));
        if let Some(kind) = kind.filter(|kind| !inner && !kind.eq_ignore_ascii_case("outer")) {
            self.report(diagnostics::general(format!("union: '{kind}' is neither inner nor outer"), span));
        }
        let source = node
            .param("withsource")
            .or_else(|| node.param("with_source"))
            .and_then(|param| param.word());
        let mut legs: Vec<Leg> = Vec::new();
        if let Some(rel) = input {
            let label = self.piped_label.take().unwrap_or_else(|| "union_arg0".to_owned());
            legs.push(Leg { rel, label });
        }
        let before = legs.len();
        let mut missing = 0usize;
        for (at, table) in node.tables().enumerate() {
            let added = self.union_legs(&table, at + before, fuzzy, ctx);
            missing += usize::from(added.is_empty());
            legs.extend(added);
        }
        if legs.is_empty() && missing > 0 && fuzzy && self.executes() {
            self.report(diagnostics::general("union: none of the tables exists", span));
        }
        let open = missing > 0 && fuzzy && !self.executes();
        self.united(legs, inner, source, open, span)
    }

    /// The legs that one table expression stands for: none for a missing table of a fuzzy union, several for a pattern.
    fn union_legs(&mut self, node: &ast::Expr, at: usize, fuzzy: bool, ctx: &Context) -> Vec<Leg> {
        let span = self.span(node);
        if let Some(pattern) = pattern_of(node) {
            return self.matching_tables(&pattern, fuzzy, span, ctx);
        }
        if fuzzy && !self.resolves(node, ctx) {
            let text = Self::node_text(node);
            let start: String = text
                .trim()
                .trim_start_matches('(')
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned();
            self.report(diagnostics::left_out(&start, span));
            return Vec::new();
        }
        let label = self.table_label(node, ctx).unwrap_or_else(|| format!("union_arg{at}"));
        let before = self.diagnostics.len();
        let rel = self.rel(node, &ctx.without_rows(), None);
        if fuzzy && self.give_up(before) {
            return Vec::new();
        }
        vec![Leg { rel, label }]
    }

    /// A leg of a fuzzy union that names what does not exist is left out, with a warning.
    fn give_up(&mut self, before: usize) -> bool {
        if self.like_editor() {
            return false;
        }
        // A parser that calls another one wrongly cannot be resolved either.
        let unresolved = |diagnostic: &Diagnostic| match diagnostic.code.as_ref() {
            "SEM0100" | "SEM0260" => true,
            "SEM0219" => diagnostic.message.starts_with("in function "),
            _ => false,
        };
        let new = self.diagnostics.get(before..).unwrap_or_default();
        if !new.iter().any(Diagnostic::is_error) || !new.iter().filter(|d| d.is_error()).all(unresolved) {
            return false;
        }
        for diagnostic in self.diagnostics.iter_mut().skip(before) {
            diagnostic.severity = Severity::Warning;
            diagnostic.message = format!("this leg of the union is left out: {}", diagnostic.message);
        }
        true
    }

    /// Every table and `view` function that fits a pattern.
    pub(super) fn matching_tables(&mut self, pattern: &str, fuzzy: bool, span: Span, ctx: &Context) -> Vec<Leg> {
        let mut names: Vec<String> = self
            .catalog
            .table_names()
            .into_iter()
            .filter(|name| matches(pattern, name) && ctx.env.admits_stored(name))
            .collect();
        let views = ctx
            .env
            .iter()
            .filter(|(name, binding)| matches!(binding, Binding::Function(f) if f.view) && matches(pattern, name));
        let mut known: HashSet<String> = names.iter().cloned().collect();
        for (name, _) in views {
            if known.insert(name.to_owned()) {
                names.push(name.to_owned());
            }
        }
        if names.is_empty() && !fuzzy {
            self.report(diagnostics::unknown_table(pattern, None, span));
        }
        let mut legs = Vec::new();
        for name in names {
            if !self.count_operators(1, span) {
                break;
            }
            let rel = match ctx.env.get(&name) {
                Some(Binding::Function(function)) if function.view => {
                    let function = function.clone();
                    self.call_table_function(&function, &[], None, span, ctx)
                }
                _ => match self.catalog.table(&name) {
                    Some(schema) => self.table(schema, span),
                    None => continue,
                },
            };
            legs.push(Leg { rel, label: name });
        }
        legs
    }

    /// Whether the table that an expression starts from exists.
    pub(super) fn resolves(&self, node: &ast::Expr, ctx: &Context) -> bool {
        match node {
            ast::Expr::Paren(paren) => paren.inner().is_none_or(|inner| self.resolves(&inner, ctx)),
            ast::Expr::Pipeline(pipeline) => pipeline.source().is_none_or(|source| self.resolves(&source, ctx)),
            ast::Expr::Name(name) => {
                let name = name.value();
                match ctx.env.get(&name) {
                    Some(Binding::Invalid) => false,
                    Some(_) => true,
                    None => {
                        let stored = self.catalog.table(&name).is_some() || self.stored_text(&name).is_some();
                        stored && ctx.env.admits_stored(&name) || self.named.iter().any(|(named, ..)| *named == name)
                    }
                }
            }
            ast::Expr::Call(call) => {
                let name = call.function();
                let stored = self.stored_text(&name).is_some() && ctx.env.admits_stored(&name);
                ctx.env.get(&name).is_some() || stored || quarry_schema::functions::tabular(&name).is_some()
            }
            ast::Expr::Member(member) => matches!(member.base(), Some(ast::Expr::Call(call)) if ctx.env.get(&call.function()).is_some()),
            _ => true,
        }
    }

    /// Pairs the columns of the legs by name and type.
    pub(crate) fn united(&mut self, legs: Vec<Leg>, inner: bool, source: Option<String>, open: bool, span: Span) -> Rel {
        if legs.is_empty() {
            return nothing(span);
        }
        let mut pairs = paired(&legs, self.like_editor() && !inner);
        if inner {
            let shared = in_every_leg(&legs);
            pairs.retain(|pair| shared.contains(pair));
        }
        let names = split_names(&pairs);
        let open = open || legs.iter().any(|leg| leg.rel.open);
        let mut columns = Vec::with_capacity(names.len() + 1);
        let source_column = source.map(|name| {
            let taken: HashSet<String> = names.iter().cloned().collect();
            self.column(unique_among(&name, &taken), KqlType::String)
        });
        columns.extend(source_column.iter().cloned());
        let mut places: HashMap<(String, KqlType), ColumnId> = HashMap::with_capacity(pairs.len());
        for (name, pair) in names.into_iter().zip(pairs) {
            let column = self.column(name, pair.1);
            places.insert(pair, column.id);
            columns.push(column);
        }
        let legs = legs
            .into_iter()
            .map(|leg| UnionLeg {
                source: leg_source(&leg.rel, &places),
                rel: leg.rel,
                label: leg.label,
            })
            .collect();
        let source_column = source_column.map(|column| column.id);
        rel(RelKind::Union { legs, source_column }, columns, false, open, span)
    }
}

/// The pattern of names that an expression is.
pub(crate) fn pattern_of(node: &ast::Expr) -> Option<String> {
    match node {
        ast::Expr::Star(_) => Some("*".to_owned()),
        ast::Expr::Name(name) if name.name().is_some_and(|name| name.is_wildcard()) => Some(name.value()),
        _ => None,
    }
}

/// The types that a name comes with.
#[derive(Default)]
struct Types {
    types: Vec<KqlType>,
    /// How many more columns of the first type came before one of another.
    alike: usize,
}

/// Name and type of every column, in order of first appearance; types of one name side by side. The language service overlooks other types
/// of a name whose first two columns are alike.
fn paired(legs: &[Leg], like_editor: bool) -> Vec<(String, KqlType)> {
    let mut groups: Vec<(String, Types)> = Vec::new();
    let mut index = HashMap::new();
    for column in legs.iter().flat_map(|leg| &leg.rel.columns) {
        let at = *index.entry(column.name.clone()).or_insert_with(|| {
            groups.push((column.name.clone(), Types::default()));
            groups.len() - 1
        });
        let Some((_, known)) = groups.get_mut(at) else { continue };
        match known.types.as_slice() {
            [only] if *only == column.ty => known.alike += 1,
            [_] if like_editor && known.alike > 0 => {}
            types if types.contains(&column.ty) => {}
            _ => known.types.push(column.ty),
        }
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(name, known)| (name, known.types)).collect();
    // What is not known yet may be of any of the known types.
    for (_, types) in groups.iter_mut().filter(|(_, types)| types.len() > 1) {
        types.retain(|ty| *ty != KqlType::Unknown);
    }
    groups
        .into_iter()
        .flat_map(|(name, types)| types.into_iter().map(move |ty| (name.clone(), ty)))
        .collect()
}

/// Result names: a name that comes with several types is split into `name_type` columns.
fn split_names(pairs: &[(String, KqlType)]) -> Vec<String> {
    let mut counts = HashMap::new();
    for (name, _) in pairs {
        *counts.entry(name.as_str()).or_insert(0usize) += 1;
    }
    let split = |name: &str| counts.get(name).copied().unwrap_or(0) > 1;
    // Columns that keep their name have it first.
    let mut taken: HashSet<String> = pairs
        .iter()
        .filter(|(name, _)| !split(name))
        .map(|(name, _)| name.clone())
        .collect();
    pairs
        .iter()
        .map(|(name, ty)| {
            if !split(name) {
                return name.clone();
            }
            let name = unique_among(&format!("{name}_{ty}"), &taken);
            taken.insert(name.clone());
            name
        })
        .collect()
}

/// The pairs of name and type that no leg lacks.
fn in_every_leg(legs: &[Leg]) -> HashSet<(String, KqlType)> {
    let pairs =
        |leg: &Leg| -> HashSet<(String, KqlType)> { leg.rel.columns.iter().map(|column| (column.name.clone(), column.ty)).collect() };
    let Some((first, rest)) = legs.split_first() else {
        return HashSet::new();
    };
    rest.iter().map(pairs).fold(pairs(first), |mut shared, pairs| {
        shared.retain(|pair| pairs.contains(pair));
        shared
    })
}

/// What a leg gives to the columns of the union: of two columns with one name, the first.
fn leg_source(leg: &Rel, places: &HashMap<(String, KqlType), ColumnId>) -> Vec<(ColumnId, ColumnId)> {
    let mut filled = HashSet::with_capacity(leg.columns.len());
    leg.columns
        .iter()
        .filter_map(|column| {
            let to = *places.get(&(column.name.clone(), column.ty))?;
            filled.insert(to).then_some((to, column.id))
        })
        .collect()
}
