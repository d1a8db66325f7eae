//! Quoted keys and values.

use quarry_semantics::ir::Quoting;

/// Reads quoted texts. Once a quote was not closed, none is looked for again: a text full of opening quotes must not be searched to its
/// end from every one of them.
#[derive(Debug)]
pub(super) struct Quotes<'q> {
    quoting: &'q Quoting,
    unclosed: bool,
}

impl<'q> Quotes<'q> {
    pub(super) fn new(quoting: &'q Quoting) -> Self {
        Self { quoting, unclosed: false }
    }

    /// A quoted text at the start of `text`: what it says, and what follows it. Nothing when there is none, or its end is missing.
    pub(super) fn read<'t>(&mut self, text: &'t str) -> Option<(String, &'t str)> {
        let mut chars = text.char_indices();
        let (_, first) = chars.next()?;
        let (_, close) = self.quoting.quotes.iter().find(|(open, _)| *open == first)?;
        if self.unclosed {
            return None;
        }
        let mut inside = String::new();
        while let Some((at, c)) = chars.next() {
            if self.quoting.escapes.contains(&c)
                && let Some((_, escaped)) = chars.next()
            {
                inside.push(escaped);
            } else if c == *close {
                return Some((inside, text.get(at + c.len_utf8()..)?));
            } else {
                inside.push(c);
            }
        }
        self.unclosed = true;
        None
    }
}
