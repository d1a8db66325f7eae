//! Reading: a table of the lake as DataFusion scans it, in the engine's representation.

mod adapter;
mod decode;
mod prune;
mod provider;

pub use provider::LakeTable;
