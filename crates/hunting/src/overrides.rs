//! Other values for tunables.

use quarry_content::{Hunt, Tunable};
use quarry_text::{Diagnostic, Span, suggest};

/// Values given for one run, by tunable name.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    values: Vec<(String, String)>,
}

/// A query with some literals replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub text: String,
    /// Replaced literals in the original text and the length of what stands there now, in order.
    edits: Vec<(Span, u32)>,
}

impl Overrides {
    /// Reads `NAME=VALUE` settings.
    ///
    /// # Errors
    /// A sentence about the first setting that is not of this form.
    pub fn parse<S: AsRef<str>>(settings: &[S]) -> Result<Self, String> {
        let mut values = Vec::new();
        for setting in settings.iter().map(AsRef::as_ref) {
            let Some((name, value)) = setting.split_once('=') else {
                return Err(format!("`{setting}` is not of the form NAME=VALUE"));
            };
            values.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        Ok(Self { values })
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The names that none of the hunts has as a tunable, each with the closest one that exists.
    #[must_use]
    pub fn unknown<'a>(&'a self, hunts: &[&'a Hunt]) -> Vec<(&'a str, Option<&'a str>)> {
        let known = || {
            hunts
                .iter()
                .flat_map(|hunt| hunt.tunables.iter().map(|tunable| tunable.name.as_str()))
        };
        let names = self.values.iter().map(|(name, _)| name.as_str());
        names
            .filter(|name| !known().any(|known| known == *name))
            .map(|name| (name, suggest::closest(name, known())))
            .collect()
    }

    /// The hunt's query with the values that concern it.
    ///
    /// # Errors
    /// When a value does not have the type of the literal it replaces; the place is that of the literal in the hunt's document.
    pub fn apply(&self, hunt: &Hunt) -> Result<Edited, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let mut text = String::with_capacity(hunt.query.text.len());
        let mut edits = Vec::new();
        let mut at = 0;
        for tunable in &hunt.tunables {
            // The last setting of a name wins.
            let Some((_, value)) = self.values.iter().rev().find(|(name, _)| *name == tunable.name) else {
                continue;
            };
            match tunable.literal_of(value) {
                Ok(literal) => {
                    text.push_str(Span::new(at, tunable.span.start).text(&hunt.query.text));
                    text.push_str(&literal);
                    edits.push((tunable.span, u32::try_from(literal.len()).unwrap_or(u32::MAX)));
                    at = tunable.span.end;
                }
                Err(problem) => wrong.push(mismatch(hunt, tunable, &problem)),
            }
        }
        text.push_str(hunt.query.text.get(at as usize..).unwrap_or_default());
        if wrong.is_empty() { Ok(Edited { text, edits }) } else { Err(wrong) }
    }
}

fn mismatch(hunt: &Hunt, tunable: &Tunable, problem: &str) -> Diagnostic {
    let message = format!("`{}` cannot be set so: {problem}", tunable.name);
    let diagnostic = Diagnostic::error("Q0301", message, hunt.query.map.to_source(tunable.span));
    diagnostic.with_help(format!("its value here is {}, of type {}", tunable.literal, tunable.ty))
}

impl Edited {
    /// The diagnostic of the edited text at its place in the original.
    #[must_use]
    pub fn original(&self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.span = self.span(diagnostic.span);
        for label in &mut diagnostic.labels {
            label.span = self.span(label.span);
        }
        // An edit is made for the text as it was checked, which is not the one in the file.
        diagnostic.fix.clear();
        diagnostic
    }

    fn span(&self, span: Span) -> Span {
        Span::new(self.offset(span.start), self.offset(span.end))
    }

    fn offset(&self, offset: u32) -> u32 {
        // `shift` is how far the original lies ahead of the edited text at this point.
        let mut shift: i64 = 0;
        for (original, length) in &self.edits {
            let start = i64::from(original.start) - shift;
            let end = start + i64::from(*length);
            if i64::from(offset) < start {
                break;
            }
            if i64::from(offset) < end {
                return original.start;
            }
            shift = i64::from(original.end) - end;
        }
        u32::try_from(i64::from(offset) + shift).unwrap_or(offset)
    }
}
