//! What KQL's operators need beyond relational algebra: plan nodes with their physical form, and kernels that feed DataFusion's own.

pub mod extension;
pub mod graph;
pub mod groups;
pub mod held;
pub mod lookup;
pub mod make_series;
pub mod mv_expand;
mod node;
pub mod parse;
pub mod parse_kv;
pub mod picked;
pub mod plugins;
pub mod range;
pub mod reduce;
pub mod scan;
pub mod serialize;
mod texts;
pub mod whole;
pub mod wide_project;
pub mod wide_union;
pub mod window;
