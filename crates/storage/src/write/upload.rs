//! A data file on its way to the object store, written by a thread that may block.

use std::io::{self, Write};
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart};
use tokio::runtime::Handle;

/// Bytes per part, and parts on their way at a time.
const PART: usize = 8 << 20;
const IN_FLIGHT: usize = 2;

pub(super) struct Upload {
    runtime: Handle,
    store: Arc<dyn ObjectStore>,
    path: Path,
    /// The file as long as it is no larger than a part: then it goes in one request.
    small: Vec<u8>,
    parts: Option<WriteMultipart>,
    written: u64,
}

impl Upload {
    pub fn new(runtime: Handle, store: Arc<dyn ObjectStore>, path: Path) -> Upload {
        Upload {
            runtime,
            store,
            path,
            small: Vec::new(),
            parts: None,
            written: 0,
        }
    }

    /// Completes the file and tells its size. Until then the store shows nothing under its name.
    pub fn finish(self) -> object_store::Result<u64> {
        match self.parts {
            Some(parts) => self.runtime.block_on(parts.finish()).map(drop)?,
            None => {
                let put = self.store.put(&self.path, self.small.into());
                self.runtime.block_on(put).map(drop)?;
            }
        }
        Ok(self.written)
    }

    /// Gives the file up.
    pub fn abort(self) {
        if let Some(parts) = self.parts {
            // What cannot be cleaned up now is an orphan, which no reader sees.
            let _ = self.runtime.block_on(parts.abort());
        }
    }

    fn parts(&mut self) -> object_store::Result<&mut WriteMultipart> {
        let parts = match self.parts.take() {
            Some(parts) => parts,
            None => {
                let upload = self.runtime.block_on(self.store.put_multipart(&self.path))?;
                let mut parts = WriteMultipart::new_with_chunk_size(upload, PART);
                let _entered = self.runtime.enter();
                parts.write(&std::mem::take(&mut self.small));
                parts
            }
        };
        Ok(self.parts.insert(parts))
    }
}

impl Write for Upload {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.written += bytes.len() as u64;
        if self.parts.is_none() && self.small.len() + bytes.len() <= PART {
            self.small.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        let runtime = self.runtime.clone();
        let parts = self.parts().map_err(io::Error::other)?;
        let _entered = runtime.enter();
        runtime.block_on(parts.wait_for_capacity(IN_FLIGHT)).map_err(io::Error::other)?;
        parts.write(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
