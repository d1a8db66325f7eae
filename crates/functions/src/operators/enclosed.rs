//! Regular expressions that ask for what stands behind a text, up to one of a few characters: `\[([^\]]*)`, `user=(.+)`, `"id":"([^"]*)"`. Published
//! content is full of them; they are found without an automaton.

use std::ops::Range;

use memchr::memmem;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Such an expression: a text, its only group of characters that are none of a few, and the text behind those.
#[derive(Debug)]
pub(crate) struct Enclosed {
    before: memmem::Finder<'static>,
    /// Characters at which the group ends; all of them ASCII.
    ends: Ends,
    /// Characters that the group has at least.
    least: usize,
    behind: Box<[u8]>,
}

/// A match: all of it, and its group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub whole: Range<usize>,
    pub group: Range<usize>,
}

#[derive(Debug)]
enum Ends {
    One(u8),
    Two(u8, u8),
    Three(u8, u8, u8),
}

impl Ends {
    fn find(&self, text: &[u8]) -> Option<usize> {
        match *self {
            Ends::One(end) => memchr::memchr(end, text),
            Ends::Two(first, second) => memchr::memchr2(first, second, text),
            Ends::Three(first, second, third) => memchr::memchr3(first, second, third, text),
        }
    }

    fn has(&self, byte: u8) -> bool {
        self.find(&[byte]).is_some()
    }
}

impl Enclosed {
    /// The expression in this form, if it has it.
    pub fn parse(expression: &str) -> Option<Enclosed> {
        let hir = regex_syntax::parse(expression).ok()?;
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let (before, group, behind) = match parts.as_slice() {
            [before, group] => (before, group, &[][..]),
            [before, group, behind] => (before, group, literal(behind)?),
            _ => return None,
        };
        let before = literal(before)?;
        let HirKind::Capture(group) = group.kind() else { return None };
        let HirKind::Repetition(repeated) = group.sub.kind() else {
            return None;
        };
        if !repeated.greedy || repeated.max.is_some() || repeated.min > 1 {
            return None;
        }
        let ends = ends_of(&repeated.sub)?;
        // Where the text behind may be part of the group, the group may have to give back some of it.
        if behind.first().is_some_and(|first| !ends.has(*first)) {
            return None;
        }
        Some(Enclosed {
            before: memmem::Finder::new(before).into_owned(),
            ends,
            least: usize::try_from(repeated.min).ok()?,
            behind: behind.into(),
        })
    }

    /// The first match in a text.
    pub fn find(&self, text: &str) -> Option<Found> {
        let text = text.as_bytes();
        let mut from = 0;
        // Where the group ends that began last: up to there no other one can end elsewhere.
        let mut end = None;
        loop {
            let at = from + self.before.find(text.get(from..)?)?;
            let start = at + self.before.needle().len();
            let group_end = match end.filter(|end| start <= *end) {
                Some(known) => known,
                None => self.ends.find(text.get(start..)?).map_or(text.len(), |length| start + length),
            };
            if group_end - start >= self.least && text.get(group_end..)?.starts_with(&self.behind) {
                return Some(Found {
                    whole: at..group_end + self.behind.len(),
                    group: start..group_end,
                });
            }
            end = Some(group_end);
            from = at + 1;
        }
    }
}

fn literal(hir: &Hir) -> Option<&[u8]> {
    match hir.kind() {
        HirKind::Literal(text) => Some(&text.0),
        _ => None,
    }
}

/// The characters that a class lacks, if they are few and plain.
fn ends_of(class: &Hir) -> Option<Ends> {
    let HirKind::Class(Class::Unicode(class)) = class.kind() else {
        return None;
    };
    let mut lacking = class.clone();
    lacking.negate();
    let mut ends = Vec::new();
    for range in lacking.ranges() {
        if !range.end().is_ascii() || ends.len() + range.len() > 3 {
            return None;
        }
        ends.extend((range.start()..=range.end()).filter_map(|end| u8::try_from(end).ok()));
    }
    match *ends.as_slice() {
        [end] => Some(Ends::One(end)),
        [first, second] => Some(Ends::Two(first, second)),
        [first, second, third] => Some(Ends::Three(first, second, third)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;

    const TAKEN: [&str; 9] = [
        r"\[([^\]]*)",
        r"a(.*)",
        r"a(.+)",
        r"aa([^ab]*)b",
        r"ab([^a]+)ab",
        r"a([^é]*)",
        r"é([^;a\n]+);",
        r"aba([^b]+)ba",
        r#""a":"([^"]*)""#,
    ];

    #[test]
    fn only_this_form_is_taken() {
        for expression in TAKEN {
            assert_eq!(Enclosed::parse(expression).is_some(), !expression.contains("[^é]"), "{expression}");
        }
        for expression in [
            r"([^;]*)",
            r"^a([^;]*)",
            r"a([^;]*)$",
            r"a([^;]*?);",
            r"a([^;]*)b",
            r"a([^;]{2,})",
            r"(?i)a([^;]*)",
            r"a([^;]*);(b)",
            r"a[^;]*",
            r"a(\w+)",
            r"a(b)",
            r"a(?:[^;]*)",
            r"(a)([^;]*)",
            r"a(([^;]*))",
            r"\ba([^;]*)",
            r"a([^;])",
        ] {
            assert!(Enclosed::parse(expression).is_none(), "{expression}");
        }
    }

    #[test]
    fn long_texts_without_an_end_take_no_longer_than_they_are() {
        let enclosed = Enclosed::parse("a([^;]*);x").unwrap();
        assert_eq!(enclosed.find(&"a".repeat(1 << 22)), None);
        assert_eq!(enclosed.find(&format!("{};", "a".repeat(1 << 22))), None);
    }

    proptest! {
        #[test]
        fn finds_what_the_expression_finds(text in "[abé;\\[\\]\":\n]{0,24}") {
            for expression in TAKEN {
                let Some(enclosed) = Enclosed::parse(expression) else { continue };
                let expected = Regex::new(expression).unwrap().captures(&text).map(|found| Found {
                    whole: found.get(0).unwrap().range(),
                    group: found.get(1).unwrap().range(),
                });
                prop_assert_eq!(enclosed.find(&text), expected, "{} in {}", expression, text);
            }
        }
    }
}
