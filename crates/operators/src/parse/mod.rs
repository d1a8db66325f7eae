//! `parse`: a pattern of text, stars and columns as one regular expression, matched once per row.

mod kernel;
mod pattern;

pub use kernel::{MATCHED, captures};
pub use pattern::{PatternError, compile};
