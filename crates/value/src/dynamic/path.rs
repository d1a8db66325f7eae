//! Access by path: one path, or several in one pass over the document.

use super::iterate::{Spot, Spots, element, elements, member};
use crate::json::{Kind, kind};

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A member of a bag.
    Key(String),
    /// An element of an array, counted from the end when negative.
    Index(i64),
}

/// One step into a document; `None` when there is nothing there.
#[must_use]
pub fn step<'a>(raw: &'a str, segment: &Segment) -> Option<&'a str> {
    match segment {
        Segment::Key(key) => member(raw, key),
        Segment::Index(index) => element(raw, *index),
    }
}

/// The value at the end of a path as a slice of the document. Missing values and JSON null give `None`.
#[must_use]
pub fn get_path<'a>(raw: &'a str, path: &[Segment]) -> Option<&'a str> {
    path.iter().try_fold(raw, step).filter(|value| kind(value) != Kind::Null)
}

/// Several paths, merged so that one pass over a document finds them all.
#[derive(Clone, Debug)]
pub struct PathSet {
    root: Node,
    paths: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    /// Positions in the result that this value answers.
    outputs: Vec<usize>,
    children: Vec<(Segment, Node)>,
    /// The first 64 children that are keys, as bits, by the length of the key: few of them can be the key of a member.
    by_length: [u64; LENGTHS],
}

/// Lengths of keys that are told apart.
const LENGTHS: usize = 32;

/// Paths longer than this share one walk up to here and are followed singly from there, which bounds recursion.
const MERGED_LENGTH: usize = 64;

impl PathSet {
    /// Merges paths; their order is the order of results.
    #[must_use]
    pub fn new(paths: &[Vec<Segment>]) -> PathSet {
        let mut root = Node::default();
        for (position, path) in paths.iter().enumerate() {
            let mut node = &mut root;
            for segment in path.iter().take(MERGED_LENGTH) {
                let child = node.children.iter().position(|(known, _)| known == segment).unwrap_or_else(|| {
                    node.add(segment.clone());
                    node.children.len() - 1
                });
                let Some((_, next)) = node.children.get_mut(child) else { break };
                node = next;
            }
            node.outputs.push(position);
        }
        PathSet { root, paths: paths.len() }
    }

    /// How many paths there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.paths
    }

    /// Whether there is no path at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.paths == 0
    }

    /// Writes the value of every path to its place in `found`, `None` where there is none. `paths` are those the set was made of.
    pub fn extract<'a>(&self, raw: &'a str, paths: &[Vec<Segment>], found: &mut Vec<Option<&'a str>>) {
        found.clear();
        found.resize(self.paths, None);
        self.root.visit(raw, found);
        for (value, path) in found.iter_mut().zip(paths) {
            if let Some(rest) = path.get(MERGED_LENGTH..).filter(|rest| !rest.is_empty()) {
                *value = value.and_then(|value| get_path(value, rest));
            }
        }
    }
}

impl Node {
    fn add(&mut self, segment: Segment) {
        if let Segment::Key(key) = &segment
            && self.children.len() < 64
            && let Some(keys) = self.by_length.get_mut(key.len() % LENGTHS)
        {
            *keys |= 1 << self.children.len();
        }
        self.children.push((segment, Node::default()));
    }

    /// The keys that a member can be, as bits.
    #[inline]
    fn candidates(&self, member: &Spot) -> u64 {
        match member.escaped {
            true => u64::MAX,
            false => self.by_length.get(member.key_length() % LENGTHS).copied().unwrap_or_default(),
        }
    }

    fn visit<'a>(&self, raw: &'a str, found: &mut [Option<&'a str>]) {
        let kind = kind(raw);
        if kind == Kind::Null {
            return;
        }
        for output in &self.outputs {
            if let Some(place) = found.get_mut(*output) {
                *place = Some(raw);
            }
        }
        match (kind, self.children.as_slice()) {
            (_, []) => {}
            (_, [(segment, child)]) => {
                if let Some(value) = step(raw, segment) {
                    child.visit(value, found);
                }
            }
            (Kind::Object, _) => self.visit_members(raw, found),
            (Kind::Array, children) => visit_elements(children, raw, found),
            _ => {}
        }
    }
}

