//! Which paths into stored dynamic columns a query follows.

use std::collections::HashMap;

use quarry_schema::KqlType;

use super::{ColumnId, Expr, ExprKind, PathSegment, Query, Rel, RelKind};

/// A path into a dynamic column of a stored table. Its steps are keys and positions, never computed ones.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPath {
    pub table: String,
    pub column: String,
    pub path: Vec<PathSegment>,
}

/// The paths that a query follows, each as often as it does. A path is told up to its first computed step; names that `extend` gives on the way
/// are seen through.
#[must_use]
pub fn stored_paths(query: &Query) -> Vec<StoredPath> {
    let mut walk = Walk {
        origins: HashMap::new(),
        found: Vec::new(),
    };
    let subqueries = query.subqueries.iter().map(|subquery| &subquery.rel);
    for rel in subqueries.chain(query.results.iter().map(|result| &result.rel)) {
        walk.rel(rel);
    }
    walk.found
}

struct Walk {
    /// Where the value of a column comes from, when it is a stored column or lies at a path in one.
    origins: HashMap<ColumnId, StoredPath>,
    found: Vec<StoredPath>,
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
                        };
                        self.origins.insert(*id, origin);
                    }
                }
            }
            RelKind::Shared { source, .. } | RelKind::GroupInput { source } => self.renamed(source),
            RelKind::Union { legs, .. } => legs.iter().for_each(|leg| self.renamed(&leg.source)),
            RelKind::Project { items, .. } => {
                for (id, expr) in items {
                    if let Some(origin) = self.origin(expr) {
                        self.origins.insert(*id, origin);
                    }
                }
            }
            _ => {}
        }
        rel.each_expr(&mut |expr| self.follow(expr));
    }

    fn renamed(&mut self, columns: &[(ColumnId, ColumnId)]) {
        for (id, from) in columns {
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
