//! Places in source text, diagnostics about them, and the ways a diagnostic is shown.
//!
//! Everything that reads text written by a person (queries, hunts, rules) reports through
//! [`Diagnostic`], so that a terminal, an editor and a build server see the same facts.

mod diagnostic;
mod line_index;
pub mod remarks;
pub mod render;
mod rule;
mod span;
pub mod suggest;

pub use diagnostic::{Diagnostic, Edit, Label, Severity, has_errors};
pub use line_index::{LineColumn, LineIndex};
pub use rule::Rule;
pub use span::Span;