impl Node {
    fn visit_members<'a>(&self, raw: &'a str, found: &mut [Option<&'a str>]) {
        // The first of several members of one name counts; past 64 children a later one may win, so those take the slow way.
        if self.children.len() > 64 {
            for (segment, child) in &self.children {
                if let Some(value) = step(raw, segment) {
                    child.visit(value, found);
                }
            }
            return;
        }
        let mut missing = self.by_length.iter().fold(0, |all, keys| all | keys);
        let Some(members) = Spots::new(raw) else { return };
        for member in members {
            let mut candidates = self.candidates(&member) & missing;
            while candidates != 0 {
                let at = candidates.trailing_zeros();
                candidates &= candidates - 1;
                if let Some((Segment::Key(key), child)) = self.children.get(at as usize)
                    && member.is(raw, key)
                    && let Some(value) = raw.get(member.value.clone())
                {
                    missing &= !(1 << at);
                    child.visit(value, found);
                }
            }
            if missing == 0 {
                return;
            }
        }
    }
}

fn visit_elements<'a>(children: &[(Segment, Node)], raw: &'a str, found: &mut [Option<&'a str>]) {
    let last = children.iter().filter_map(|(segment, _)| match segment {
        Segment::Index(index) => usize::try_from(*index).ok(),
        Segment::Key(_) => None,
    });
    if let Some(last) = last.max() {
        for (at, value) in elements(raw).into_iter().flatten().take(last.saturating_add(1)).enumerate() {
            for (segment, child) in children {
                if matches!(segment, Segment::Index(index) if usize::try_from(*index) == Ok(at)) {
                    child.visit(value, found);
                }
            }
        }
    }
    for (segment, child) in children {
        if let Segment::Index(index @ i64::MIN..=-1) = segment
            && let Some(value) = element(raw, *index)
        {
            child.visit(value, found);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn path(steps: &[&str]) -> Vec<Segment> {
        steps
            .iter()
            .map(|step| step.parse().map_or_else(|_| Segment::Key((*step).to_owned()), Segment::Index))
            .collect()
    }

    const DOCUMENT: &str = r#"{"a":{"b":[1,{"c":"x"},null]},"n":null,"s":"t","a":2}"#;

    #[test]
    fn paths_reach_values_and_nothing_else() {
        for (steps, expected) in [
            (&["a", "b", "0"][..], Some("1")),
            (&["a", "b", "1", "c"], Some("\"x\"")),
            (&["a", "b", "-2", "c"], Some("\"x\"")),
            (&["a", "b", "2"], None),
            (&["n"], None),
            (&["s", "t"], None),
            (&["0"], None),
            (&["a", "b", "c"], None),
            (&[], Some(DOCUMENT)),
        ] {
            assert_eq!(get_path(DOCUMENT, &path(steps)), expected, "{steps:?}");
        }
    }

    #[test]
    fn several_paths_in_one_pass_agree_with_single_ones() {
        let paths: Vec<_> = [
            &["a", "b", "0"][..],
            &["a", "b", "1", "c"],
            &["a", "b", "-2"],
            &["a"],
            &["s"],
            &["n"],
            &["zz"],
            &["0"],
            &["a", "b", "9"],
        ]
        .iter()
        .map(|p| path(p))
        .collect();
        let set = PathSet::new(&paths);
        let mut found = Vec::new();
        set.extract(DOCUMENT, &paths, &mut found);
        let single: Vec<_> = paths.iter().map(|path| get_path(DOCUMENT, path)).collect();
        assert_eq!(found, single);
    }

    #[test]
    fn paths_beyond_the_merged_length_are_followed() {
        let depth = 3 * MERGED_LENGTH;
        let document = "[".repeat(depth) + "7" + &"]".repeat(depth);
        let paths = vec![vec![Segment::Index(0); depth], vec![Segment::Index(0); depth + 1]];
        let mut found = Vec::new();
        PathSet::new(&paths).extract(&document, &paths, &mut found);
        assert_eq!(found, [Some("7"), None]);
    }
}
