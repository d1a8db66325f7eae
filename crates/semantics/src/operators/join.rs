//! `join`, and what it shares with `lookup`.

use std::collections::{HashMap, HashSet};

use quarry_schema::KqlType;
use quarry_syntax::ast;
use quarry_text::{Span, suggest};

use crate::binder::{Binder, convert, nothing, read, rel};
use crate::diagnostics;
use crate::ir::{Column, ColumnId, Expr, JoinKind, Rel, RelKind};
use crate::naming::unique_among;
use crate::scope::{Context, find};
use crate::types::widest;

const KINDS: &[(&str, JoinKind)] = &[
    ("innerunique", JoinKind::InnerUnique),
    ("inner", JoinKind::Inner),
    ("leftouter", JoinKind::LeftOuter),
    ("rightouter", JoinKind::RightOuter),
    ("fullouter", JoinKind::FullOuter),
    ("leftsemi", JoinKind::LeftSemi),
    ("leftanti", JoinKind::LeftAnti),
    ("leftantisemi", JoinKind::LeftAnti),
    ("anti", JoinKind::LeftAnti),
    ("rightsemi", JoinKind::RightSemi),
    ("rightanti", JoinKind::RightAnti),
    ("rightantisemi", JoinKind::RightAnti),
];

/// What `hint.strategy` may be.
const STRATEGIES: &[&str] = &["auto", "broadcast", "centralized", "shuffle"];

/// A pair of columns that must be equal.
pub(crate) struct Key {
    pub left: Column,
    pub right: Column,
    pub span: Span,
}

