//! Findings kept in the lake: what each run found, what people said of it, and how one run differs from the last.

mod list;
mod save;
mod verdict;

pub use list::{Filter, HuntFindings, KeptFindings, LastSeen};
pub use save::{Saved, save};
pub use verdict::{State, UnknownFinding, mark};
