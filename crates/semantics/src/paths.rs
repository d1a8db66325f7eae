//! Which paths into dynamic columns content follows: what a lake should keep beside the documents for it.

use std::collections::btree_map::Entry;
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

/// A path, and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    pub path: FollowedPath,
    /// How many queries follow it.
    pub queries: usize,
    /// Where all of them read lists there, and nothing but certain members of the bags in them: the members.
    pub members: Option<BTreeSet<String>>,
}

/// The paths that queries follow, those that most queries follow first. A query that does not bind counts with none.
pub fn followed_paths<'a>(queries: impl IntoIterator<Item = &'a str>, catalog: &dyn Catalog) -> Vec<Followed> {
    let options = BindOptions {
        mode: Mode::SchemaOnly,
        ..BindOptions::default()
    };
    let mut all: Vec<Followed> = Vec::new();
    for text in queries {
        let Some(query) = bind(text, &options, catalog).query else {
            continue;
        };
        let once = stored_paths(&query).into_iter().map(|found| Followed {
            path: FollowedPath {
                table: found.table,
                column: found.column,
                steps: found.path.iter().filter_map(step).collect(),
            },
            queries: 0,
            members: found.members,
        });
        all.extend(together(once).into_iter().map(|followed| Followed { queries: 1, ..followed }));
    }
    together(all)
}

/// Each path once: what some do with it and what others do.
#[must_use]
pub fn together(followed: impl IntoIterator<Item = Followed>) -> Vec<Followed> {
    let mut paths: BTreeMap<FollowedPath, Followed> = BTreeMap::new();
    for one in followed {
        match paths.entry(one.path.clone()) {
            Entry::Vacant(place) => {
                place.insert(one);
            }
            Entry::Occupied(mut known) => {
                let known = known.get_mut();
                known.queries += one.queries;
                known.members = match (known.members.take(), one.members) {
                    (Some(known), Some(more)) => Some(known.into_iter().chain(more).collect()),
                    _ => None,
                };
            }
        }
    }
    let mut paths: Vec<Followed> = paths.into_values().collect();
    paths.sort_by(|left, right| right.queries.cmp(&left.queries).then_with(|| left.path.cmp(&right.path)));
    paths
}

/// The most paths into one column that are kept.
const MOST: usize = 24;
/// Keys of values that are another in nearly every record: kept beside the document they would take as much room again as in it.
const UNIQUE: &[&str] = &["FolderItems", "InternetMessageId", "SessionId"];

/// The most members of bags in a list that are kept by themselves: of more, all are.
const MOST_MEMBERS: usize = 16;

/// Of followed paths, those whose values a lake should keep beside the documents. A value that is kept serves the paths into it; but of an element of an
/// array its members are kept, where they are followed.
#[must_use]
pub fn worth_keeping(mut followed: Vec<Followed>) -> Vec<Followed> {
    let unique = |path: &FollowedPath| matches!(path.steps.last(), Some(Ok(key)) if UNIQUE.contains(&key.as_str()));
    followed.retain(|one| !unique(&one.path));
    let all: Vec<FollowedPath> = followed.iter().map(|one| one.path.clone()).collect();
    let element = |path: &FollowedPath| matches!(path.steps.last(), Some(Err(_)));
    for one in &mut followed {
        one.members = all
            .iter()
            .try_fold(one.members.take(), |members, inner| served(&one.path, members, inner))
            .flatten();
        if let Some(members) = &mut one.members {
            members.retain(|member| !UNIQUE.contains(&member.as_str()));
        }
        one.members = one.members.take().filter(|members| (1..=MOST_MEMBERS).contains(&members.len()));
    }
    followed.retain(|one| {
        let path = &one.path;
        let served = all.iter().any(|outer| !element(outer) && within(path, outer));
        let in_parts = element(path) && all.iter().any(|inner| within(inner, path));
        !served && !in_parts
    });
    let mut of_column: HashMap<(String, String), usize> = HashMap::new();
    followed.retain(|one| {
        let kept = of_column.entry((one.path.table.clone(), one.path.column.clone())).or_default();
        *kept += 1;
        *kept <= MOST
    });
    followed
}

