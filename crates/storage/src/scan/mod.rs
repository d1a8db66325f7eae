//! Reading: a table of the lake as DataFusion scans it, in the engine's representation.

mod adapter;
mod alternatives;
mod compared;
mod decode;
mod early;
mod footers;
mod hot;
mod means;
mod paths;
mod pieces;
mod provider;
mod prune;
mod readers;
mod report;
mod source;
mod terms;

pub(crate) use decode::guid as guid_bytes;
pub use means::Pruning;
pub use paths::Kept;
pub use provider::LakeTable;
pub use report::ScanReport;
