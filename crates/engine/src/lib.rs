//! Runs KQL: text in, Arrow batches out.
//!
//! A [`Session`] holds the machine's share (memory, partitions); a [`Database`] the tables and functions that a query may name.
//! [`Session::query`] binds the text, runs the subqueries it needs first, plans the rest and collects the rows. A [`RepeatedQuery`] does so once for
//! many databases.

mod analyze;
mod bind;
mod collect;
mod database;
mod discover;
mod explain;
mod hot;
mod lake;
mod measure;
mod memory;
mod options;
mod outcome;
mod outside;
mod prepare;
mod repeat;
mod run;
mod session;
mod watched;

pub use analyze::Analysis;
pub use database::{Database, MemoryDatabase};
pub use explain::Stage;
pub use lake::LakeDatabase;
pub use memory::half_of_memory;
pub use options::{EngineConfig, QueryOptions};
pub use outcome::{HeldMemory, QueryError, QueryOutcome, ResultColumn, ResultTable};
pub use outside::OutsideData;
pub use quarry_semantics::{Exclusion, TimeOf, TimeScope};
pub use quarry_storage::{Pruning, ScanReport};
pub use repeat::{HeldRows, HeldTables, RepeatedQuery};
pub use session::Session;
