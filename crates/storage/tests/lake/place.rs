//! A lake with the catalogue that Quarry comes with, and files to ingest into it.

use std::path::PathBuf;

use datafusion::prelude::SessionConfig;
use quarry_storage::{FileReport, IngestOptions, IngestReport, Lake};
use tempfile::TempDir;

use super::support::{ingest_into, query};

pub struct Place {
    pub lake: Lake,
    folder: TempDir,
}

impl Place {
    pub async fn new() -> Place {
        let folder = TempDir::new().unwrap();
        let lake = Lake::create(&folder.path().join("lake").display().to_string()).await.unwrap();
        Place { lake, folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file and ingests it.
    pub async fn ingest(&self, name: &str, content: impl AsRef<[u8]>, options: IngestOptions) -> IngestReport {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        ingest_into(&self.lake, &[&path.display().to_string()], options).await
    }

    /// The report on a file that holds records alone, each of which must have gone in.
    pub async fn file(&self, name: &str, content: impl AsRef<[u8]>) -> FileReport {
        let report = self.ingest(name, content, IngestOptions::default()).await;
        assert_eq!(report.files.len(), 1);
        assert_eq!(report.files[0].examples, [], "{:?}", report.files[0].outcome);
        report.files[0].clone()
    }

    /// Rows by table that a file's records became.
    pub async fn tables(&self, name: &str, content: impl AsRef<[u8]>) -> Vec<(String, u64)> {
        self.file(name, content).await.rows.into_iter().collect()
    }

    pub async fn rows(&self, table: &str, columns: &[&str]) -> Vec<Vec<String>> {
        query(&self.lake, table, columns, None, SessionConfig::new()).await
    }
}

/// One row in each of these tables.
pub fn each(tables: &[&str]) -> Vec<(String, u64)> {
    tables.iter().map(|table| ((*table).to_owned(), 1)).collect()
}
