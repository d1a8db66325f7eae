//! A union of tables that have few columns in common.
//!
//! Written as a projection of every leg to the columns of all, it costs the optimizer an expression for every leg and column: a search over two
//! hundred tables has a million, and takes minutes to plan. Here a leg has its own columns only, under the names of the union, and what it lacks
//! is added to its batches.

mod exec;
mod filter;
mod node;

pub(crate) use exec::physical;
pub use filter::FilterLegs;
pub use node::WideUnion;
