//! What an export has to say about the content: losses, changes, refusals.

use quarry_content::{Document, Hunt};
use quarry_text::{Severity, Span};

/// The form has no place for something.
pub const NOT_CARRIED: &str = "Q0601";
/// Something is carried with another value.
pub const CHANGED: &str = "Q0602";
/// The service will refuse the hunt as it stands.
pub const REFUSED: &str = "Q0603";
/// The hunt has no place in the form at all.
pub const LEFT_OUT: &str = "Q0604";

/// One thing to say.
#[derive(Debug, Clone)]
pub struct Remark<'a> {
    pub code: &'static str,
    pub severity: Severity,
    /// `None` where it is about the whole export, or about a function.
    pub hunt: Option<&'a Hunt>,
    /// The field of the document that it is about.
    pub field: &'static str,
    pub message: String,
}

#[derive(Default)]
pub(super) struct Remarks<'a> {
    pub list: Vec<Remark<'a>>,
}

impl<'a> Remarks<'a> {
    fn say(&mut self, code: &'static str, severity: Severity, hunt: Option<&'a Hunt>, field: &'static str, message: String) {
        self.list.push(Remark {
            code,
            severity,
            hunt,
            field,
            message,
        });
    }

    /// Something that changes what the hunt does gets lost.
    pub fn not_carried(&mut self, hunt: &'a Hunt, field: &'static str, message: impl Into<String>) {
        self.say(NOT_CARRIED, Severity::Warning, Some(hunt), field, message.into());
    }

    /// Something gets lost that only describes the hunt.
    pub fn not_kept(&mut self, hunt: &'a Hunt, field: &'static str, message: impl Into<String>) {
        self.say(NOT_CARRIED, Severity::Info, Some(hunt), field, message.into());
    }

    pub fn changed(&mut self, hunt: &'a Hunt, field: &'static str, message: impl Into<String>) {
        self.say(CHANGED, Severity::Warning, Some(hunt), field, message.into());
    }

    pub fn refused(&mut self, hunt: &'a Hunt, field: &'static str, message: impl Into<String>) {
        self.say(REFUSED, Severity::Warning, Some(hunt), field, message.into());
    }

    pub fn left_out(&mut self, hunt: &'a Hunt, field: &'static str, message: impl Into<String>) {
        self.say(
            LEFT_OUT,
            Severity::Warning,
            Some(hunt),
            field,
            format!("left out: {}", message.into()),
        );
    }

    /// The same about a function.
    pub fn function_left_out(&mut self, message: String) {
        self.say(LEFT_OUT, Severity::Warning, None, "", message);
    }

    /// About the whole export.
    pub fn overall(&mut self, code: &'static str, message: String) {
        self.say(code, Severity::Warning, None, "", message);
    }
}

/// Where a remark belongs in its document: the field, or where that is not told apart, the beginning of the query.
#[must_use]
pub fn place(remark: &Remark<'_>, document: &Document) -> Span {
    let Some(hunt) = remark.hunt else { return Span::default() };
    let start = hunt.query.map.to_source(Span::empty(0));
    // Fields are looked for by their names, which is only sure where the document has one of each.
    if document.hunts.len() != 1 {
        return start;
    }
    let mut at = 0;
    for line in document.source.split_inclusive('\n') {
        let is_field = line
            .strip_prefix(remark.field)
            .is_some_and(|rest| rest.trim_start().starts_with(':'));
        if is_field && !remark.field.is_empty() {
            let from = u32::try_from(at).unwrap_or_default();
            return Span::new(from, from + u32::try_from(remark.field.len()).unwrap_or_default());
        }
        at += line.len();
    }
    start
}
