//! The lake: Delta tables of logs, how logs get in, and how queries read them.

mod catalogue;
mod error;
pub mod hot;
mod ingest;
mod lake;
mod layout;
mod local;
pub mod outside;
mod scan;
mod store;
mod terms;
mod write;

pub use catalogue::{BuiltInCatalogue, ColumnOrigin, ColumnShape, TableCatalogue, TableShape, WithoutHotColumns};
pub use error::{Result, StorageError};
pub use hot::{HotColumn, HotPath};
pub use ingest::{
    Dedup, FileOutcome, FileReport, Format, IngestOptions, IngestReport, IntelOptions, Listener, MemoryRows, Progress, RecordProblem,
    RecordText, SetAside, again, indicator_kind, ingest, rows_in_memory,
};
pub use lake::{
    ALERTS, AsOf, ColumnRange, DELIVERIES, DataFile, Entry, FINDINGS, HotStatus, INCIDENTS, JOURNALS, Journal, Lake, NOTES,
    OptimizeListener, OptimizeOptions, OptimizeProgress, RUNS, Retention, SCHEDULE, TableCommit, TableOptimized, TableStatus,
    TableVacuumed, VERDICTS, VacuumOptions,
};
pub use layout::{EXTRA, INGESTION_TIME, Layout, StoredColumn};
pub use scan::{Kept, LakeTable, Pruning, ScanReport};
