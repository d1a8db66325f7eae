//! What a lake holds, table by table.

use super::retention::Retention;
use super::{AsOf, Lake};
use crate::error::Result;
use crate::hot::{HotColumn, shown_with};
use crate::scan::LakeTable;

/// The state of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableStatus {
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
    pub files: usize,
    /// Version of the transaction log.
    pub version: u64,
    /// Earliest and latest event, in ticks; `None` when no record has a time.
    pub span: Option<(i64, i64)>,
    /// When the newest rows were ingested, in ticks.
    pub ingested: Option<i64>,
    /// When the newest file was committed, in ticks.
    pub last_commit: Option<i64>,
    pub retention: Retention,
    /// The hot columns.
    pub hot: Vec<HotStatus>,
}

/// A path into a dynamic column whose values files keep beside the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HotStatus {
    /// As KQL writes it: `RawEventData.UserId`.
    pub path: String,
    /// Files that keep its values; the documents of others are read.
    pub files: usize,
}

impl TableStatus {
    /// Files that keep the values of all hot columns.
    #[must_use]
    pub fn hot_files(&self) -> usize {
        self.hot.iter().map(|hot| hot.files).min().unwrap_or_default()
    }
}

impl Lake {
    /// The state of every table, by name. Reads transaction logs only.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub async fn status(&self) -> Result<Vec<TableStatus>> {
        self.status_of(&self.tables().await?).await
    }

    /// The state of these tables; the lake's own can be named too.
    ///
    /// # Errors
    /// When a table is unknown or its log cannot be read.
    pub async fn status_of(&self, names: &[String]) -> Result<Vec<TableStatus>> {
        let mut all = Vec::new();
        if names.is_empty() {
            return Ok(all);
        }
        for name in self.named_tables(names).await? {
            let Some(table) = self.lake_table(&name).await? else { continue };
            all.push(status(&table, self.retention(&name).await?));
        }
        Ok(all)
    }

    /// The state that every table had at a time, in ticks; tables that came later are left out.
    ///
    /// # Errors
    /// When a log does not go back so far, or vacuum has removed files of that state.
    pub async fn status_at(&self, ticks: i64) -> Result<Vec<TableStatus>> {
        let mut all = Vec::new();
        for name in self.tables().await? {
            let Some(table) = self.lake_table_as_of(&name, AsOf::Time(ticks)).await? else {
                continue;
            };
            all.push(status(&table, self.retention(&name).await?));
        }
        Ok(all)
    }
}

fn status(table: &LakeTable, retention: Retention) -> TableStatus {
    let time = table.layout().time.and_then(|at| table.layout().stored.get(at));
    let mut status = TableStatus {
        name: table.layout().table.clone(),
        rows: 0,
        bytes: 0,
        files: table.files().len(),
        version: table.version(),
        span: None,
        ingested: None,
        last_commit: None,
        retention,
        hot: table.layout().hot.iter().map(|hot| of_path(table, hot)).collect(),
    };
    for file in table.files() {
        status.rows += file.rows.unwrap_or_default();
        status.bytes += file.bytes;
        status.last_commit = status.last_commit.max(Some(file.committed));
        status.ingested = status.ingested.max(Some(file.ingested.map_or(file.committed, |(_, last)| last)));
        if let Some((min, max)) = time.and_then(|time| file.times(&time.name)) {
            let (low, high) = status.span.unwrap_or((min, max));
            status.span = Some((low.min(min), high.max(max)));
        }
    }
    status
}

fn of_path(table: &LakeTable, hot: &HotColumn) -> HotStatus {
    HotStatus {
        path: shown_with(&hot.column, &hot.path, &hot.members),
        files: table.files().iter().filter(|file| file.hot.contains_key(&hot.text)).count(),
    }
}
