//! Compiled regular expressions, kept by pattern.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use datafusion::common::{Result, exec_datafusion_err};
use regex::{Regex, RegexBuilder};

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
        let regex = RegexBuilder::new(&without_quotations(pattern)).build().map_err(|error| {
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

/// Replaces `\Q…\E`, which the language has and the engine below has not, by escaped text.
fn without_quotations(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        if let Some(quoted) = escape.strip_prefix("\\Q") {
            let (text, behind) = quoted.split_once("\\E").unwrap_or((quoted, ""));
            out.push_str(&regex::escape(text));
            rest = behind;
        } else {
            let length = escape.chars().take(2).map(char::len_utf8).sum();
            let (escaped, behind) = escape.split_at_checked(length).unwrap_or((escape, ""));
            out.push_str(escaped);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
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
    fn look_around_is_refused() {
        assert!(compile("(?=a)").unwrap_err().to_string().contains("ill-formed"));
    }
}
