//! Which paths into stored dynamic columns a query follows.

use std::collections::{BTreeSet, HashMap};

use quarry_schema::KqlType;

use super::{ColumnId, Expr, ExprKind, PathSegment, Query, Rel, RelKind};
use crate::members::Readings;

/// A path into a dynamic column of a stored table. Its steps are keys and positions, never computed ones.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPath {
    pub table: String,
    pub column: String,
    pub path: Vec<PathSegment>,
    /// The members that are read of bags in a list there, where nothing else is.
    pub members: Option<BTreeSet<String>>,
}

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place {
    Column(ColumnId),
    /// At a path into a stored column, as text.
    Path(String),
}

impl StoredPath {
    fn place(&self) -> Place {
        Place::Path(format!("{}\n{}\n{:?}", self.table, self.column, self.path))
    }
}

/// The paths that a query follows, each as often as it does. A path is told up to its first computed step; names that `extend` gives on the way
/// are seen through.
#[must_use]
pub fn stored_paths(query: &Query) -> Vec<StoredPath> {
    let mut walk = Walk {
        origins: HashMap::new(),
        found: Vec::new(),
        readings: Readings::default(),
    };
    let subqueries = query.subqueries.iter().map(|subquery| &subquery.rel);
    for rel in subqueries.chain(query.results.iter().map(|result| &result.rel)) {
        walk.rel(rel);
    }
    for column in query.results.iter().flat_map(|result| &result.rel.columns) {
        walk.readings.whole(walk.place_of(column.id));
    }
    let settled = walk.readings.settled();
    let mut found = walk.found;
    for path in &mut found {
        path.members = settled.members(&path.place()).filter(|members| !members.is_empty());
    }
    found
}

struct Walk {
    /// Where the value of a column comes from, when it is a stored column or lies at a path in one.
    origins: HashMap<ColumnId, StoredPath>,
    found: Vec<StoredPath>,
    readings: Readings<Place>,
}

impl Walk {
    fn rel(&mut self, rel: &Rel) {
        for input in rel.inputs() {
            self.rel(input);
        }
        match rel.kind.as_ref() {
            RelKind::Table { name, source } => {
                for (id, stored) in source {
                    let dynamic = |column: &&super::Column| column.id == *id && column.ty == KqlType::Dynamic;
                    if rel.columns.iter().any(|column| dynamic(&column)) {
                        let origin = StoredPath {
                            table: name.clone(),
                            column: stored.clone(),
                            path: Vec::new(),
                            members: None,
                        };
                        self.origins.insert(*id, origin);
                    }
                }
            }
            RelKind::Shared { source, .. } | RelKind::GroupInput { source } => self.renamed(source),
            RelKind::Union { legs, .. } => legs.iter().for_each(|leg| self.renamed(&leg.source)),
            RelKind::Project { items, .. } => {
                for (id, expr) in items {
                    self.named(expr, *id);
                    if let Some(origin) = self.origin(expr) {
                        self.origins.insert(*id, origin);
                    }
                }
            }
            RelKind::MvExpand(expansion) => {
                for item in &expansion.items {
                    match self.place(&item.expr).filter(|_| item.to == KqlType::Dynamic) {
                        Some(list) => self.readings.elements(list, Place::Column(item.output)),
                        None => self.read(&item.expr),
                    }
                }
            }
            _ => {
                // Both the rel and what it looks at are borrowed while it is walked.
                let mut looked_at = Vec::new();
                rel.each_expr(&mut |expr| looked_at.push(expr.clone()));
                looked_at.iter().for_each(|expr| self.read(expr));
            }
        }
        rel.each_expr(&mut |expr| self.follow(expr));
    }

    fn renamed(&mut self, columns: &[(ColumnId, ColumnId)]) {
        for (id, from) in columns {
            let place = self.place_of(*from);
            self.readings.same(place, Place::Column(*id));
            if let Some(origin) = self.origins.get(from).cloned() {
                self.origins.entry(*id).or_insert(origin);
            }
        }
    }

    /// The stored column that an expression reads, and the path that it follows there.
    fn origin(&self, expr: &Expr) -> Option<StoredPath> {
        match &expr.kind {
            ExprKind::Column(id) => self.origins.get(id).cloned(),
            ExprKind::Path { base, segments } => {
                let mut origin = self.origin(base)?;
                let fixed = segments.iter().take_while(|segment| !matches!(segment, PathSegment::Dynamic(_)));
                origin.path.extend(fixed.cloned());
                Some(origin)
            }
            // What parses a dynamic gives it back.
            ExprKind::Call { function, args } if matches!(function.name, "parse_json" | "todynamic") => match args.as_slice() {
                [document] if document.ty == KqlType::Dynamic => self.origin(document),
                _ => None,
            },
            _ => None,
        }
    }

    /// An expression whose value gets a name.
    fn named(&mut self, expr: &Expr, id: ColumnId) {
        match self.place(expr) {
            Some(place) => self.readings.same(place, Place::Column(id)),
            None => self.read(expr),
        }
    }

    /// An expression of whose value nothing is known but that it is read.
    fn read(&mut self, expr: &Expr) {
        if let ExprKind::Call { function, args } = &expr.kind
            && matches!(function.name, "isempty" | "isnotempty" | "isnull" | "isnotnull" | "array_length")
            && let [value] = args.as_slice()
            && self.place(value).is_some()
        {
            return;
        }
        match self.place(expr) {
            Some(place) => self.readings.whole(place),
            None => expr.parts().into_iter().for_each(|part| self.read(part)),
        }
    }

    fn place_of(&self, id: ColumnId) -> Place {
        match self.origins.get(&id) {
            Some(origin) if !origin.path.is_empty() => origin.place(),
            _ => Place::Column(id),
        }
    }

    /// The place that an expression gives the value of. The way there is read.
    fn place(&mut self, expr: &Expr) -> Option<Place> {
        match &expr.kind {
            ExprKind::Column(id) => Some(self.place_of(*id)),
            ExprKind::Call { function, args } if matches!(function.name, "parse_json" | "todynamic" | "tostring") => {
                match args.as_slice() {
                    [value] if value.ty == KqlType::Dynamic => self.place(value),
                    _ => None,
                }
            }
            ExprKind::Path { base, segments } => {
                let from = self.place(base)?;
                match segments.as_slice() {
                    [PathSegment::Key(key), ..] | [PathSegment::Index(_), PathSegment::Key(key), ..] => {
                        self.readings.member(from.clone(), key)
                    }
                    _ => self.readings.whole(from.clone()),
                }
                let place = match self.origin(expr) {
                    Some(origin) => origin.place(),
                    None => Place::Path(format!("{from:?}\n{segments:?}")),
                };
                self.readings.seen(place.clone());
                Some(place)
            }
            _ => None,
        }
    }

    /// Notes the longest path at each place where an expression follows one.
    fn follow(&mut self, expr: &Expr) {
        if matches!(expr.kind, ExprKind::Path { .. })
            && let Some(path) = self.origin(expr).filter(|path| !path.path.is_empty())
        {
            self.found.push(path);
            return;
        }
        expr.parts().into_iter().for_each(|part| self.follow(part));
    }
}
