//! From offsets in a text that was taken out of a document back to offsets in the document.

use quarry_text::{Diagnostic, Span};

/// Where the parts of an extracted text stand in the document it was taken from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TextMap {
    whole: Span,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Segment {
    text: u32,
    source: u32,
    length: u32,
}

impl TextMap {
    /// Finds the lines of `text` inside `region` of `source`, in order. Lines that the document writes differently (escapes, folding)
    /// are found word by word; what is not found maps to the nearest place before it.
    #[must_use]
    pub fn align(text: &str, source: &str, region: Span) -> Self {
        let mut map = Self {
            whole: region,
            segments: Vec::new(),
        };
        let mut cursor = region.start as usize;
        let end = (region.end as usize).min(source.len());
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let content = line.trim();
            let start = at + (line.len() - line.trim_start().len());
            if !content.is_empty() && !map.push(content, start, source, &mut cursor, end) {
                for (offset, word) in words(content) {
                    map.push(word, start + offset, source, &mut cursor, end);
                }
            }
            at += line.len();
        }
        map
    }

    fn push(&mut self, part: &str, text_start: usize, source: &str, cursor: &mut usize, end: usize) -> bool {
        let Some(found) = source.get(*cursor..end).and_then(|rest| rest.find(part)) else {
            return false;
        };
        let place = *cursor + found;
        *cursor = place + part.len();
        let (Ok(text), Ok(source), Ok(length)) = (u32::try_from(text_start), u32::try_from(place), u32::try_from(part.len())) else {
            return false;
        };
        self.segments.push(Segment { text, source, length });
        true
    }

    /// The part of the document that the whole text was taken from.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.whole
    }

    /// The place in the document of a span of the text.
    #[must_use]
    pub fn to_source(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        if span.is_empty() {
            return Span::empty(start);
        }
        // The end is mapped through the last byte: it may be the last of a line, and the next line is elsewhere.
        let end = self.offset(span.end.saturating_sub(1)).saturating_add(1);
        Span::new(start, end)
    }

    /// The diagnostic of the text as a diagnostic of the document.
    #[must_use]
    pub fn diagnostic(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.span = self.to_source(diagnostic.span);
        for label in &mut diagnostic.labels {
            label.span = self.to_source(label.span);
        }
        for edit in &mut diagnostic.fix {
            edit.span = self.to_source(edit.span);
        }
        diagnostic
    }

    fn offset(&self, offset: u32) -> u32 {
        let after = self.segments.partition_point(|segment| segment.text <= offset);
        let segment = after.checked_sub(1).and_then(|at| self.segments.get(at));
        segment.map_or(self.whole.start, |segment| {
            segment.source.saturating_add((offset - segment.text).min(segment.length))
        })
    }
}

fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace()
        .map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, word: &str) -> Span {
        Span::new(u32::try_from(start).unwrap_or(0), u32::try_from(start + word.len()).unwrap_or(0))
    }

    fn back(text: &str, source: &str, word: &str) -> String {
        let map = TextMap::align(text, source, span(0, source));
        map.to_source(span(text.find(word).unwrap_or(0), word)).text(source).to_owned()
    }

    #[test]
    fn indented_lines_map_to_their_place() {
        let source = "query: |\n    T\n    | where a == 1\n    | take 5\n";
        let text = "T\n| where a == 1\n| take 5\n";
        assert_eq!(back(text, source, "a == 1"), "a == 1");
        assert_eq!(back(text, source, "take 5"), "take 5");
        assert_eq!(back(text, source, "1\n| take"), "1\n    | take");
    }

    #[test]
    fn escaped_text_maps_word_by_word() {
        let source = r#"query: "T | where a == \"x\" | take 5""#;
        let text = r#"T | where a == "x" | take 5"#;
        assert_eq!(back(text, source, "take 5"), "take 5");
        assert_eq!(back(text, source, "where"), "where");
    }

    #[test]
    fn the_same_line_twice_maps_to_both_places() {
        let source = "q: |\n  a\n  a\n";
        let map = TextMap::align("a\na\n", source, span(0, source));
        assert_ne!(map.to_source(Span::new(0, 1)), map.to_source(Span::new(2, 3)));
    }
}