impl Binder<'_> {
    pub(super) fn join(&mut self, node: &ast::JoinOperator, left: Rel, span: Span, ctx: &Context) -> Rel {
        let join = match node.kind() {
            None => JoinKind::InnerUnique,
            Some(kind) => match KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&kind)) {
                Some((_, join)) => *join,
                None => {
                    let closest = suggest::closest(&kind, KINDS.iter().map(|(name, _)| *name));
                    let place = self.place_of(node.param("kind").and_then(|kind| kind.value()).as_ref(), span);
                    self.report(diagnostics::join_kind("join", &kind, closest, place));
                    JoinKind::Inner
                }
            },
        };
        self.check_join_hints(node, &left);
        let right = self.right_side(node.right(), span, ctx);
        if let Some(clause) = node.where_clause() {
            let span = self.span(&clause);
            self.report(diagnostics::unsupported("join … where", span));
        }
        let conditions: Vec<ast::Expr> = node.on_clauses().collect();
        let keys = self.join_keys(&conditions, &left, &right);
        let columns = match join {
            JoinKind::LeftSemi | JoinKind::LeftAnti => left.columns.clone(),
            JoinKind::RightSemi | JoinKind::RightAnti => right.columns.clone(),
            _ => both_sides(&left.columns, &right.columns),
        };
        self.joined_rows(join, (left, right), keys, columns, false, span)
    }

    /// Hints change no answer, but what they say must make sense.
    fn check_join_hints(&mut self, node: &ast::JoinOperator, left: &Rel) {
        if let Some(hint) = node.param("hint.strategy")
            && !hint.word().is_some_and(|word| STRATEGIES.contains(&word.as_str()))
        {
            let span = self.span(&hint);
            self.report(diagnostics::join_strategy(STRATEGIES, span));
        }
        if let Some(hint) = node.param("hint.shufflekey")
            && let Some(ast::Expr::Name(key)) = hint.value()
            && !left.open
            && find(&left.columns, &key.value()).is_none()
        {
            let (span, key) = (self.span(&hint), key.value());
            let closest = suggest::closest(&key, left.columns.iter().map(|column| column.name.as_str()));
            self.report(diagnostics::unknown_column(&key, closest, span));
        }
    }

    pub(super) fn right_side(&mut self, node: Option<ast::Expr>, span: Span, ctx: &Context) -> Rel {
        match node {
            Some(node) => self.rel(&node, &ctx.without_rows(), None),
            None => nothing(span),
        }
    }

    /// Builds the join over keys of one type; the ids of both sides stay.
    pub(super) fn joined_rows(
        &mut self,
        join: JoinKind,
        (left, right): (Rel, Rel),
        keys: Vec<Key>,
        columns: Vec<Column>,
        lookup: bool,
        span: Span,
    ) -> Rel {
        let open = match join {
            JoinKind::LeftSemi | JoinKind::LeftAnti => left.open,
            JoinKind::RightSemi | JoinKind::RightAnti => right.open,
            _ => left.open || right.open,
        };
        let on = keys.into_iter().map(|key| self.key_pair(key)).collect();
        // A column id goes with one name: what is called differently in the result becomes a column of its own.
        let own: HashMap<ColumnId, &Column> = right
            .columns
            .iter()
            .chain(&left.columns)
            .map(|column| (column.id, column))
            .collect();
        let named: Vec<Column> = columns
            .iter()
            .map(|column| (*own.get(&column.id).unwrap_or(&column)).clone())
            .collect();
        let renamed = named != columns;
        let kind = RelKind::Join {
            join,
            left,
            right,
            on,
            lookup,
        };
        let joined = rel(kind, named.clone(), false, open, span);
        if !renamed {
            return joined;
        }
        let items = columns.into_iter().zip(&named).map(|(wanted, own)| {
            let expr = read(own, span);
            if wanted.name == own.name {
                (wanted, expr)
            } else {
                (self.column(wanted.name, own.ty), expr)
            }
        });
        let items = items.collect();
        self.project(joined, items, open, span)
    }

    fn key_pair(&mut self, key: Key) -> (Expr, Expr) {
        let (left, right) = (read(&key.left, key.span), read(&key.right, key.span));
        match (left.ty, right.ty) {
            (KqlType::Dynamic, _) | (_, KqlType::Dynamic) => {
                self.report(diagnostics::dynamic_key("join", key.span));
                (left, right)
            }
            (l, r) if l == r || l == KqlType::Unknown || r == KqlType::Unknown => (left, right),
            (l, r) if l.is_integer() && r.is_integer() => {
                let ty = widest(l, r);
                (convert(left, ty), convert(right, ty))
            }
            (l, r) => {
                self.report(diagnostics::join_key_types(l, r, key.span));
                (left, right)
            }
        }
    }

    /// Reads the conditions after `on`.
    pub(super) fn join_keys(&mut self, conditions: &[ast::Expr], left: &Rel, right: &Rel) -> Vec<Key> {
        let mut keys = Vec::new();
        for condition in conditions {
            self.join_condition(condition, left, right, &mut keys, 0);
        }
        keys
    }

    fn join_condition(&mut self, node: &ast::Expr, left: &Rel, right: &Rel, keys: &mut Vec<Key>, depth: usize) {
        let span = self.span(node);
        match node {
            ast::Expr::Paren(paren) if depth < 20 => {
                if let Some(inner) = paren.inner() {
                    self.join_condition(&inner, left, right, keys, depth + 1);
                }
            }
            ast::Expr::Logical(logical) if logical.op() == Some(ast::LogicalOp::And) && depth < 20 => {
                for operand in logical.operands() {
                    self.join_condition(&operand, left, right, keys, depth + 1);
                }
            }
            ast::Expr::Name(name) => {
                let name = name.value();
                let left = self.side_column(&name, left, span);
                let right = self.side_column(&name, right, span);
                if let (Some(left), Some(right)) = (left, right) {
                    keys.push(Key { left, right, span });
                }
            }
            ast::Expr::Binary(binary) if binary.op() == Some(ast::BinaryOp::Equal) => {
                let first = binary.left().and_then(|side| self.qualified(&side, left, right));
                let second = binary.right().and_then(|side| self.qualified(&side, left, right));
                match (first, second) {
                    (Some((true, Some(left))), Some((false, Some(right)))) => keys.push(Key { left, right, span }),
                    (Some((false, Some(right))), Some((true, Some(left)))) => keys.push(Key { left, right, span }),
                    (Some((a, _)), Some((b, _))) if a != b => {}
                    _ => self.report(diagnostics::join_condition(span)),
                }
            }
            _ => self.report(diagnostics::join_condition(span)),
        }
    }

    /// `$left.x` or `$right.x`: whether it is the left side, and the column when there is one.
    fn qualified(&mut self, node: &ast::Expr, left: &Rel, right: &Rel) -> Option<(bool, Option<Column>)> {
        let span = self.span(node);
        let (base, name) = match node.clone().without_parens()? {
            ast::Expr::Member(member) => (
                member.base()?,
                match member.member()? {
                    ast::Expr::Name(name) => name.value(),
                    _ => return None,
                },
            ),
            ast::Expr::Index(index) => (
                index.base()?,
                match index.index()? {
                    ast::Expr::Literal(literal) => match literal.value()? {
                        quarry_syntax::literal::LiteralValue::String(name) => name,
                        _ => return None,
                    },
                    _ => return None,
                },
            ),
            _ => return None,
        };
        let ast::Expr::Name(side) = base else { return None };
        match side.value().as_str() {
            "$left" => Some((true, self.side_column(&name, left, span))),
            "$right" => Some((false, self.side_column(&name, right, span))),
            _ => None,
        }
    }

    fn side_column(&mut self, name: &str, side: &Rel, span: Span) -> Option<Column> {
        let found = find(&side.columns, name).cloned();
        if found.is_none() && !side.open {
            let closest = suggest::closest(name, side.columns.iter().map(|column| column.name.as_str()));
            self.report(diagnostics::unknown_column(name, closest, span));
        }
        found
    }
}

/// The columns of both sides; on the right, names that are taken get a number.
pub(crate) fn both_sides(left: &[Column], right: &[Column]) -> Vec<Column> {
    let on_left: HashSet<&str> = left.iter().map(|column| column.name.as_str()).collect();
    let mut taken: HashSet<String> = left.iter().chain(right).map(|column| column.name.clone()).collect();
    let mut columns = left.to_vec();
    for column in right {
        let name = if on_left.contains(column.name.as_str()) {
            unique_among(&column.name, &taken)
        } else {
            column.name.clone()
        };
        taken.insert(name.clone());
        columns.push(Column { name, ..column.clone() });
    }
    columns
}
