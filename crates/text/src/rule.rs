use crate::{Diagnostic, Severity, Span};

/// What a code of diagnostics stands for: declared once, read by the check itself, its explanation and its tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Never changes its meaning.
    pub code: &'static str,
    /// A few words with hyphens.
    pub name: &'static str,
    /// How grave a finding usually is.
    pub level: Severity,
    /// What is found, in one sentence.
    pub summary: &'static str,
    /// Why it matters and what to do about it.
    pub why: &'static str,
    /// A text in which it is found.
    pub fires: &'static str,
    /// A text like it in which it is not.
    pub silent: &'static str,
}

impl Rule {
    /// A finding of this rule.
    #[must_use]
    pub fn found(&self, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::new(self.level, self.code, message, span)
    }
}
