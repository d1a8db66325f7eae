//! The lake: Delta tables of logs, how logs get in, and how queries read them.

mod catalogue;
mod error;
mod lake;
mod layout;
mod scan;

pub use catalogue::{BuiltInCatalogue, ColumnOrigin, ColumnShape, TableCatalogue, TableShape};
pub use error::{Result, StorageError};
pub use lake::{ColumnRange, DataFile, Lake, TableStatus};
pub use layout::{EXTRA, INGESTION_TIME, Layout, StoredColumn};
pub use scan::LakeTable;
