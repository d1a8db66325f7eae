//! What a lake holds, table by table.

use super::Lake;
use crate::error::Result;
use datafusion::common::ScalarValue;

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
    /// When the newest file was committed, in ticks.
    pub last_commit: Option<i64>,
}

impl Lake {
    /// The state of every table, by name. Reads transaction logs only.
    pub async fn status(&self) -> Result<Vec<TableStatus>> {
        let mut all = Vec::new();
        for name in self.tables().await? {
            let Some(table) = self.lake_table(&name).await? else { continue };
            let time = table.layout().time.and_then(|at| table.layout().stored.get(at));
            let mut status = TableStatus {
                rows: 0,
                bytes: 0,
                files: table.files().len(),
                version: table.version(),
                span: None,
                last_commit: None,
                name,
            };
            for file in table.files() {
                status.rows += file.rows.unwrap_or_default();
                status.bytes += file.bytes;
                status.last_commit = status.last_commit.max(Some(file.committed));
                let range = time.and_then(|time| file.ranges.get(&time.name));
                if let Some(range) = range
                    && let (ScalarValue::Int64(Some(min)), ScalarValue::Int64(Some(max))) = (&range.min, &range.max)
                {
                    let (low, high) = status.span.unwrap_or((*min, *max));
                    status.span = Some((low.min(*min), high.max(*max)));
                }
            }
            all.push(status);
        }
        Ok(all)
    }
}
