/// A place as people count it: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line number, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Translates byte offsets of one text to lines, columns and UTF-16 offsets.
#[derive(Debug, Clone)]
pub struct LineIndex<'a> {
    source: &'a str,
    line_starts: Vec<u32>,
}

impl<'a> LineIndex<'a> {
    /// Index `source`; a line ends after `\n` (and so after `\r\n`).
    #[must_use]
    pub fn new(source: &'a str) -> Self {
        let after_breaks = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0)
            .chain(after_breaks)
            .map_while(|at| u32::try_from(at).ok())
            .collect();
        Self { source, line_starts }
    }

    /// Line and column of a byte offset. Offsets past the end give the end; offsets inside a
    /// character give that character.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = self.floor(offset);
        let line = self.line_of(offset);
        let before = self.source.get(self.start_of(line)..offset).unwrap_or_default();
        LineColumn {
            line: to_u32(line + 1),
            column: to_u32(before.chars().count() + 1),
        }
    }

    /// Offset in UTF-16 code units from the start of the text, as editors and the Kusto
    /// protocol count.
    #[must_use]
    pub fn utf16_offset(&self, offset: u32) -> u32 {
        let before = self.source.get(..self.floor(offset)).unwrap_or_default();
        to_u32(before.encode_utf16().count())
    }

    /// Line from 0 and UTF-16 column from 0: a position of the Language Server Protocol.
    #[must_use]
    pub fn utf16_position(&self, offset: u32) -> (u32, u32) {
        let offset = self.floor(offset);
        let line = self.line_of(offset);
        let before = self.source.get(self.start_of(line)..offset).unwrap_or_default();
        (to_u32(line), to_u32(before.encode_utf16().count()))
    }

    /// Text of a line (from 1) without its line break; `None` when there is no such line.
    #[must_use]
    pub fn line_text(&self, line: u32) -> Option<&'a str> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.line_starts.get(index)? as usize;
        let end = self.line_starts.get(index + 1).map_or(self.source.len(), |next| *next as usize);
        self.source.get(start..end).map(|text| text.trim_end_matches(['\n', '\r']))
    }

    fn line_of(&self, offset: usize) -> usize {
        self.line_starts
            .partition_point(|start| *start as usize <= offset)
            .saturating_sub(1)
    }

    fn start_of(&self, line: usize) -> usize {
        self.line_starts.get(line).map_or(0, |start| *start as usize)
    }

    fn floor(&self, offset: u32) -> usize {
        self.source.floor_char_boundary((offset as usize).min(self.source.len()))
    }
}

fn to_u32(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::{LineColumn, LineIndex};

    fn at(source: &str, offset: u32) -> (u32, u32) {
        let LineColumn { line, column } = LineIndex::new(source).line_column(offset);
        (line, column)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 2), (1, 3));
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("ab\r\ncd", 5), (2, 2));
    }

    #[test]
    fn columns_are_characters_and_utf16_is_code_units() {
        let source = "é😀x";
        assert_eq!(at(source, 6), (1, 3));
        assert_eq!(LineIndex::new(source).utf16_offset(6), 3);
        assert_eq!(LineIndex::new("a\n😀x").utf16_position(6), (1, 2));
    }

    #[test]
    fn offsets_outside_the_text_are_clamped() {
        assert_eq!(at("ab", 99), (1, 3));
        assert_eq!(at("é", 1), (1, 1));
        assert_eq!(at("", 0), (1, 1));
    }

    #[test]
    fn line_text_has_no_line_break() {
        let index = LineIndex::new("ab\r\ncd\n");
        assert_eq!(index.line_text(1), Some("ab"));
        assert_eq!(index.line_text(2), Some("cd"));
        assert_eq!(index.line_text(3), Some(""));
        assert_eq!(index.line_text(4), None);
        assert_eq!(index.line_text(0), None);
    }
}
