//! Why a bound query has no plan.

use datafusion::common::DataFusionError;
use quarry_text::{Diagnostic, Span};

/// A query that binds but cannot be planned.
#[derive(Debug)]
pub enum PlanError {
    /// Quarry does not have this construct yet. Refusing is the answer: a wrong one would be worse.
    Unsupported { construct: String, span: Span },
    /// An argument has a value that the construct cannot take.
    Invalid { message: String, span: Span },
    /// DataFusion could not build the plan.
    Engine(Box<DataFusionError>),
}

impl PlanError {
    pub(crate) fn unsupported(construct: impl Into<String>, span: Span) -> Self {
        PlanError::Unsupported {
            construct: construct.into(),
            span,
        }
    }

    pub(crate) fn invalid(message: impl Into<String>, span: Span) -> Self {
        PlanError::Invalid {
            message: message.into(),
            span,
        }
    }

    /// The error as a diagnostic with its place in the query.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            PlanError::Unsupported { construct, span } => Diagnostic::error("Q0001", format!("{construct} is not supported yet"), *span)
                .with_help("Quarry refuses what it cannot answer as Kusto would"),
            PlanError::Invalid { message, span } => Diagnostic::error("Q0002", message.clone(), *span),
            PlanError::Engine(error) => Diagnostic::error("Q0003", strip(&error.to_string()), Span::new(0, 0)),
        }
    }
}

/// DataFusion prefixes its errors with their class, which says nothing to a hunter.
fn strip(message: &str) -> String {
    ["Error during planning: ", "Execution error: ", "External error: "]
        .iter()
        .find_map(|prefix| message.strip_prefix(prefix))
        .unwrap_or(message)
        .to_owned()
}

impl From<DataFusionError> for PlanError {
    fn from(error: DataFusionError) -> Self {
        PlanError::Engine(Box::new(error))
    }
}

impl std::fmt::Display for PlanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.diagnostic().message)
    }
}

impl std::error::Error for PlanError {}
