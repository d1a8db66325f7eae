use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets in one source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset just past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to, not including, `end`; an inverted pair becomes empty at `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub const fn empty(offset: u32) -> Self {
        Self {
            start: offset,
            end: offset,
        }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end == self.start
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether `other` lies inside this span.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The same place after `offset` bytes were put in front of the text.
    #[must_use]
    pub const fn shifted(self, offset: u32) -> Self {
        Self {
            start: self.start.saturating_add(offset),
            end: self.end.saturating_add(offset),
        }
    }

    /// The text that this span covers; empty when it does not fit `source`.
    #[must_use]
    pub fn text(self, source: &str) -> &str {
        source.get(Range::from(self)).unwrap_or_default()
    }
}

impl From<Span> for Range<usize> {
    fn from(span: Span) -> Self {
        span.start as usize..span.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::Span;

    #[test]
    fn an_inverted_pair_is_empty() {
        assert!(Span::new(5, 3).is_empty());
    }

    #[test]
    fn text_outside_the_source_is_empty() {
        assert_eq!(Span::new(1, 3).text("abcd"), "bc");
        assert_eq!(Span::new(3, 9).text("abcd"), "");
        assert_eq!(Span::new(1, 2).text("é"), "", "not on a character boundary");
    }

    #[test]
    fn cover_spans_the_gap() {
        assert_eq!(Span::new(1, 2).cover(Span::new(5, 7)), Span::new(1, 7));
    }
}
