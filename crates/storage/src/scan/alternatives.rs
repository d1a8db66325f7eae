//! Filters of alternatives that the scan tests itself, because in most blocks of rows no row can meet some of them: where terms tell that no row
//! meets `b`, `a or b` is `a`, and what only `b` looks at is not read.

use std::collections::HashSet;

use datafusion::logical_expr::utils::disjunction;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use quarry_schema::KqlType;

use super::LakeTable;
use super::terms::{Demand, Found};

/// An alternative that at most one row in so many can meet is left out where it cannot hold: two scans of the rest cost more than they save otherwise.
const RARE: usize = 8;

/// The alternatives of a filter.
fn alternatives(filter: &Expr) -> Vec<&Expr> {
    match filter {
        Expr::Alias(alias) => alternatives(&alias.expr),
        Expr::IsTrue(inner) => alternatives(inner),
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Or,
            right,
        }) => {
            let mut all = alternatives(left);
            all.extend(alternatives(right));
            all
        }
        other => vec![other],
    }
}

fn columns(filter: &Expr) -> impl Iterator<Item = &str> {
    filter.column_refs().into_iter().map(|column| column.name.as_str())
}

/// A filter that may be shorter where some of its alternatives cannot hold.
pub(super) struct Alternatives<'f> {
    /// Its place among the filters.
    pub place: usize,
    filter: &'f Expr,
    parts: Vec<&'f Expr>,
    /// What each of them demands; nothing of those that terms do not tell.
    pub demands: Vec<Demand>,
}

impl LakeTable {
    /// Whether the scan tests a filter itself, so that columns which only the filter looks at need not leave it. Documents are left to other rules.
    ///
    /// The optimizer asks once and rewrites filters afterwards, such as `a in ('x', 'x')`, which it first makes two alternatives of and then one: what
    /// is said of a filter must be true of everything that may become of it. So it is the columns alone that decide.
    pub(super) fn tests(&self, filter: &Expr) -> bool {
        let is_text = |name: &str| self.layout.resolve(name).is_some_and(|column| column.ty == KqlType::String);
        columns(filter).all(is_text) && !filter.is_volatile()
    }

    /// The first of these filters that has alternatives of which terms tell something, with what they tell.
    pub(super) fn alternatives<'f>(&self, filters: &'f [Expr]) -> Option<Alternatives<'f>> {
        let demands = |parts: &[&Expr]| {
            let demand = |part: &&Expr| Demand::of(std::slice::from_ref(*part), self);
            let demands: Vec<Option<Demand>> = parts.iter().map(demand).collect();
            demands.iter().any(Option::is_some).then_some(demands)
        };
        filters.iter().enumerate().find_map(|(place, filter)| {
            let parts = alternatives(filter);
            let demands = demands(&parts).filter(|_| parts.len() > 1)?;
            Some(Alternatives {
                place,
                filter,
                parts,
                demands: demands.into_iter().map(|demand| demand.unwrap_or(Demand::NOTHING)).collect(),
            })
        })
    }
}

impl Alternatives<'_> {
    /// The places of alternatives that few of the rows can meet and that alone look at some column; `read` are the columns that are read in any case.
    pub fn rare(&self, found: &[Option<Found>], read: &HashSet<&str>) -> Option<Vec<usize>> {
        let is_rare = |at: &usize| {
            let rows = found.iter().flatten().map(|file| file.rows(&[*at]));
            let (left, with) = rows.fold((0, 0), |all, rows| (all.0 + rows.0, all.1 + rows.1));
            left > 0 && with.saturating_mul(RARE) <= left
        };
        let mut rare: Vec<usize> = (0..self.parts.len()).filter(is_rare).collect();
        let kept: HashSet<&str> = self.without(&rare).into_iter().flat_map(columns).collect();
        let alone = |column: &str| !read.contains(column) && !kept.contains(column);
        rare.retain(|at| self.parts.get(*at).is_some_and(|part| columns(part).any(alone)));
        (!rare.is_empty() && rare.len() < self.parts.len()).then_some(rare)
    }

    fn without(&self, places: &[usize]) -> Vec<&Expr> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(at, _)| !places.contains(at)).map(|(_, part)| *part).collect()
    }

    /// The filter for rows that cannot meet the alternatives at these places.
    pub fn shorter(&self, places: &[usize]) -> Expr {
        disjunction(self.without(places).into_iter().cloned()).unwrap_or_else(|| self.filter.clone())
    }
}
