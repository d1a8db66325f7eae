//! Searching many needles at once, for `has_any` and `has_all`.

use aho_corasick::{AhoCorasick, MatchKind};

use super::needle::{Needle, Place};

/// Prepared needles, each a term.
pub(super) struct Needles {
    /// One automaton for those in ASCII, when there are several.
    automaton: Option<AhoCorasick>,
    /// Those in the automaton, in its order.
    ascii: Vec<Needle>,
    /// Those searched one by one.
    others: Vec<Needle>,
    /// Whether a null is among them.
    null: bool,
}

/// From this many needles on, one automaton is faster than a search for each.
const MANY: usize = 3;

impl Needles {
    /// `None` stands for a null needle.
    pub(super) fn new<'a>(needles: impl Iterator<Item = Option<&'a str>>) -> Needles {
        let mut null = false;
        let (mut ascii, mut others) = (Vec::new(), Vec::new());
        for text in needles {
            match text.map(|text| Needle::new(Place::Term, false, text)) {
                None => null = true,
                Some(needle) if needle.is_ascii() && !needle.text().is_empty() => ascii.push(needle),
                Some(needle) => others.push(needle),
            }
        }
        let automaton = if ascii.len() >= MANY {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .build(ascii.iter().map(|needle| needle.text().as_bytes()))
                .ok()
        } else {
            None
        };
        Needles {
            automaton,
            ascii,
            others,
            null,
        }
    }

    /// Whether any needle is in the haystack; a null needle is in every one.
    pub(super) fn any(&self, haystack: &str) -> bool {
        if self.null {
            return true;
        }
        let ascii = match &self.automaton {
            Some(automaton) => automaton.find_overlapping_iter(haystack).any(|found| {
                self.ascii
                    .get(found.pattern().as_usize())
                    .is_some_and(|needle| needle.accepts(haystack, found.start()))
            }),
            None => self.ascii.iter().any(|needle| needle.matches(haystack)),
        };
        ascii || self.others.iter().any(|needle| needle.matches(haystack))
    }

    /// The needles, which case does not matter for; `None` when a null is among them.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        let all = self.ascii.iter().chain(&self.others);
        (!self.null).then(|| all.map(|needle| needle.text().to_owned()).collect())
    }

    /// Whether every needle is in the haystack; null needles do not count.
    pub(super) fn all(&self, haystack: &str) -> bool {
        self.ascii.iter().chain(&self.others).all(|needle| needle.matches(haystack))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_automaton_finds_what_single_searches_find() {
        let words = ["error", "fail", "b", "naïve", "two words"];
        let together = Needles::new(words.iter().copied().map(Some));
        for haystack in [
            "an ERROR here",
            "errors",
            "",
            "NAÏVE",
            "has two words",
            "two wordsy",
            "a b c",
            "abc",
            "failfail fail",
        ] {
            let single = words.iter().any(|word| Needle::new(Place::Term, false, word).matches(haystack));
            assert_eq!(together.any(haystack), single, "{haystack}");
        }
    }

    #[test]
    fn nulls_and_no_needles() {
        assert!(Needles::new([Some("zz"), None].into_iter()).any("x"));
        assert!(!Needles::new(std::iter::empty()).any("x"));
        assert!(Needles::new(std::iter::empty()).all("x"));
        assert!(Needles::new([Some("x"), None].into_iter()).all("x y"));
        assert!(!Needles::new([Some("x"), Some("z")].into_iter()).all("x y"));
    }
}
