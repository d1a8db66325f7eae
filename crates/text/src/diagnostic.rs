use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Span;

/// How grave a diagnostic is, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text cannot be used as it stands.
    Error,
    /// Probably not what was meant.
    Warning,
    /// Worth knowing.
    Info,
    /// A possible improvement.
    Hint,
}

impl Severity {
    /// Lower-case name, as printed and as used in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A remark at a place. A label at the diagnostic's own span explains the place itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// Where the remark belongs.
    pub span: Span,
    /// The remark; may be empty to point only.
    pub message: String,
}

/// A part of a text and what should stand there instead.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What takes its place.
    pub text: String,
}

/// One thing to tell about a source text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Stable code such as `SYN0002` or `Q0107`.
    pub code: Cow<'static, str>,
    /// How grave it is.
    pub severity: Severity,
    /// One sentence without a final full stop.
    pub message: String,
    /// The place it is about.
    pub span: Span,
    /// Remarks at this or other places.
    pub labels: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// Edits that do it and change nothing else; empty when that is for a person to decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fix: Vec<Edit>,
}

impl Diagnostic {
    /// A diagnostic of the given severity.
    #[must_use]
    pub fn new(severity: Severity, code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Self {
            code: code.into(),
            severity,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
            fix: Vec::new(),
        }
    }

    /// An error.
    #[must_use]
    pub fn error(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Error, code, message, span)
    }

    /// A warning.
    #[must_use]
    pub fn warning(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Warning, code, message, span)
    }

    /// A remark worth knowing.
    #[must_use]
    pub fn info(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Info, code, message, span)
    }

    /// A possible improvement.
    #[must_use]
    pub fn hint(code: impl Into<Cow<'static, str>>, message: impl Into<String>, span: Span) -> Self {
        Self::new(Severity::Hint, code, message, span)
    }

    /// Say what to do about it.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Add an edit that is safe to make.
    #[must_use]
    pub fn with_edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix.push(Edit { span, text: text.into() });
        self
    }

    /// Add a remark at a place.
    #[must_use]
    pub fn with_label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Whether this is an error.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The same diagnostic for a text that starts `offset` bytes into a larger one.
    #[must_use]
    pub fn shifted(mut self, offset: u32) -> Self {
        self.span = self.span.shifted(offset);
        for label in &mut self.labels {
            label.span = label.span.shifted(offset);
        }
        for edit in &mut self.fix {
            edit.span = edit.span.shifted(offset);
        }
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        match &self.help {
            Some(help) => write!(f, " ({help})"),
            None => Ok(()),
        }
    }
}

/// Whether any diagnostic is an error.
#[must_use]
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
