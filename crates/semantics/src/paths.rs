//! Which paths into dynamic columns content follows: what a lake should keep beside the documents for it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::ir::{PathSegment, stored_paths};
use crate::{BindOptions, Catalog, Mode, bind};

/// A path into a dynamic column of a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FollowedPath {
    pub table: String,
    pub column: String,
    /// A key, or a position.
    pub steps: Vec<Result<String, i64>>,
}

/// The paths that queries follow and the number of queries that follow each, those that most queries follow first. A query that does not bind
/// counts with none.
pub fn followed_paths<'a>(queries: impl IntoIterator<Item = &'a str>, catalog: &dyn Catalog) -> Vec<(FollowedPath, usize)> {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    let mut counts: BTreeMap<FollowedPath, usize> = BTreeMap::new();
    for text in queries {
        let Some(query) = bind(text, &options, catalog).query else {
            continue;
        };
        let once: BTreeSet<FollowedPath> = stored_paths(&query)
            .into_iter()
            .map(|found| FollowedPath {
                table: found.table,
                column: found.column,
                steps: found.path.iter().filter_map(step).collect(),
            })
            .collect();
        for path in once {
            *counts.entry(path).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by(|(left, of_left), (right, of_right)| of_right.cmp(of_left).then_with(|| left.cmp(right)));
    counts
}

/// The most paths into one column that are kept.
const MOST: usize = 24;
/// Keys of values that are another in nearly every record: kept beside the document they would take as much room again as in it.
const UNIQUE: &[&str] = &["InternetMessageId", "SessionId"];

/// Of followed paths, those whose values a lake should keep beside the documents. A value that is kept serves the paths into it; but of an element of an
/// array its members are kept, where they are followed.
#[must_use]
pub fn worth_keeping(mut paths: Vec<(FollowedPath, usize)>) -> Vec<(FollowedPath, usize)> {
    let unique = |path: &FollowedPath| matches!(path.steps.last(), Some(Ok(key)) if UNIQUE.contains(&key.as_str()));
    paths.retain(|(path, _)| !unique(path));
    let all: Vec<FollowedPath> = paths.iter().map(|(path, _)| path.clone()).collect();
    let element = |path: &FollowedPath| matches!(path.steps.last(), Some(Err(_)));
    let within = |inner: &FollowedPath, outer: &FollowedPath| {
        (&inner.table, &inner.column) == (&outer.table, &outer.column)
            && inner.steps.len() > outer.steps.len()
            && inner.steps.starts_with(&outer.steps)
    };
    paths.retain(|(path, _)| {
        let served = all.iter().any(|outer| !element(outer) && within(path, outer));
        let in_parts = element(path) && all.iter().any(|inner| within(inner, path));
        !served && !in_parts
    });
    let mut of_column: HashMap<(String, String), usize> = HashMap::new();
    paths.retain(|(path, _)| {
        let kept = of_column.entry((path.table.clone(), path.column.clone())).or_default();
        *kept += 1;
        *kept <= MOST
    });
    paths
}

fn step(segment: &PathSegment) -> Option<Result<String, i64>> {
    match segment {
        PathSegment::Key(key) => Some(Ok(key.clone())),
        PathSegment::Index(index) => Some(Err(*index)),
        PathSegment::Dynamic(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::SchemaCatalog;

    #[test]
    fn a_query_counts_once_for_a_path() {
        let queries = [
            "CloudAppEvents | where RawEventData.UserId == 'a' or tostring(RawEventData['UserId']) has 'b'",
            "CloudAppEvents | extend D = RawEventData | project D.UserId, D.Folders[0].Path",
            "CloudAppEvents | where NoSuchColumn.x == 1",
        ];
        let paths = followed_paths(queries, &SchemaCatalog);
        let shown: Vec<_> = paths.iter().map(|(path, count)| (path.steps.clone(), *count)).collect();
        let key = |key: &str| Ok(key.to_owned());
        assert_eq!(shown, [(vec![key("UserId")], 2), (vec![key("Folders"), Err(0), key("Path")], 1)]);
        assert!(
            paths
                .iter()
                .all(|(path, _)| path.table == "CloudAppEvents" && path.column == "RawEventData")
        );
    }
    #[test]
    fn what_a_kept_value_serves_is_not_kept_again() {
        let path = |steps: &[Result<&str, i64>]| FollowedPath {
            table: "T".to_owned(),
            column: "C".to_owned(),
            steps: steps.iter().map(|step| step.map(str::to_owned)).collect(),
        };
        let followed = [
            path(&[Ok("a")]),
            path(&[Ok("a"), Ok("b")]),
            path(&[Err(0)]),
            path(&[Err(0), Ok("x")]),
            path(&[Ok("SessionId")]),
        ];
        let kept = worth_keeping(followed.into_iter().map(|path| (path, 1)).collect());
        let kept: Vec<_> = kept.into_iter().map(|(path, _)| path).collect();
        assert_eq!(kept, [path(&[Ok("a")]), path(&[Err(0), Ok("x")])]);
        let many = (0..100).map(|at| (path(&[Err(at)]), 1)).collect();
        assert_eq!(worth_keeping(many).len(), MOST);
    }
}
