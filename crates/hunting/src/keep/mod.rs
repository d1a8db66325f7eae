//! Findings kept in the lake: what each run found, what people said of it, and how one run differs from the last.

mod list;
mod save;
mod verdict;

pub(crate) use list::literal;
pub use list::{Filter, KeptFindings, LastSeen};
pub(crate) use save::{RunRow, finding_row, list as json_list, name_at, run_row};
pub use save::{Saved, save};
pub use verdict::{State, UnknownFinding, mark};
