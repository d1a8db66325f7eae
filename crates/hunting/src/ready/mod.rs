//! Whether a lake can answer a hunt, and what would enable it.

mod lake;
mod verdict;

pub use lake::{LakeState, TableState};
pub use verdict::{Obstacle, Readiness, readiness};
