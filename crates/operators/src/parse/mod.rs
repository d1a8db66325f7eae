//! `parse`: a pattern of text, stars and columns, matched once per row. As a whole it is one regular expression; where it asks nothing of what columns
//! take, its texts are found one after the other, which is the same and takes a tenth of the time.

mod kernel;
mod literal;
mod pattern;

pub use kernel::{MATCHED, captures};
pub use pattern::{Pattern, PatternError, compile};
