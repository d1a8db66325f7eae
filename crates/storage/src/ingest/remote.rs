//! Files in object stores: finding them, and reading them as streams.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use glob::{MatchOptions, Pattern};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;
use url::Url;

use super::source::hexadecimal;
use crate::error::{Result, StorageError};
use crate::store;

/// What makes a name a pattern.
const WILDCARDS: [char; 2] = ['*', '['];

/// A file in an object store.
#[derive(Debug)]
pub(super) struct Object {
    /// Its URL.
    pub shown: String,
    store: Arc<dyn ObjectStore>,
    meta: ObjectMeta,
}

impl Object {
    pub fn bytes(&self) -> u64 {
        self.meta.size
    }

    /// When it was last written, in ticks.
    pub fn modified(&self) -> Option<i64> {
        let nanoseconds = self.meta.last_modified.timestamp_nanos_opt()?;
        Some(quarry_value::time::from_unix_nanoseconds(nanoseconds))
    }

    /// What the store gives another of when the content changes; nothing where it says none. Spares fetching what is in.
    pub fn version(&self) -> Option<String> {
        let tag = self.meta.version.as_ref().or(self.meta.e_tag.as_ref())?;
        let mut hasher = Sha256::new();
        for part in [&self.shown, tag, &self.meta.size.to_string()] {
            hasher.update(part.as_bytes());
            hasher.update([0]);
        }
        Some(format!("object:{}", hexadecimal(&hasher.finalize())))
    }

    /// The content. To be called from a thread that may block.
    pub fn open(&self) -> io::Result<impl Read + Send + use<>> {
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        let found = runtime.block_on(self.store.get(&self.meta.location)).map_err(failed)?;
        Ok(Streamed {
            runtime,
            pieces: found.into_stream(),
            rest: Bytes::new(),
        })
    }
}

/// A stream of pieces, read by a thread that may block.
struct Streamed {
    runtime: Handle,
    pieces: BoxStream<'static, object_store::Result<Bytes>>,
    rest: Bytes,
}

impl Read for Streamed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            match self.runtime.block_on(self.pieces.next()) {
                Some(piece) => self.rest = piece.map_err(failed)?,
                None => return Ok(0),
            }
        }
        let most = buffer.len().min(self.rest.len());
        self.rest.split_to(most).as_ref().read(buffer)
    }
}

fn failed(error: object_store::Error) -> io::Error {
    io::Error::other(error.to_string())
}

/// The path that a URL of this machine means; `None` for those of a service.
pub(super) fn local(name: &str) -> Result<Option<PathBuf>> {
    let Some(path) = name.strip_prefix("file://") else {
        return Ok(None);
    };
    let url = Url::parse(name).map_err(|error| wrong(name, &error.to_string()))?;
    // A pattern is no path that a URL can hold: `[` and `*` are taken as they stand.
    match url.to_file_path() {
        Ok(found) if !name.contains(WILDCARDS) => Ok(Some(found)),
        Ok(_) => Ok(Some(PathBuf::from(path))),
        Err(()) => Err(wrong(name, "not a path of this machine")),
    }
}

/// The objects that a URL stands for: one, all below a prefix, or those that a pattern fits. Tables of a lake are passed over.
pub(super) fn find(name: &str) -> Result<Vec<Object>> {
    let (scheme, rest) = name.split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let root = format!("{scheme}://{authority}");
    // The whole name is looked at: what is wrong with it must be said before anything is asked of a service.
    store::url(name).map_err(|reason| wrong(name, &reason))?;
    let url = store::url(&root).map_err(|reason| wrong(name, &reason))?;
    let reached = store::reach(&url).map_err(|reason| wrong(name, &reason))?;
    let store = reached.ok_or_else(|| wrong(name, "not a place in an object store"))?.root;
    let pattern = path.contains(WILDCARDS).then(|| Pattern::new(path)).transpose();
    let pattern = pattern.map_err(|error| wrong(name, error.msg))?;
    let listed = listed(&store, path, pattern.as_ref()).map_err(|error| wrong(name, &error.to_string()))?;
    let objects: Vec<Object> = without_lakes(listed)
        .into_iter()
        .map(|meta| Object {
            shown: format!("{root}/{}", meta.location),
            store: Arc::clone(&store),
            meta,
        })
        .collect();
    if objects.is_empty() {
        return Err(StorageError::NoSuchFile { pattern: name.to_owned() });
    }
    Ok(objects)
}

fn listed(store: &Arc<dyn ObjectStore>, path: &str, pattern: Option<&Pattern>) -> object_store::Result<Vec<ObjectMeta>> {
    let literal = match pattern {
        Some(_) => path
            .split(WILDCARDS)
            .next()
            .unwrap_or_default()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder),
        None => path.trim_end_matches('/'),
    };
    let prefix = Path::parse(literal)?;
    let runtime = Handle::current();
    if pattern.is_none() && !literal.is_empty() && !path.ends_with('/') {
        match runtime.block_on(store.head(&prefix)) {
            // A folder may answer as an empty file.
            Ok(meta) if meta.size > 0 => return Ok(vec![meta]),
            Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let found = store.list(Some(&prefix)).try_collect::<Vec<ObjectMeta>>();
    let mut found = runtime.block_on(found)?;
    if let Some(pattern) = pattern {
        let options = MatchOptions {
            require_literal_separator: true,
            ..MatchOptions::new()
        };
        found.retain(|meta| pattern.matches_with(meta.location.as_ref(), options));
    } else {
        let depth = prefix.parts().count();
        found.retain(|meta| !meta.location.parts().skip(depth).any(|part| part.as_ref().starts_with('.')));
    }
    found.sort_by(|left, right| left.location.cmp(&right.location));
    Ok(found)
}

/// What lies in no table of a lake: those may well be below the prefix that is searched.
fn without_lakes(mut found: Vec<ObjectMeta>) -> Vec<ObjectMeta> {
    let tables: BTreeSet<String> = found
        .iter()
        .filter_map(|meta| Some(meta.location.as_ref().split_once("_delta_log/")?.0.to_owned()))
        .collect();
    found.retain(|meta| {
        let path = meta.location.as_ref();
        !path
            .match_indices('/')
            .any(|(at, _)| path.get(..=at).is_some_and(|folder| tables.contains(folder)))
    });
    found
}

fn wrong(name: &str, reason: &str) -> StorageError {
    StorageError::Source {
        name: store::without_secrets(name),
        reason: reason.to_owned(),
    }
}
