//! What is known of the rows that reach an operator: the filters they passed and how their columns came about.

use std::collections::HashMap;

use quarry_schema::KqlType;
use quarry_semantics::ir::{Aggregate, ColumnId, Expr, ExprKind, JoinKind, Literal, Rel, RelKind};

use super::formula::{Formula, Want};
use super::set::Set;

/// What is known of a row.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Columns that are another one under a new name.
    aliases: HashMap<ColumnId, ColumnId>,
    constants: HashMap<ColumnId, Literal>,
    /// What filters let through, and what columns cannot be.
    pub holds: Vec<Formula>,
}

impl Facts {
    /// What is known of the rows of `rel`.
    pub(crate) fn of(rel: &Rel) -> Facts {
        let mut facts = Facts::default();
        let mut predicates: Vec<&Expr> = Vec::new();
        let mut todo = vec![rel];
        while let Some(rel) = todo.pop() {
            match rel.kind.as_ref() {
                RelKind::Filter { input, predicate } => {
                    predicates.push(predicate);
                    todo.push(input);
                }
                RelKind::Project { input, items } | RelKind::Window { input, items } => {
                    items.iter().for_each(|(id, expr)| facts.define(*id, expr));
                    todo.push(input);
                }
                RelKind::Summarize { input, keys, aggregates } => {
                    keys.iter().for_each(|(id, expr)| facts.define(*id, expr));
                    aggregates.iter().for_each(|aggregate| facts.aggregate(aggregate, !keys.is_empty()));
                    todo.push(input);
                }
                // Columns of a side that may have no partner are empty there: nothing is known of them.
                RelKind::Join { join, left, right, .. } => match join {
                    JoinKind::Inner | JoinKind::InnerUnique => todo.extend([left, right]),
                    JoinKind::LeftOuter | JoinKind::LeftSemi | JoinKind::LeftAnti => todo.push(left),
                    JoinKind::RightOuter | JoinKind::RightSemi | JoinKind::RightAnti => todo.push(right),
                    JoinKind::FullOuter => {}
                },
                RelKind::Sort { input, .. } | RelKind::Take { input, .. } => todo.push(input),
                RelKind::MvExpand(expand) => todo.push(&expand.input),
                RelKind::Parse(parse) => todo.push(&parse.input),
                RelKind::ParseKv(parse) => todo.push(&parse.input),
                // Unions mix rows, and the rows behind `materialize` may be read twice: their columns are not one row's.
                _ => {}
            }
        }
        let passed: Vec<Formula> = predicates
            .into_iter()
            .map(|predicate| Formula::of(predicate, Want::True, &facts))
            .collect();
        facts.holds.extend(passed);
        facts
    }

    fn define(&mut self, id: ColumnId, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column(source) if *source != id => {
                self.aliases.insert(id, *source);
            }
            ExprKind::Literal(value) if !matches!(value, Literal::Null(_)) => {
                self.constants.insert(id, value.clone());
            }
            _ => {}
        }
    }

    /// Counts are never negative, and a group has at least one row.
    fn aggregate(&mut self, aggregate: &Aggregate, grouped: bool) {
        let least = match (aggregate.function.name, aggregate.args.first()) {
            ("count", _) => i64::from(grouped),
            // Nulls are not counted, and texts are never null.
            ("dcount" | "count_distinct", Some(of)) => i64::from(grouped && of.ty == KqlType::String),
            ("countif" | "dcountif" | "count_distinctif", _) => 0,
            _ => return,
        };
        if let [output] = aggregate.outputs.as_slice() {
            self.holds.push(Formula::Is(column(*output), Set::range(Some(least), None)));
        }
    }

    /// The value that a column has on every row.
    pub(crate) fn constant(&self, id: ColumnId) -> Option<&Literal> {
        self.constants.get(&self.source(id))
    }

    /// The name of a column as a term.
    pub(crate) fn term(&self, id: ColumnId) -> String {
        column(self.source(id))
    }

    /// An expression as a term.
    pub(crate) fn spelled(&self, expr: &Expr) -> String {
        let mut expr = expr.clone();
        self.rename(&mut expr);
        expr.to_string()
    }

    fn rename(&self, expr: &mut Expr) {
        if let ExprKind::Column(id) = &mut expr.kind {
            *id = self.source(*id);
        }
        expr.parts_mut().into_iter().for_each(|part| self.rename(part));
    }

    fn source(&self, mut id: ColumnId) -> ColumnId {
        // Each alias is of an operator further down, so this ends; the bound is for peace of mind.
        for _ in 0..=self.aliases.len() {
            match self.aliases.get(&id) {
                Some(source) => id = *source,
                None => break,
            }
        }
        id
    }
}

fn column(id: ColumnId) -> String {
    format!("#{id}")
}
