//! Which paths into dynamic columns content follows: what a lake should keep beside the documents for it.

use std::collections::{BTreeMap, BTreeSet};

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
}
