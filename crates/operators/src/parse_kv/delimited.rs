//! Keys and values between delimiters.

use quarry_semantics::ir::Quoting;

use super::keep;
use super::quoted::Quotes;

#[derive(Clone, Debug)]
pub(super) struct Delimited {
    /// Between pairs.
    pub(super) pair: String,
    /// Between a key and its value.
    pub(super) key: String,
    pub(super) quoting: Quoting,
    pub(super) greedy: bool,
}

impl Delimited {
    pub(super) fn read(&self, text: &str, keys: &[String], found: &mut [Option<String>]) {
        let mut quotes = Quotes::new(&self.quoting);
        let mut rest = text;
        // Where the next delimiter of a key stands, counted from the end: it stays the same while pairs without one are skipped.
        let mut delimiter = self.key_start(rest);
        while let Some(left) = delimiter {
            let Some((key, after)) = self.key(&mut rest, left, &mut quotes) else {
                if rest.len() < left {
                    delimiter = self.key_start(rest);
                }
                continue;
            };
            let (value, after) = self.value(after, &mut quotes);
            keep(key.trim(), value.trim(), keys, found);
            rest = after;
            delimiter = self.key_start(rest);
        }
    }

    /// How much of the text is left at the next delimiter of a key.
    fn key_start(&self, text: &str) -> Option<usize> {
        text.find(self.key.as_str()).map(|at| text.len() - at)
    }

    /// The key at the start of the rest and what follows its delimiter, which comes when `left` is left. Where another pair comes first,
    /// the rest moves on to that.
    fn key<'t>(&self, rest: &mut &'t str, left: usize, quotes: &mut Quotes<'_>) -> Option<(String, &'t str)> {
        let start = self.without_blanks(rest);
        if let Some((key, after)) = quotes.read(start)
            && let Some(after) = self.without_blanks(after).strip_prefix(self.key.as_str())
        {
            return Some((key, after));
        }
        let end = rest.len().checked_sub(left)?;
        let before = rest.get(..end)?;
        if let Some(pair) = before.find(self.pair.as_str()) {
            *rest = rest.get(pair + self.pair.len()..).unwrap_or_default();
            return None;
        }
        Some((before.to_owned(), rest.get(end + self.key.len()..)?))
    }

    /// The value at the start of a text, and what follows the pair.
    fn value<'t>(&self, text: &'t str, quotes: &mut Quotes<'_>) -> (String, &'t str) {
        if let Some((value, after)) = quotes.read(self.without_blanks(text)) {
            let next = after.find(self.pair.as_str()).and_then(|pair| after.get(pair + self.pair.len()..));
            return (value, next.unwrap_or_default());
        }
        let end = if self.greedy {
            self.greedy_end(text)
        } else {
            text.find(self.pair.as_str())
        };
        let end = end.unwrap_or(text.len());
        let value = text.get(..end).unwrap_or_default();
        (value.to_owned(), text.get(end + self.pair.len()..).unwrap_or_default())
    }

    /// Where the pair ends whose value begins here: at the last delimiter of pairs before the next key's delimiter.
    fn greedy_end(&self, text: &str) -> Option<usize> {
        let mut from = 0;
        while let Some(next) = text.get(from..).and_then(|rest| rest.find(self.key.as_str())) {
            let key = from + next;
            // Only what was not looked at before; the delimiter cannot reach across the last one of a key.
            if let Some(end) = text.get(from..key).and_then(|before| before.rfind(self.pair.as_str())) {
                return Some(from + end);
            }
            from = key + self.key.len();
        }
        None
    }

    /// Blanks before a quote do not matter, unless they delimit pairs.
    fn without_blanks<'t>(&self, text: &'t str) -> &'t str {
        if self.pair.trim().is_empty() { text } else { text.trim_start() }
    }
}
