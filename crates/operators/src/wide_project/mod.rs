//! Projections of thousands of columns, most of which pass as they are. An ordinary projection looks each of its columns up by name among all others,
//! whenever a rule looks at it; this one holds expressions for what it computes only, and the names of what passes.

mod exec;
mod node;

pub(crate) use exec::physical;
pub use node::WideProject;
