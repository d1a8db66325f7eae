//! Findings kept in the lake: what each run found, what people said of it, and how one run differs from the last.

mod list;
mod notes;
mod save;
mod verdict;

pub(crate) use list::literal;
pub use list::{Filter, HuntFindings, KeptFindings, LastSeen};
pub use notes::{Answer, Note, new_inquiry, note, note_finding};
pub(crate) use save::{RunRow, finding_row, list as json_list, name_at, run_row};
pub use save::{Saved, save};
pub use verdict::{State, UnknownName, mark};
