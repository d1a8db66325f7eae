//! Graphs: built from rows of edges and nodes, listed, and searched for patterns and shortest paths.
//!
//! Nodes and edges are numbers: an edge is its row, a node is numbered by its id. A search binds the pattern's variables to such numbers,
//! column by column; values are gathered only where an expression reads them.

mod adjacency;
mod build;
mod components;
mod conditions;
mod expand;
mod formula;
mod keys;
mod matches;
mod meter;
mod nodes;
mod search;
mod shortest;
#[cfg(test)]
mod tests;
mod values;

pub use build::{GraphSpec, NodeColumn, TableSpec};
pub use conditions::Condition;
pub use formula::{Fold, Formula, Source};
pub use nodes::Nodes;
pub use search::PatternSearch;

/// The number at a place of a list. Places come from the graph itself, so there always is one.
fn at(numbers: &[u32], place: u32) -> u32 {
    numbers.get(place as usize).copied().unwrap_or(NONE)
}

/// No node, edge or step.
const NONE: u32 = u32::MAX;
