//! What a team keeps beside published content: other values for tunables, exclusions, tests. The content itself is never edited.
//!
//! A file `<name>.quarry.yaml` belongs to one hunt and names it by its id; `quarry.yaml` holds for every hunt of its folder and below.

mod allow;
mod exclusion;
mod model;
mod propose;
mod read;
mod rows;
mod test;

pub use allow::Allowance;
pub use exclusion::{ExclusionState, TeamExclusion};
pub use model::{Equivalent, Expectation, ExpectedValue, Layer, Lookups, RowSource, Sidecar, TableRows, TeamTunable, TestCase, TestSet};
pub use propose::propose;
pub(crate) use read::read;

/// The end of the name of a sidecar.
const SUFFIXES: [&str; 2] = [".quarry.yaml", ".quarry.yml"];
/// The names of a team's file for a whole folder.
const TEAM_FILES: [&str; 2] = ["quarry.yaml", "quarry.yml"];

/// Whether a file of this name holds what a team adds, and for how much.
pub(crate) fn layer_of(path: &std::path::Path) -> Option<Layer> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    if TEAM_FILES.contains(&name.as_str()) {
        return Some(Layer::Team);
    }
    SUFFIXES.iter().any(|suffix| name.ends_with(suffix)).then_some(Layer::Hunt)
}

/// Whether a file of this name holds what a team adds.
#[must_use]
pub fn is_sidecar(name: &str) -> bool {
    layer_of(std::path::Path::new(name)).is_some()
}
