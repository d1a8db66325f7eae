//! A data file on its way to the object store, written by a thread that may block.

use std::io::{self, Write};

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use tokio::runtime::Handle;

/// Bytes per part, and parts on their way at a time.
const PART: usize = 8 << 20;
const IN_FLIGHT: usize = 2;

pub(super) struct Upload {
    runtime: Handle,
    parts: Option<WriteMultipart>,
    written: u64,
}

impl Upload {
    pub fn start(runtime: &Handle, store: &dyn ObjectStore, path: &Path) -> object_store::Result<Upload> {
        let upload = runtime.block_on(store.put_multipart(path))?;
        Ok(Upload {
            runtime: runtime.clone(),
            parts: Some(WriteMultipart::new_with_chunk_size(upload, PART)),
            written: 0,
        })
    }

    /// Completes the file and tells its size. Until then the store shows nothing under its name.
    pub fn finish(mut self) -> object_store::Result<u64> {
        if let Some(parts) = self.parts.take() {
            self.runtime.block_on(parts.finish())?;
        }
        Ok(self.written)
    }

    /// Gives the file up.
    pub fn abort(mut self) {
        if let Some(parts) = self.parts.take() {
            // What cannot be cleaned up now is an orphan, which no reader sees.
            let _ = self.runtime.block_on(parts.abort());
        }
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let parts = self.parts.as_mut().ok_or_else(|| io::Error::other("the file is complete"))?;
        let _entered = self.runtime.enter();
        self.runtime
            .block_on(parts.wait_for_capacity(IN_FLIGHT))
            .map_err(io::Error::other)?;
        parts.write(bytes);
        self.written += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
