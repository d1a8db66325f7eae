//! Reading: a table of the lake as DataFusion scans it, in the engine's representation.

mod adapter;
mod decode;
mod hot;
mod paths;
mod provider;
mod prune;

pub use provider::LakeTable;
