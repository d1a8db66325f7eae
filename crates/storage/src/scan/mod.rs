//! Reading: a table of the lake as DataFusion scans it, in the engine's representation.

mod adapter;
mod decode;
mod provider;
mod prune;

pub(crate) use decode::guid as guid_bytes;
pub use provider::LakeTable;
