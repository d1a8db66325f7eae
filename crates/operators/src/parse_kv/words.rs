//! Keys and values without delimiters of their own: everything but letters and digits delimits.

use quarry_semantics::ir::Quoting;

use super::keep;
use super::quoted::Quotes;

#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) quoting: Quoting,
}

impl Words {
    pub(super) fn read(&self, text: &str, keys: &[String], found: &mut [Option<String>]) {
        let mut quotes = Quotes::new(&self.quoting);
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let after_key = match quotes.read(rest) {
                Some((inside, after)) => {
                    rest = after;
                    keys.iter().find(|key| **key == inside).map(|key| (key, after))
                }
                None if first.is_alphanumeric() => {
                    let key = longest_key(rest, keys);
                    let after = match key {
                        Some(key) => rest.get(key.len()..).unwrap_or_default(),
                        None => rest.trim_start_matches(char::is_alphanumeric),
                    };
                    rest = after;
                    key.map(|key| (key, after))
                }
                None => {
                    rest = rest.get(first.len_utf8()..).unwrap_or_default();
                    None
                }
            };
            if let Some((key, after)) = after_key
                && let Some((value, after)) = value(after, &mut quotes)
            {
                keep(key, value.trim(), keys, found);
                rest = after;
            }
        }
    }
}

/// The next word or quoted text.
fn value<'t>(text: &'t str, quotes: &mut Quotes<'_>) -> Option<(String, &'t str)> {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(quoted) = quotes.read(rest) {
            return Some(quoted);
        }
        if first.is_alphanumeric() {
            let after = rest.trim_start_matches(char::is_alphanumeric);
            let word = rest.get(..rest.len() - after.len())?;
            return Some((word.to_owned(), after));
        }
        rest = rest.get(first.len_utf8()..)?;
    }
    None
}

/// The longest key that the text begins with as a whole word.
fn longest_key<'k>(text: &str, keys: &'k [String]) -> Option<&'k String> {
    let whole = |key: &&String| {
        let after = text.strip_prefix(key.as_str());
        !key.is_empty() && after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
    };
    keys.iter().filter(whole).max_by_key(|key| key.len())
}
