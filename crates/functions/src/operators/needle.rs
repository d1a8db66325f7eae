//! Searching one needle: substrings, terms and their edges, with and without case.
//!
//! A term is a maximal run of letters and digits; every other character, the underscore included, divides terms. `has` demands an edge of a term at an end
//! of the needle only where the needle itself ends in a letter or digit.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2_iter, memmem};

use super::head::Head;

/// Where a needle must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is all of the text.
    Whole,
    Start,
    End,
    Anywhere,
    /// `has`: on its own.
    Term,
    /// `hasprefix`: at the start of a term.
    TermStart,
    /// `hassuffix`: at the end of a term.
    TermEnd,
}

/// A prepared needle.
pub(super) struct Needle {
    place: Place,
    text: Box<str>,
    search: Search,
    /// Whether an edge of a term is demanded before and behind the needle.
    edges: (bool, bool),
}

enum Search {
    /// Byte for byte.
    Exact(Box<memmem::Finder<'static>>),
    /// ASCII only, ignoring case: the needle's rarest byte is looked for.
    Ascii { offset: usize, lower: u8, upper: u8 },
    /// Ignoring case beyond ASCII: the needle is folded already, haystacks are folded one by one.
    Folded(Box<memmem::Finder<'static>>),
}

impl Needle {
    pub(super) fn new(place: Place, case_sensitive: bool, needle: &str) -> Needle {
        let (text, search) = if case_sensitive {
            (
                Cow::Borrowed(needle),
                Search::Exact(Box::new(memmem::Finder::new(needle).into_owned())),
            )
        } else if needle.is_ascii() {
            let (offset, byte) = rarest(needle);
            (
                Cow::Borrowed(needle),
                Search::Ascii {
                    offset,
                    lower: byte.to_ascii_lowercase(),
                    upper: byte.to_ascii_uppercase(),
                },
            )
        } else {
            let folded = fold(needle);
            let finder = memmem::Finder::new(folded.as_bytes()).into_owned();
            (Cow::Owned(folded), Search::Folded(Box::new(finder)))
        };
        let before = needle.chars().next().is_some_and(is_term);
        let behind = needle.chars().next_back().is_some_and(is_term);
        let edges = match place {
            Place::Term => (before, behind),
            Place::TermStart => (before, false),
            Place::TermEnd => (false, behind),
            _ => (false, false),
        };
        Needle {
            place,
            text: text.into(),
            search,
            edges,
        }
    }

    pub(super) fn matches(&self, haystack: &str) -> bool {
        match &self.search {
            Search::Folded(finder) => {
                let folded = fold(haystack);
                match self.place {
                    Place::Whole => folded == *self.text,
                    Place::Start => folded.starts_with(&*self.text),
                    Place::End => folded.ends_with(&*self.text),
                    _ => finder.find_iter(folded.as_bytes()).any(|at| self.at_edges(&folded, at)) || self.overlapped(finder, &folded),
                }
            }
            Search::Exact(finder) => match self.place {
                Place::Whole => haystack == &*self.text,
                Place::Start => haystack.starts_with(&*self.text),
                Place::End => haystack.ends_with(&*self.text),
                Place::Anywhere => finder.find(haystack.as_bytes()).is_some(),
                _ => finder.find_iter(haystack.as_bytes()).any(|at| self.at_edges(haystack, at)) || self.overlapped(finder, haystack),
            },
            Search::Ascii { offset, lower, upper } => self.matches_ascii(haystack.as_bytes(), haystack, *offset, *lower, *upper),
        }
    }

    /// How a text that matches begins, where the needle must lie at its start.
    pub(super) fn head(&self) -> Option<Head> {
        let whole = match self.place {
            Place::Whole => true,
            Place::Start => false,
            _ => return None,
        };
        match self.search {
            Search::Exact(_) => Some(Head::new(self.text.as_bytes(), whole, true)),
            Search::Ascii { .. } => Some(Head::new(self.text.as_bytes(), whole, false)),
            Search::Folded(_) => None,
        }
    }

    /// Occurrences that overlap an earlier one that was not at its edges: only a needle with a divider inside can have them.
    fn overlapped(&self, finder: &memmem::Finder<'_>, haystack: &str) -> bool {
        if self.text.chars().all(is_term) {
            return false;
        }
        let mut from = 0;
        while let Some(found) = haystack.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            if self.at_edges(haystack, from + found) {
                return true;
            }
            from += found + 1;
        }
        false
    }

    fn matches_ascii(&self, bytes: &[u8], haystack: &str, offset: usize, lower: u8, upper: u8) -> bool {
        let needle = self.text.as_bytes();
        if needle.len() > bytes.len() {
            return false;
        }
        let equals = |at: usize| {
            bytes
                .get(at..at + needle.len())
                .is_some_and(|part| part.eq_ignore_ascii_case(needle))
        };
        match self.place {
            Place::Whole => bytes.len() == needle.len() && equals(0),
            Place::Start => equals(0),
            Place::End => equals(bytes.len() - needle.len()),
            _ if needle.is_empty() => true,
            _ => {
                let found = |at: usize| equals(at) && self.at_edges(haystack, at);
                let window = bytes.get(offset..).unwrap_or_default();
                if lower == upper {
                    memchr_iter(lower, window).any(found)
                } else {
                    memchr2_iter(lower, upper, window).any(found)
                }
            }
        }
    }

    /// Whether an occurrence at a byte offset has the edges of terms that are demanded.
    fn at_edges(&self, haystack: &str, at: usize) -> bool {
        (!self.edges.0 || !ends_in_term(haystack.as_bytes(), at))
            && (!self.edges.1 || !starts_with_term(haystack.as_bytes(), at + self.text.len()))
    }

    /// The needle as searched, and the edges that are demanded of an occurrence.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether it is searched in ASCII, ignoring case.
    pub(super) fn is_ascii(&self) -> bool {
        matches!(self.search, Search::Ascii { .. })
    }

    pub(super) fn accepts(&self, haystack: &str, at: usize) -> bool {
        self.at_edges(haystack, at)
    }
}

/// Whether a character belongs to terms.
#[must_use]
pub fn is_term(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether the character before an offset belongs to a term.
fn ends_in_term(bytes: &[u8], at: usize) -> bool {
    match bytes.get(..at).and_then(|before| before.last().map(|last| (before, *last))) {
        None => false,
        Some((_, last)) if last.is_ascii() => last.is_ascii_alphanumeric(),
        Some((before, _)) => {
            // A character of UTF-8 has at most three continuation bytes.
            let start = (1..=4)
                .find(|back| before.get(before.len().wrapping_sub(*back)).is_some_and(|byte| byte & 0xc0 != 0x80))
                .unwrap_or(1);
            before
                .get(before.len().saturating_sub(start)..)
                .and_then(first_char)
                .is_some_and(is_term)
        }
    }
}

/// Whether the character at an offset belongs to a term.
fn starts_with_term(bytes: &[u8], at: usize) -> bool {
    match bytes.get(at) {
        None => false,
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
        Some(_) => bytes.get(at..).and_then(first_char).is_some_and(is_term),
    }
}

fn first_char(bytes: &[u8]) -> Option<char> {
    let length = bytes.len().min(4);
    let chunk = bytes.get(..length)?;
    match std::str::from_utf8(chunk) {
        Ok(text) => text.chars().next(),
        Err(error) => std::str::from_utf8(chunk.get(..error.valid_up_to())?).ok()?.chars().next(),
    }
}

/// Upper case, one character for one: the comparison without case of KQL (`ß` is not `SS`). What is not ASCII never becomes ASCII.
#[must_use]
pub fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) if !single.is_ascii() => single,
        _ => c,
    }
}

