//! The lake: Delta tables of logs, how logs get in, and how queries read them.

mod catalogue;
mod error;
mod ingest;
mod lake;
mod layout;
pub mod outside;
mod scan;
mod write;

pub use catalogue::{BuiltInCatalogue, ColumnOrigin, ColumnShape, TableCatalogue, TableShape};
pub use error::{Result, StorageError};
pub use ingest::{
    FileOutcome, FileReport, Format, IngestOptions, IngestReport, Listener, MemoryRows, Progress, RecordProblem, RecordText, SetAside,
    ingest, rows_in_memory,
};
pub use lake::{ColumnRange, DataFile, Entry, FINDINGS, JOURNALS, Journal, Lake, RUNS, TableStatus, VERDICTS};
pub use layout::{EXTRA, INGESTION_TIME, Layout, StoredColumn};
pub use scan::LakeTable;
