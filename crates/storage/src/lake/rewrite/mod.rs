//! Rows of some files into new files: read as a query reads them, sorted within bounds of memory, written as an ingest writes them.

mod held;
mod parts;
mod sorted;
mod target;

use std::sync::Arc;

use datafusion::error::DataFusionError;
use deltalake_core::kernel::Add;
use tokio::runtime::Handle;

use self::held::Held;
use self::parts::Parts;
pub(super) use self::parts::discard;
use self::sorted::sorted;
use self::target::Target;
use super::{DataFile, Lake};
use crate::error::{Result, StorageError};
use crate::layout::Layout;
use crate::scan::LakeTable;

/// Bytes of rows that become a row group.
const GROUP_BYTES: usize = 144 << 20;
/// Sorting needs some memory whatever it is allowed.
const LEAST_MEMORY: usize = 64 << 20;

pub(super) struct Rewrite<'a> {
    pub lake: &'a Lake,
    /// The table at the version that the files are of.
    pub table: LakeTable,
    pub files: Vec<DataFile>,
    /// Rows whose event is older than this, in ticks, are left out.
    pub keep_from: Option<i64>,
    pub outputs: u64,
    /// Bytes that may be in use.
    pub memory: usize,
    pub workers: usize,
}

/// Files that were written and are not committed.
pub(super) struct Written {
    pub layout: Arc<Layout>,
    pub added: Vec<Add>,
    pub rows: u64,
}

impl Rewrite<'_> {
    /// Writes the files; `on_rows` hears how many rows more are in them.
    pub async fn run(self, on_rows: impl Fn(u64) + Send + 'static) -> Result<Written> {
        let layout = Arc::new(self.table.layout().with_ingestion_time());
        let broken = |error: DataFusionError| read_error(&layout.table, &error);
        let held = Held::read(self.lake.store(), &self.files, &layout).await.map_err(broken)?;
        let rows: u64 = self.files.iter().map(|file| file.rows.unwrap_or_default()).sum();
        let share = usize::try_from(rows.div_ceil(self.outputs.max(1))).unwrap_or(usize::MAX).max(1);
        let memory = self.memory.max(LEAST_MEMORY);
        let sorted = sorted(&self, &layout, &held, memory / 2, share).await.map_err(broken)?;
        let runtime = Handle::current();
        let target = Target {
            parts: Parts {
                runtime: runtime.clone(),
                lake: self.lake.clone(),
                layout: Arc::clone(&layout),
                columns: held.written,
                share: if sorted.parted { usize::MAX } else { share },
                open: None,
                done: Vec::new(),
            },
            group_bytes: GROUP_BYTES.min(memory / 8),
            layout,
            columns: held.columns,
        };
        let work = move || {
            let layout = Arc::clone(&target.layout);
            target
                .fill(&runtime, sorted, &on_rows)
                .map(|(added, rows)| Written { layout, added, rows })
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| StorageError::Worker(error.to_string()))?
    }
}

fn read_error(table: &str, error: &DataFusionError) -> StorageError {
    StorageError::Table {
        table: table.to_owned(),
        reason: format!("its files cannot be rewritten: {error}"),
    }
}
