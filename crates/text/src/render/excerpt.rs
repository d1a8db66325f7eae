use std::ops::Range;

use codespan_reporting::files::{Error, Files, SimpleFile};

/// The most characters of a line that are shown.
const WIDEST: usize = 200;
/// How many of them stand before the first mark.
const LEAD: usize = 60;
/// Stands for what is left out of a line.
const CUT: char = '…';

/// A source for drawing: of lines too long for a terminal only what lies around the marks is kept. Columns are those of the whole line.
pub(super) struct Excerpt {
    file: SimpleFile<String, String>,
    lines: Vec<Line>,
}

struct Line {
    /// Where the whole line starts in the source.
    whole: usize,
    /// What is kept of the source.
    kept: Range<usize>,
    /// Where that starts in the drawn text.
    drawn: usize,
    /// The column of the first character that is kept, from 0.
    column: usize,
}

impl Excerpt {
    pub(super) fn new(name: String, source: &str, marks: &[Range<usize>]) -> Excerpt {
        let mut drawn = String::with_capacity(source.len());
        let mut lines = Vec::new();
        let mut whole = 0;
        for text in source.split('\n') {
            if whole > 0 {
                drawn.push('\n');
            }
            let line = whole..whole + text.len();
            let kept = kept(source, line.clone(), marks);
            let before = source.get(line.start..kept.start).unwrap_or_default();
            if !before.is_empty() {
                drawn.push(CUT);
            }
            lines.push(Line {
                whole,
                kept: kept.clone(),
                drawn: drawn.len(),
                column: before.chars().count(),
            });
            drawn.push_str(source.get(kept.clone()).unwrap_or_default());
            if kept.end < line.end {
                drawn.push(CUT);
            }
            whole = line.end + 1;
        }
        Excerpt {
            file: SimpleFile::new(name, drawn),
            lines,
        }
    }

    /// The place of a range of the source in the drawn text; what is left out lies at the edge of what is kept.
    pub(super) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.offset(range.start);
        start..self.offset(range.end).max(start)
    }

    fn offset(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|line| line.whole <= at).checked_sub(1);
        line.and_then(|line| self.lines.get(line))
            .map_or(0, |line| line.drawn + at.clamp(line.kept.start, line.kept.end) - line.kept.start)
    }
}

/// What of a line is drawn: all of it, or a window that begins a little before the first mark.
fn kept(source: &str, line: Range<usize>, marks: &[Range<usize>]) -> Range<usize> {
    let text = source.get(line.clone()).unwrap_or_default();
    if text.len() <= WIDEST || text.chars().count() <= WIDEST {
        return line;
    }
    let touched = marks.iter().filter(|mark| mark.start <= line.end && mark.end >= line.start);
    let first = touched.map(|mark| mark.start.max(line.start)).min().unwrap_or(line.start);
    let after = |from: usize, count: usize| {
        let rest = source.get(from..line.end).unwrap_or_default();
        rest.char_indices().nth(count).map_or(line.end, |(at, _)| from + at)
    };
    let back = |to: usize, count: usize| {
        let rest = source.get(line.start..to).unwrap_or_default();
        rest.char_indices()
            .rev()
            .nth(count.saturating_sub(1))
            .map_or(line.start, |(at, _)| line.start + at)
    };
    // At the end of the line the window is not shorter than elsewhere.
    let start = back(first, LEAD).min(back(line.end, WIDEST));
    start..after(start, WIDEST)
}

impl<'a> Files<'a> for Excerpt {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.file.name())
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(self.file.source())
    }

    fn line_index(&'a self, (): (), at: usize) -> Result<usize, Error> {
        self.file.line_index((), at)
    }

    fn line_range(&'a self, (): (), line: usize) -> Result<Range<usize>, Error> {
        self.file.line_range((), line)
    }

    fn column_number(&'a self, (): (), line: usize, at: usize) -> Result<usize, Error> {
        let Some(found) = self.lines.get(line) else {
            return Err(Error::LineTooLarge {
                given: line,
                max: self.lines.len(),
            });
        };
        let before = self.file.source().get(found.drawn..at.max(found.drawn)).unwrap_or_default();
        Ok(found.column + before.chars().count() + 1)
    }
}
