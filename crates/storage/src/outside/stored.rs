//! Registered files that the lake keeps, beside its tables: `_data/<hash of the id>/entry.json` and the content it names.

use std::io::Read;
use std::path::Path;

use futures::TryStreamExt;
use object_store::path::Path as StorePath;
use object_store::{ObjectStoreExt, WriteMultipart};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use uuid::Uuid;

use super::register::{DataEntry, DataFile, DataRegister};
use crate::error::{Result, StorageError};
use crate::lake::Lake;

const FOLDER: &str = "_data";
const ENTRY: &str = "entry.json";
/// Bytes per part of a file on its way to the store.
const PART: usize = 8 << 20;

/// What `entry.json` holds. It is written last: until then nothing is registered, and what was before stays.
#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(flatten)]
    entry: DataEntry,
    content: String,
}

/// The files that the lake keeps.
#[derive(Debug, Default)]
pub struct StoredData {
    pub register: DataRegister,
    /// Files that cannot be used any more, and why.
    pub problems: Vec<String>,
}

impl Lake {
    /// Copies a file into the lake and registers it, in place of an earlier one of the same kind and name.
    pub async fn add_data(&self, entry: &DataEntry, file: &Path) -> Result<()> {
        let folder = folder_of(&entry.id());
        let before = self.stored(&folder).await?;
        let content = format!("{}.data", Uuid::new_v4());
        self.upload(file, &folder.clone().join(content.as_str())).await?;
        let stored = Stored {
            entry: entry.clone(),
            content,
        };
        let text = serde_json::to_vec_pretty(&stored).map_err(|error| unreadable(&folder, &error.to_string()))?;
        self.store().put(&folder.clone().join(ENTRY), text.into()).await?;
        if let Some(before) = before {
            self.store().delete(&folder.join(before.content.as_str())).await?;
        }
        Ok(())
    }

    /// Takes a file out again; tells whether there was one.
    pub async fn remove_data(&self, id: &str) -> Result<bool> {
        let folder = folder_of(id);
        let Some(stored) = self.stored(&folder).await? else {
            return Ok(false);
        };
        self.store().delete(&folder.clone().join(ENTRY)).await?;
        self.store().delete(&folder.join(stored.content.as_str())).await?;
        Ok(true)
    }

    /// Every registered file. Those of a lake in a store elsewhere are copied to this machine for as long as they are in use.
    pub async fn data(&self) -> Result<StoredData> {
        let mut data = StoredData::default();
        let store = self.store();
        let listing = store.list_with_delimiter(Some(&StorePath::from(FOLDER))).await?;
        for folder in listing.common_prefixes {
            let Some(stored) = self.stored(&folder).await? else { continue };
            let content = folder.join(stored.content.as_str());
            let local = self.url().to_file_path().ok().map(|root| root.join(content.as_ref()));
            let (path, copy) = match local {
                Some(path) => (path, None),
                None => {
                    let copy = self.download(&content).await?;
                    (copy.path().to_owned(), Some(copy))
                }
            };
            let id = stored.entry.id();
            match DataFile::open(stored.entry, path, copy) {
                Ok(file) => data.register.add(file),
                Err(problem) => data.problems.push(format!("{id}: {problem}")),
            }
        }
        Ok(data)
    }

    async fn stored(&self, folder: &StorePath) -> Result<Option<Stored>> {
        let text = match self.store().get(&folder.clone().join(ENTRY)).await {
            Ok(found) => found.bytes().await?,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let stored = serde_json::from_slice(&text).map_err(|error| unreadable(folder, &error.to_string()))?;
        Ok(Some(stored))
    }

    async fn upload(&self, file: &Path, to: &StorePath) -> Result<()> {
        let fail = |source| StorageError::file(file.display().to_string(), source);
        let mut source = std::fs::File::open(file).map_err(fail)?;
        if source.metadata().map_err(fail)?.len() <= PART as u64 {
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes).map_err(fail)?;
            self.store().put(to, bytes.into()).await?;
            return Ok(());
        }
        let mut parts = WriteMultipart::new_with_chunk_size(self.store().put_multipart(to).await?, PART);
        let mut buffer = vec![0u8; PART];
        loop {
            let read = source.read(&mut buffer).map_err(fail)?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            parts.wait_for_capacity(2).await?;
            parts.write(bytes);
        }
        parts.finish().await?;
        Ok(())
    }

    async fn download(&self, from: &StorePath) -> Result<NamedTempFile> {
        use std::io::Write as _;
        let fail = |source| StorageError::file(from.to_string(), source);
        let mut copy = NamedTempFile::new().map_err(fail)?;
        let mut parts = self.store().get(from).await?.into_stream();
        while let Some(part) = parts.try_next().await? {
            copy.write_all(&part).map_err(fail)?;
        }
        copy.flush().map_err(fail)?;
        Ok(copy)
    }
}

/// Names may be addresses of any length and script: the folder is called by their hash.
fn folder_of(id: &str) -> StorePath {
    use std::fmt::Write as _;
    let mut name = String::with_capacity(32);
    for byte in Sha256::digest(id.as_bytes()).iter().take(16) {
        let _ = write!(name, "{byte:02x}");
    }
    StorePath::from(FOLDER).join(name)
}

fn unreadable(folder: &StorePath, reason: &str) -> StorageError {
    StorageError::file(
        format!("{folder}/{ENTRY}"),
        std::io::Error::new(std::io::ErrorKind::InvalidData, reason.to_owned()),
    )
}
