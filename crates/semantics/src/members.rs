//! What is read of values that may be lists of bags: everything, or only members of the bags.
//!
//! Places are columns, and paths into columns; each holds the same value wherever a query names it. What is read of a place is gathered over the whole
//! query, so that the order of operators does not matter.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::Hash;

/// Gathers what is read of places.
#[derive(Debug)]
pub struct Readings<P> {
    seen: HashSet<P>,
    whole: HashSet<P>,
    members: HashMap<P, BTreeSet<String>>,
    /// The second holds the value of the first.
    same: Vec<(P, P)>,
    /// The second holds elements of the first.
    elements: Vec<(P, P)>,
}

impl<P> Default for Readings<P> {
    fn default() -> Self {
        Readings {
            seen: HashSet::new(),
            whole: HashSet::new(),
            members: HashMap::new(),
            same: Vec::new(),
            elements: Vec::new(),
        }
    }
}

impl<P: Clone + Eq + Hash> Readings<P> {
    /// A place is looked at, at least to see whether anything is there.
    pub fn seen(&mut self, place: P) {
        self.seen.insert(place);
    }

    /// Something unknown is done with the value of a place.
    pub fn whole(&mut self, place: P) {
        self.whole.insert(place);
    }

    /// A member of the bag at a place, or of one in the list there, is read.
    pub fn member(&mut self, place: P, key: &str) {
        self.members.entry(place).or_default().insert(key.to_owned());
    }

    /// The value of a place is given another name.
    pub fn same(&mut self, place: P, other: P) {
        if place != other {
            self.same.push((place, other));
        }
    }

    /// The value of a place is expanded into its elements.
    pub fn elements(&mut self, place: P, element: P) {
        self.elements.push((place, element));
    }

    /// Draws the conclusions.
    #[must_use]
    pub fn settled(mut self) -> Settled<P> {
        let mut inner: HashSet<P> = self.elements.iter().map(|(_, element)| element.clone()).collect();
        self.until_still(|readings| {
            let before = inner.len();
            for (place, other) in &readings.same {
                if inner.contains(place) {
                    inner.insert(other.clone());
                }
            }
            inner.len() != before
        });
        // An element that is expanded again shows all of its members.
        for (place, _) in &self.elements {
            if inner.contains(place) {
                self.whole.insert(place.clone());
            }
        }
        self.until_still(Readings::pass_on);
        Settled {
            seen: self.seen,
            whole: self.whole,
            members: self.members,
        }
    }

    fn until_still(&mut self, mut step: impl FnMut(&mut Self) -> bool) {
        while step(self) {}
    }

    /// What is read of a value under one name, or of its elements, is read of it.
    fn pass_on(&mut self) -> bool {
        let mut changed = false;
        for (place, other) in self.same.iter().chain(&self.elements) {
            if self.whole.contains(other) {
                changed |= self.whole.insert(place.clone());
            }
            if place != other
                && let Some(read) = self.members.get(other).cloned()
            {
                let known = self.members.entry(place.clone()).or_default();
                let before = known.len();
                known.extend(read);
                changed |= known.len() != before;
            }
        }
        changed
    }
}

/// What is read of places.
#[derive(Debug)]
pub struct Settled<P> {
    seen: HashSet<P>,
    whole: HashSet<P>,
    members: HashMap<P, BTreeSet<String>>,
}

impl<P: Eq + Hash> Settled<P> {
    /// The members that are read of bags in the list at a place that was seen, where nothing else is but their number; `None` where anything may be.
    #[must_use]
    pub fn members(&self, place: &P) -> Option<BTreeSet<String>> {
        if self.whole.contains(place) || !self.seen.contains(place) {
            return None;
        }
        Some(self.members.get(place).cloned().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settled: &Settled<&str>, place: &'static str) -> Option<Vec<String>> {
        settled.members(&place).map(|members| members.into_iter().collect())
    }

    #[test]
    fn what_is_read_of_elements_is_read_of_the_list() {
        let mut readings = Readings::default();
        for place in ["path", "list", "other", "a"] {
            readings.seen(place);
        }
        readings.same("path", "list");
        readings.elements("list", "element");
        readings.same("element", "renamed");
        readings.member("renamed", "Path");
        readings.member("element", "Id");
        let settled = readings.settled();
        let both = Some(vec!["Id".to_owned(), "Path".to_owned()]);
        assert_eq!((read(&settled, "path"), read(&settled, "list")), (both.clone(), both));
    }

    #[test]
    fn one_unknown_use_is_enough() {
        let mut readings = Readings::default();
        for place in ["path", "list", "other", "a"] {
            readings.seen(place);
        }
        readings.same("path", "list");
        readings.elements("list", "element");
        readings.member("element", "Path");
        readings.whole("element");
        readings.member("other", "Path");
        let settled = readings.settled();
        assert_eq!(read(&settled, "path"), None);
        assert_eq!(read(&settled, "other"), Some(vec!["Path".to_owned()]));
        assert_eq!(read(&settled, "unheard of"), None);
    }

    #[test]
    fn elements_of_elements_are_everything() {
        let mut readings = Readings::default();
        for place in ["path", "list", "other", "a"] {
            readings.seen(place);
        }
        readings.elements("list", "element");
        readings.same("element", "again");
        readings.elements("again", "inner");
        readings.member("inner", "Path");
        let settled = readings.settled();
        assert_eq!(read(&settled, "list"), None);
    }

    #[test]
    fn names_that_go_round_come_to_an_end() {
        let mut readings = Readings::default();
        for place in ["path", "list", "other", "a"] {
            readings.seen(place);
        }
        readings.same("a", "b");
        readings.same("b", "a");
        readings.elements("a", "a");
        readings.member("b", "x");
        assert_eq!(read(&readings.settled(), "a"), None);
    }
}
