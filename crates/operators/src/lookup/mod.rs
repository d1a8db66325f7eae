//! Joins that are not on equality: addresses with networks, points with shapes.
//!
//! The table to look in is read once and indexed; the source streams past it, in as many partitions as it has.

mod exec;
mod geo;
mod ip;
mod node;

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::common::Result;

pub(crate) use exec::physical;
pub use geo::GeoFinder;
pub use ip::IpFinder;
pub use node::{Lookup, Side};

/// How rows of a table are found.
pub trait Finder: fmt::Debug + Send + Sync {
    /// The KQL name, for plans.
    fn name(&self) -> &'static str;

    /// Reads the whole table.
    ///
    /// # Errors
    /// When a column is not of the type that the planner has promised.
    fn index(&self, table: &RecordBatch) -> Result<Arc<dyn Index>>;
}

/// A table that has been read.
pub trait Index: fmt::Debug + Send + Sync {
    /// Reads a batch of the source.
    ///
    /// # Errors
    /// When a column is not of the type that the planner has promised.
    fn probe(self: Arc<Self>, batch: &RecordBatch) -> Result<Box<dyn Probe>>;
}

/// A batch of the source, row by row.
pub trait Probe: Send {
    /// Adds the rows of the table that match a row of the batch.
    fn find(&mut self, row: usize, found: &mut Vec<u32>);
}
