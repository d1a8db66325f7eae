//! The files that a path stands for: itself, unpacked, or those inside an archive.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tempfile::NamedTempFile;

use super::MOST_BYTES;
use crate::ingest::{Kind, open_file};

/// One file, unpacked.
pub(super) enum Part<'p> {
    Text(Box<dyn Read + Send>),
    /// Parquet, which is not read as a stream.
    File(&'p Path),
}

/// Most files of an archive that are looked at.
const MOST_FILES: usize = 10_000;

/// Hands every file that `path` stands for to `read`, in order.
pub(super) fn each_part(path: &Path, pattern: Option<&str>, read: &mut dyn FnMut(Part<'_>) -> Result<(), String>) -> Result<(), String> {
    let mut head = [0u8; 4];
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let known = file.read(&mut head).map_err(|error| error.to_string())?;
    if known < head.len() || head != *b"PK\x03\x04" {
        return part(path, read);
    }
    let mut archive = zip::ZipArchive::new(file).map_err(|error| format!("the archive cannot be read: {error}"))?;
    let pattern = pattern
        .map(glob::Pattern::new)
        .transpose()
        .map_err(|error| format!("zipPattern: {error}"))?;
    if archive.len() > MOST_FILES {
        return Err(format!("the archive holds more than {MOST_FILES} files"));
    }
    let mut left = MOST_BYTES;
    for at in 0..archive.len() {
        let entry = archive
            .by_index(at)
            .map_err(|error| format!("the archive cannot be read: {error}"))?;
        let fits = |pattern: &glob::Pattern| {
            let name = entry.name().unwrap_or_default();
            pattern.matches(&name) || pattern.matches(super::format::last_part(&name))
        };
        if entry.is_dir() || !pattern.as_ref().is_none_or(fits) {
            continue;
        }
        let mut copy = NamedTempFile::new().map_err(|error| error.to_string())?;
        let copied = io::copy(&mut entry.take(left + 1), copy.as_file_mut()).map_err(|error| error.to_string())?;
        left = left.checked_sub(copied).ok_or_else(too_large)?;
        part(copy.path(), read)?;
    }
    Ok(())
}

fn part(path: &Path, read: &mut dyn FnMut(Part<'_>) -> Result<(), String>) -> Result<(), String> {
    let content = open_file(path).map_err(|error| error.to_string())?;
    match content.kind {
        Kind::Text(text) => read(Part::Text(Box::new(Bounded {
            inner: text,
            left: MOST_BYTES,
        }))),
        Kind::Parquet(None) => read(Part::File(path)),
        Kind::Parquet(Some(copy)) => read(Part::File(copy.path())),
        Kind::Evtx(_) => Err("an event log is no table; ingest it".to_owned()),
    }
}

fn too_large() -> String {
    "the file holds more than 1 GB once it is unpacked".to_owned()
}

/// Fails rather than hand out more bytes than allowed: a small file may unpack to a very large one.
struct Bounded {
    inner: Box<dyn Read + Send>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, too_large()))?;
        Ok(read)
    }
}
