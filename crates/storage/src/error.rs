//! What can go wrong in the lake, in words for the person who runs it.

/// An error of the lake or of an ingest as a whole. What is wrong with single files and records is reported, not raised.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("`{location}` is no place for a lake: {reason}")]
    Location { location: String, reason: String },
    #[error("table `{table}`: the transaction log cannot be read or written: {source}")]
    Log {
        table: String,
        #[source]
        source: Box<deltalake_core::DeltaTableError>,
    },
    #[error("table `{table}`: {reason}")]
    Table { table: String, reason: String },
    #[error("no table `{name}` is known, and nothing tells its columns{}", hint(.closest))]
    UnknownTable { name: String, closest: Option<String> },
    #[error("the lake has no table `{name}`{}", listed(.tables))]
    NoTable { name: String, tables: Vec<String> },
    #[error("table `{table}` cannot be read as of {wanted}: {reason}")]
    History { table: String, wanted: String, reason: String },
    #[error("`{pattern}` names no file")]
    NoSuchFile { pattern: String },
    #[error("`{name}`: {reason}")]
    Source { name: String, reason: String },
    #[error("`{path}`: {source}")]
    File {
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the object store refused: {0}")]
    Store(#[from] object_store::Error),
    #[error("a data file cannot be written: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    #[error("columns do not fit together: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("other writers kept changing table `{table}`; the commit was given up after {attempts} attempts")]
    Contention { table: String, attempts: usize },
    #[error("an ingest worker stopped: {0}")]
    Worker(String),
}

pub type Result<T> = std::result::Result<T, StorageError>;

fn hint(closest: &Option<String>) -> String {
    closest
        .as_ref()
        .map_or_else(String::new, |name| format!(" (did you mean `{name}`?)"))
}

fn listed(tables: &[String]) -> String {
    match tables {
        [] => " and no other".to_owned(),
        tables => format!("; it has {}", tables.join(", ")),
    }
}

impl StorageError {
    pub(crate) fn log(table: &str, source: deltalake_core::DeltaTableError) -> StorageError {
        StorageError::Log {
            table: table.to_owned(),
            source: Box::new(source),
        }
    }

    pub(crate) fn file(path: impl Into<String>, source: std::io::Error) -> StorageError {
        StorageError::File { path: path.into(), source }
    }
}