/// The members of bags in a list that serve who follows `inner` too; `None` when that takes everything.
fn served(path: &FollowedPath, members: Option<BTreeSet<String>>, inner: &FollowedPath) -> Option<Option<BTreeSet<String>>> {
    if !within(inner, path) {
        return Some(members);
    }
    match inner.steps.get(path.steps.len()..) {
        Some([Err(_), Ok(key), ..]) => Some(members.map(|members| members.into_iter().chain([key.clone()]).collect())),
        _ => None,
    }
}

fn within(inner: &FollowedPath, outer: &FollowedPath) -> bool {
    (&inner.table, &inner.column) == (&outer.table, &outer.column)
        && inner.steps.len() > outer.steps.len()
        && inner.steps.starts_with(&outer.steps)
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
        let shown: Vec<_> = paths.iter().map(|one| (one.path.steps.clone(), one.queries)).collect();
        let key = |key: &str| Ok(key.to_owned());
        assert_eq!(shown, [(vec![key("UserId")], 2), (vec![key("Folders"), Err(0), key("Path")], 1)]);
        assert!(
            paths
                .iter()
                .all(|one| one.path.table == "CloudAppEvents" && one.path.column == "RawEventData")
        );
    }

    /// The members that are read at the first path of queries.
    fn members(queries: &[&str]) -> Option<Vec<String>> {
        let paths = worth_keeping(followed_paths(queries.iter().copied(), &SchemaCatalog));
        let folders = paths.into_iter().find(|one| one.path.steps == [Ok("Folders".to_owned())]).unwrap();
        folders.members.map(|members| members.into_iter().collect())
    }

    #[test]
    fn lists_of_which_members_are_read() {
        let path = "CloudAppEvents | extend F = RawEventData.Folders | where isnotempty(F) | mv-expand parse_json(F) \
                    | extend P = tostring(F.Path) | where P has 'x' | project Timestamp, P";
        let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(members(&[path]), names(&["Path"]));
        let id = "CloudAppEvents | mv-expand F = RawEventData['Folders'] | summarize count() by tostring(F.Id)";
        assert_eq!(members(&[path, id]), names(&["Id", "Path"]));
        let items = "CloudAppEvents | mv-expand F = todynamic(RawEventData.Folders) | extend Path = todynamic(F.Path) \
                     | mv-expand I = todynamic(F.FolderItems) | project Path, tostring(I.InternetMessageId)";
        assert_eq!(members(&[path, items]), names(&["Path"]));
        let first = "CloudAppEvents | where RawEventData.Folders[0].Kind == 'x'";
        assert_eq!(members(&[path, first]), names(&["Kind", "Path"]));
        for whole in [
            "CloudAppEvents | where RawEventData.Folders has 'x'",
            "CloudAppEvents | project RawEventData.Folders",
            "CloudAppEvents | mv-expand F = RawEventData.Folders | project F",
            "CloudAppEvents | mv-expand F = RawEventData.Folders | mv-expand F | project F.Path",
            "CloudAppEvents | mv-expand F = RawEventData.Folders to typeof(string) | project F",
            "CloudAppEvents | where RawEventData.Folders.Name == 'x'",
        ] {
            assert_eq!(members(&[path, whole]), None, "{whole}");
        }
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
        let one = |path| Followed {
            path,
            queries: 1,
            members: None,
        };
        let kept = worth_keeping(followed.into_iter().map(one).collect());
        let kept: Vec<_> = kept.into_iter().map(|one| one.path).collect();
        assert_eq!(kept, [path(&[Ok("a")]), path(&[Err(0), Ok("x")])]);
        let many = (0..100).map(|at| one(path(&[Err(at)]))).collect();
        assert_eq!(worth_keeping(many).len(), MOST);
    }
}
