//! Runs KQL: text in, Arrow batches out.
//!
//! A [`Session`] holds the machine's share (memory, partitions); a [`Database`] the tables and functions that a query may name.
//! [`Session::query`] binds the text, runs the subqueries it needs first, plans the rest and collects the rows.

mod bind;
mod database;
mod discover;
mod explain;
mod lake;
mod measure;
mod options;
mod outcome;
mod outside;
mod run;
mod session;

pub use database::{Database, MemoryDatabase};
pub use explain::Stage;
pub use lake::LakeDatabase;
pub use options::{EngineConfig, QueryOptions};
pub use outcome::{QueryError, QueryOutcome, ResultColumn, ResultTable};
pub use outside::OutsideData;
pub use quarry_semantics::Exclusion;
pub use session::Session;