/// Text with every character folded.
pub(crate) fn fold(text: &str) -> String {
    text.chars().map(fold_char).collect()
}

/// The byte of a needle that is least frequent in logs, and where it is.
fn rarest(needle: &str) -> (usize, u8) {
    needle
        .bytes()
        .enumerate()
        .max_by_key(|(_, byte)| rarity(byte.to_ascii_lowercase()))
        .unwrap_or((0, b' '))
}

fn rarity(byte: u8) -> u8 {
    match byte {
        b' ' | b'e' | b'a' | b'i' | b'n' | b'o' | b't' | b's' | b'r' => 0,
        b'l' | b'c' | b'd' | b'm' | b'u' | b'p' | b'.' | b'/' | b'-' | b'_' | b'\\' | b'"' | b',' | b':' => 1,
        b'0'..=b'9' => 2,
        b'h' | b'g' | b'f' | b'b' | b'w' | b'y' => 3,
        b'v' | b'k' => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;

    fn has(haystack: &str, needle: &str) -> bool {
        Needle::new(Place::Term, false, needle).matches(haystack)
    }

    #[test]
    fn terms_are_divided_by_everything_but_letters_and_digits() {
        for haystack in ["a_b", "a-b", "a.b", "a b", "a", "b a"] {
            assert!(has(haystack, "A"), "{haystack}");
        }
        for haystack in ["ab", "a1", "éa", "aé", "", "Ωa"] {
            assert!(!has(haystack, "a"), "{haystack}");
        }
    }

    #[test]
    fn edges_are_demanded_only_beside_letters_and_digits_of_the_needle() {
        assert!(!has("xa b", "a "));
        assert!(has("a b", "a "));
        assert!(has("b .b-", " "));
        assert!(has("anything", ""));
        assert!(has("x a-b y", "a-b"));
        assert!(!has("x ab y", "a-b"));
        assert!(has("version=1.2.3", "2.3"));
        let prefix = |haystack, needle| Needle::new(Place::TermStart, false, needle).matches(haystack);
        let suffix = |haystack, needle| Needle::new(Place::TermEnd, false, needle).matches(haystack);
        assert!(prefix("x-error", "err") && prefix("the error", "ERR") && !prefix("err or", "r o") && prefix("x ab y", " a"));
        assert!(!suffix("x-error", "err") && !suffix("an errorlog", "or") && !suffix("x ab y", " a") && suffix("xa b", "a "));
    }

    #[test]
    fn an_occurrence_inside_a_term_does_not_hide_a_later_one() {
        assert!(has("xfoo foo", "foo"));
        assert!(Needle::new(Place::Term, true, "a-a").matches("xa-a-a"));
        assert!(has("xa-a-a", "a-a"));
        assert!(has("xé-é-é", "é-é"));
    }

    #[test]
    fn case_is_folded_one_character_for_one() {
        let equal = |a, b| Needle::new(Place::Whole, false, b).matches(a);
        assert!(equal("CAFÉ", "café"));
        assert!(!equal("STRASSE", "straße"));
        assert!(has("Привет мир", "привет"));
        assert!(!has("ПриветМир", "привет"));
        // The Kelvin sign is no k, the dotless i no i.
        assert!(!equal("\u{212a}", "k") && !equal("ı", "i"));
    }

    #[test]
    fn folding_twice_changes_nothing_and_keeps_terms() {
        for c in '\0'..=char::MAX {
            assert_eq!(fold_char(fold_char(c)), fold_char(c), "{c:?}");
            assert_eq!(is_term(fold_char(c)), is_term(c), "{c:?}");
        }
    }

    #[test]
    fn places_of_a_needle() {
        for sensitive in [true, false] {
            let at = |place, haystack: &str| Needle::new(place, sensitive, "ab").matches(haystack);
            assert!(at(Place::Start, "abc") && !at(Place::Start, "cab"));
            assert!(at(Place::End, "cab") && !at(Place::End, "abc"));
            assert!(at(Place::Anywhere, "cabc") && !at(Place::Anywhere, "ba"));
            assert!(at(Place::Whole, "ab") && !at(Place::Whole, "abc") && !at(Place::Whole, "a"));
        }
    }

    proptest::proptest! {
        /// The fast search agrees with a plain reading of the rule.
        #[test]
        fn terms_as_defined(haystack in "[aAbÉé_ .1]{0,12}", needle in "[aAbéÉ_ ]{0,3}") {
            let (hay, pin): (Vec<char>, Vec<char>) = (haystack.chars().map(fold_char).collect(), needle.chars().map(fold_char).collect());
            let expected = (0..=hay.len().saturating_sub(pin.len())).any(|at| {
                hay.get(at..at + pin.len()) == Some(&pin[..])
                    && (!pin.first().copied().is_some_and(is_term) || at == 0 || !is_term(hay[at - 1]))
                    && (!pin.last().copied().is_some_and(is_term) || hay.get(at + pin.len()).is_none_or(|c| !is_term(*c)))
            });
            proptest::prop_assert_eq!(has(&haystack, &needle), expected);
        }
    }
}
