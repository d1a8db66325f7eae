//! From a `parse` pattern to a regular expression with one group per column.

use quarry_schema::KqlType;
use quarry_semantics::ir::{ParseMode, ParsePart};
use regex::{Regex, RegexBuilder};

use super::literal::Literals;

/// Why a pattern is refused.
#[derive(Debug)]
pub enum PatternError {
    /// A flag that `parse kind=regex` does not know.
    Flag(char),
    Regex(regex::Error),
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Pattern {
    /// A group for each column, see [`group_name`].
    pub(super) regex: Regex,
    /// The same without the regular expression, where that can be.
    pub(super) literals: Option<Literals>,
}

/// Longest compiled program, in bytes: a hostile pattern must not take the machine.
const SIZE_LIMIT: usize = 8 << 20;

/// Compiles a pattern.
///
/// # Errors
/// When a flag is unknown or the text of a `kind=regex` pattern is not a regular expression.
pub fn compile(mode: ParseMode, flags: &str, parts: &[ParsePart]) -> Result<Pattern, PatternError> {
    let mut source = String::new();
    let mut columns = 0;
    // Simple patterns describe the whole text; a regex pattern is searched for in it.
    if mode != ParseMode::Regex {
        source.push('^');
    }
    for (position, part) in parts.iter().enumerate() {
        let before_star = matches!(parts.get(position + 1), Some(ParsePart::Star));
        match part {
            ParsePart::Star => source.push_str(".*?"),
            ParsePart::Text(text) if mode == ParseMode::Regex => {
                source.push_str("(?:");
                source.push_str(&literal_when_unbalanced(text));
                source.push(')');
            }
            ParsePart::Text(text) => source.push_str(&regex::escape(text)),
            ParsePart::Column { ty, .. } => {
                // Groups inside the user's text have no such name, so they cannot shift the columns.
                source.push_str(&format!("(?P<{}>", group_name(columns)));
                columns += 1;
                source.push_str(capture(mode, *ty, before_star));
                source.push(')');
            }
        }
    }
    if mode != ParseMode::Regex {
        source.push('$');
    }
    let mut builder = RegexBuilder::new(&source);
    builder.size_limit(SIZE_LIMIT);
    if mode == ParseMode::Regex {
        for flag in flags.chars() {
            match flag {
                'i' => builder.case_insensitive(true),
                's' => builder.dot_matches_new_line(true),
                'm' => builder.multi_line(true),
                'U' => builder.swap_greed(true),
                'x' => builder.ignore_whitespace(true),
                other => return Err(PatternError::Flag(other)),
            };
        }
    } else {
        builder.dot_matches_new_line(true);
    }
    let regex = builder.build().map_err(PatternError::Regex)?;
    let literals = Literals::new(mode, parts);
    Ok(Pattern { regex, literals })
}

/// Name of the group that captures the `n`th column.
pub(super) fn group_name(n: usize) -> String {
    format!("quarry_column_{n}")
}

/// Kusto takes text with a lone parenthesis as it is.
fn literal_when_unbalanced(text: &str) -> String {
    if Regex::new(text).is_ok() {
        text.to_owned()
    } else {
        regex::escape(text)
    }
}

/// What a column captures. In simple modes the type is checked after the match, except before a star, where only its shape ends it.
fn capture(mode: ParseMode, ty: KqlType, before_star: bool) -> &'static str {
    if mode != ParseMode::Regex && !before_star {
        return ".*?";
    }
    match ty {
        KqlType::Int | KqlType::Long => r"-?\d+",
        KqlType::Real | KqlType::Decimal => r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?",
        KqlType::Bool => "(?i:true|false)",
        KqlType::DateTime => {
            r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:\s?[AP]M)?)?(?:Z|[-+]\d{2}:?\d{2})?"
        }
        KqlType::TimeSpan => r"-?(?:\d+\.)?\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?",
        KqlType::Guid => r"[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
        KqlType::String | KqlType::Dynamic | KqlType::Unknown => {
            if mode == ParseMode::Regex {
                ".*"
            } else {
                ".*?"
            }
        }
    }
}
