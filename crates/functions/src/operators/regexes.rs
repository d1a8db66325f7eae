//! Compiled regular expressions, kept by pattern.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{Result, exec_datafusion_err};
use regex::{Regex, RegexBuilder};

use super::enclosed::Enclosed;

/// Patterns kept by each thread.
const KEPT: usize = 128;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Arc<Regex>>> = RefCell::new(HashMap::new());
}

/// The compiled form of a pattern.
///
/// # Errors
/// When the pattern is no regular expression, with what is wrong in it.
pub(crate) fn compile(pattern: &str) -> Result<Arc<Regex>> {
    COMPILED.with_borrow_mut(|kept| {
        if let Some(regex) = kept.get(pattern) {
            return Ok(Arc::clone(regex));
        }
        let regex = RegexBuilder::new(&translated(pattern)).build().map_err(|error| {
            let reason = match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                error => error
                    .to_string()
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ")
                    .to_owned(),
            };
            exec_datafusion_err!("Regex pattern is ill-formed: '{pattern}': {reason}")
        })?;
        if kept.len() >= KEPT {
            kept.clear();
        }
        let regex = Arc::new(regex);
        kept.insert(pattern.to_owned(), Arc::clone(&regex));
        Ok(regex)
    })
}

/// A pattern in the form that is found without its compiled one, if it has it.
pub(crate) fn enclosed(pattern: &str) -> Option<Enclosed> {
    Enclosed::parse(&translated(pattern))
}

/// The pattern in the words of the engine below. `\Q…\E` becomes escaped text. A brace that begins no repetition and `\<` inside a class stand for
/// themselves: published content is full of both.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut classes = 0usize;
    let mut rest = pattern;
    while let Some(at) = rest.find(['\\', '[', ']', '{']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let behind = from.get(1..).unwrap_or_default();
        rest = behind;
        match from.as_bytes().first() {
            Some(b'\\') => rest = escape(behind, classes > 0, &mut out),
            Some(b'[') => {
                classes += 1;
                // What follows at once is no end: `[]a]`, `[^]a]`.
                let length = usize::from(behind.starts_with('^'));
                let length = length + usize::from(behind.get(length..).is_some_and(|behind| behind.starts_with(']')));
                let (start, inside) = behind.split_at(length);
                out.push('[');
                out.push_str(start);
                rest = inside;
            }
            Some(b']') => {
                classes = classes.saturating_sub(1);
                out.push(']');
            }
            _ if classes == 0 && !is_repetition(behind) => out.push_str("\\{"),
            _ => out.push('{'),
        }
    }
    out.push_str(rest);
    out
}

/// Copies an escape, whose backslash has been read, and gives what is behind it.
fn escape<'a>(from: &'a str, in_class: bool, out: &mut String) -> &'a str {
    if let Some(quoted) = from.strip_prefix('Q') {
        let (text, behind) = quoted.split_once("\\E").unwrap_or((quoted, ""));
        out.push_str(&regex::escape(text));
        return behind;
    }
    let Some(escaped) = from.chars().next() else {
        out.push('\\');
        return from;
    };
    let mut behind = from.get(escaped.len_utf8()..).unwrap_or_default();
    if !(in_class && matches!(escaped, '<' | '>')) {
        out.push('\\');
    }
    out.push(escaped);
    // `\p{L}`, `\x{41}`, `\b{start}`: the brace belongs to the escape.
    if matches!(escaped, 'p' | 'P' | 'x' | 'u' | 'U' | 'b')
        && behind.starts_with('{')
        && let Some((name, after)) = behind.split_once('}')
    {
        out.push_str(name);
        out.push('}');
        behind = after;
    }
    behind
}

/// Whether the text behind an opening brace completes `{3}`, `{3,}` or `{3,5}`.
fn is_repetition(behind: &str) -> bool {
    let Some((counts, _)) = behind.split_once('}') else {
        return false;
    };
    let (least, most) = counts.split_once(',').unwrap_or((counts, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    !least.is_empty() && digits(least) && digits(most)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn classes_are_unicode_and_both_spellings_of_named_groups_work() {
        assert!(compile(r"^\d$").unwrap().is_match("٣"));
        assert!(compile(r"(?<n>\w)(?P<m>é)").unwrap().is_match("éé"));
    }

    #[test]
    fn quoted_text_is_literal() {
        assert!(compile(r"^\Qa.b\E.$").unwrap().is_match("a.bc"));
        assert!(!compile(r"^\Qa.b").unwrap().is_match("axb"));
        assert!(compile(r"\\Q").unwrap().is_match("\\Q"));
    }

    #[test]
    fn braces_that_repeat_nothing_are_literal() {
        assert!(compile(r"^(\\{|%7B)x").unwrap().is_match(r"\{x"));
        assert!(compile("a={7D-8}").unwrap().is_match("a={7D-8}"));
        assert!(compile(r"^a{2,3}\p{L}\x{41}$").unwrap().is_match("aaéA"));
        assert!(compile(r"^[{}]{2}[^]{]$").unwrap().is_match("{}a"));
    }

    #[test]
    fn angles_escaped_in_a_class_are_literal() {
        assert!(compile(r"^[\w\<\>]+$").unwrap().is_match("<a>"));
        assert!(compile(r"\<b").unwrap().is_match("a b"));
    }

    #[test]
    fn look_around_is_refused() {
        assert!(compile("(?=a)").unwrap_err().to_string().contains("ill-formed"));
    }
}
