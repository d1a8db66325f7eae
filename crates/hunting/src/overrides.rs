//! Other values for tunables, and where each one comes from.

use std::fmt;
use std::path::PathBuf;

use quarry_content::sidecar::TeamTunable;
use quarry_content::{Hunt, Tunable};
use quarry_text::{Diagnostic, Span, suggest};

use crate::team::Scope;

/// Where a value is set, weakest first: a later one wins over an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A team's file for many hunts.
    TeamFile(PathBuf),
    /// The sidecar of the hunt.
    Sidecar(PathBuf),
    /// A variable `QUARRY_SET_NAME`.
    Environment,
    /// The case of a test.
    TestCase,
    /// `--set`.
    CommandLine,
}

impl Origin {
    const fn rank(&self) -> u8 {
        match self {
            Self::TeamFile(_) => 0,
            Self::Sidecar(_) => 1,
            Self::Environment => 2,
            Self::TestCase => 3,
            Self::CommandLine => 4,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TeamFile(path) | Self::Sidecar(path) => write!(f, "{}", path.display()),
            Self::Environment => f.write_str("environment"),
            Self::TestCase => f.write_str("test"),
            Self::CommandLine => f.write_str("--set"),
        }
    }
}

/// A value for the tunables of one name.
#[derive(Debug, Clone)]
struct Setting {
    name: String,
    value: String,
    origin: Origin,
    scope: Scope,
}

impl Setting {
    fn is_for(&self, hunt: &Hunt, tunable: &str) -> bool {
        let named = match self.origin {
            // Variables are often written in capitals throughout.
            Origin::Environment => self.name.eq_ignore_ascii_case(tunable),
            _ => self.name == tunable,
        };
        named && self.scope.covers(hunt)
    }
}

/// Values for tunables, from everywhere.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    settings: Vec<Setting>,
}

/// A query with some literals replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    pub text: String,
    /// Replaced literals in the original text and the length of what stands there now, in order.
    edits: Vec<(Span, u32)>,
}

/// The beginning of the names of variables that set tunables.
const VARIABLE: &str = "QUARRY_SET_";

impl Overrides {
    /// Reads `NAME=VALUE` settings of a command line.
    ///
    /// # Errors
    /// A sentence about the first setting that is not of this form.
    pub fn parse<S: AsRef<str>>(settings: &[S]) -> Result<Self, String> {
        let mut overrides = Self::default();
        for setting in settings.iter().map(AsRef::as_ref) {
            let Some((name, value)) = setting.split_once('=') else {
                return Err(format!("`{setting}` is not of the form NAME=VALUE"));
            };
            overrides.set(name.trim(), value.trim(), Origin::CommandLine, Scope::All);
        }
        Ok(overrides)
    }

    /// Adds the variables of an environment that set tunables.
    pub fn add_environment(&mut self, variables: impl Iterator<Item = (String, String)>) {
        let mut found: Vec<(String, String)> = variables
            .filter_map(|(name, value)| Some((name.strip_prefix(VARIABLE)?.to_owned(), value)))
            .collect();
        found.sort();
        for (name, value) in found {
            self.set(&name, value.trim(), Origin::Environment, Scope::All);
        }
    }

    /// Adds what a file or a test sets.
    pub(crate) fn add(&mut self, tunables: &[TeamTunable], origin: &Origin, scope: &Scope) {
        for tunable in tunables {
            self.set(&tunable.name, &tunable.value, origin.clone(), scope.clone());
        }
    }

    /// Sets a tunable.
    pub(crate) fn set(&mut self, name: &str, value: &str, origin: Origin, scope: Scope) {
        self.settings.push(Setting {
            name: name.to_owned(),
            value: value.to_owned(),
            origin,
            scope,
        });
    }

    /// These and then those, which win where both come from the same kind of place.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        let settings = self.settings.iter().chain(&others.settings).cloned().collect();
        Self { settings }
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// The value that a tunable of a hunt gets, and where it is set.
    #[must_use]
    pub fn value_of(&self, hunt: &Hunt, tunable: &str) -> Option<(&str, &Origin)> {
        let settings = self.settings.iter().filter(|setting| setting.is_for(hunt, tunable));
        // Of equals, the last one.
        let strongest = settings.max_by_key(|setting| setting.origin.rank())?;
        Some((&strongest.value, &strongest.origin))
    }

    /// The names that none of the hunts has as a tunable, each with the closest one that exists.
    #[must_use]
    pub fn unknown<'a>(&'a self, hunts: &[&'a Hunt]) -> Vec<(&'a str, Option<&'a str>)> {
        let known = || {
            hunts
                .iter()
                .flat_map(|hunt| hunt.tunables().iter().map(|tunable| tunable.name.as_str()))
        };
        let settings = self.settings.iter().filter(|setting| setting.origin == Origin::CommandLine);
        settings
            .map(|setting| setting.name.as_str())
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
        for tunable in hunt.tunables() {
            let Some((value, origin)) = self.value_of(hunt, &tunable.name) else {
                continue;
            };
            match tunable.literal_of(value) {
                Ok(literal) => {
                    text.push_str(Span::new(at, tunable.span.start).text(&hunt.query.text));
                    text.push_str(&literal);
                    edits.push((tunable.span, u32::try_from(literal.len()).unwrap_or(u32::MAX)));
                    at = tunable.span.end;
                }
                Err(problem) => wrong.push(mismatch(hunt, tunable, &problem, origin)),
            }
        }
        text.push_str(hunt.query.text.get(at as usize..).unwrap_or_default());
        if wrong.is_empty() { Ok(Edited { text, edits }) } else { Err(wrong) }
    }
}

fn mismatch(hunt: &Hunt, tunable: &Tunable, problem: &str, origin: &Origin) -> Diagnostic {
    let message = format!("`{}` cannot be set so ({origin}): {problem}", tunable.name);
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
