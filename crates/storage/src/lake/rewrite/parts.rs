//! The files that a rewrite writes.

use std::sync::Arc;

use deltalake_core::kernel::Add;
use tokio::runtime::Handle;

use super::super::Lake;
use crate::error::Result;
use crate::layout::Layout;
use crate::write::{Columns, PartWriter, Taken};

/// The files of a rewrite, one after the other.
pub(super) struct Parts {
    pub runtime: Handle,
    pub lake: Lake,
    pub layout: Arc<Layout>,
    /// What each has.
    pub columns: Columns,
    /// Rows of each, where nothing else tells that it ends.
    pub share: usize,
    pub open: Option<(PartWriter, usize)>,
    pub done: Vec<Add>,
}

impl Parts {
    /// Rows that the open file still takes.
    pub fn room(&self) -> usize {
        self.open
            .as_ref()
            .map_or(self.share, |(_, rows)| self.share.saturating_sub(*rows))
            .max(1)
    }

    pub fn write(&mut self, taken: &Taken) -> Result<()> {
        let (mut writer, rows) = match self.open.take() {
            Some(open) => open,
            None => {
                let writer = PartWriter::new(self.runtime.clone(), self.lake.store(), Arc::clone(&self.layout));
                (writer.with_columns(self.columns.clone()), 0)
            }
        };
        let outcome = writer.write(taken);
        let rows = rows + taken.rows;
        self.open = Some((writer, rows));
        if outcome.is_ok() && rows >= self.share {
            self.close()?;
        }
        outcome
    }

    /// Ends the open file.
    pub fn close(&mut self) -> Result<()> {
        if let Some((writer, _)) = self.open.take() {
            self.done.extend(writer.finish()?);
        }
        Ok(())
    }

    pub fn finish(&mut self) -> Result<Vec<Add>> {
        self.close()?;
        Ok(std::mem::take(&mut self.done))
    }

    /// Removes everything written.
    pub fn discard(&mut self) {
        if let Some((writer, _)) = self.open.take() {
            writer.discard();
        }
        self.runtime.block_on(discard(&self.lake, &self.layout.table, &self.done));
    }
}

/// Removes files that no commit names. What cannot be removed now is an orphan, which vacuum finds.
pub(in crate::lake) async fn discard(lake: &Lake, table: &str, files: &[Add]) {
    for add in files {
        let path = object_store::path::Path::from_iter([table, add.path.as_str()]);
        let _ = object_store::ObjectStoreExt::delete(lake.store().as_ref(), &path).await;
    }
}
