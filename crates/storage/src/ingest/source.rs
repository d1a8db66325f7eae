//! Finding the files that paths, folders and patterns name.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::error::{Result, StorageError};

/// A file to ingest.
#[derive(Debug)]
pub(super) struct Source {
    /// The name for reports and recognition.
    pub shown: String,
    pub path: PathBuf,
    pub bytes: u64,
    /// Keeps a copy of standard input until the ingest ends.
    _spool: Option<NamedTempFile>,
}

/// All files that the names stand for, in order and without doubles: files, folders with all below them, glob patterns, `-` for standard input.
pub(super) fn find(names: &[String]) -> Result<Vec<Source>> {
    let mut paths = BTreeSet::new();
    let mut sources = Vec::new();
    for name in names {
        if name == "-" {
            sources.push(standard_input()?);
            continue;
        }
        let path = Path::new(name);
        if path.exists() {
            collect(path, &mut paths)?;
            continue;
        }
        let before = paths.len();
        let found = glob::glob(name).map_err(|_| StorageError::NoSuchFile { pattern: name.clone() })?;
        let mut any = false;
        for entry in found {
            let entry = entry.map_err(|error| StorageError::file(name.as_str(), error.into()))?;
            any = true;
            collect(&entry, &mut paths)?;
        }
        if !any && paths.len() == before {
            return Err(StorageError::NoSuchFile { pattern: name.clone() });
        }
    }
    for path in paths {
        let shown = path.display().to_string();
        let bytes = path.metadata().map_or(0, |meta| meta.len());
        sources.push(Source {
            shown,
            path,
            bytes,
            _spool: None,
        });
    }
    Ok(sources)
}

fn collect(path: &Path, paths: &mut BTreeSet<PathBuf>) -> Result<()> {
    let mut folders = vec![path.to_owned()];
    while let Some(path) = folders.pop() {
        if !path.is_dir() {
            paths.insert(path);
            continue;
        }
        // A table of a lake is no input: it may well lie in the folder that is searched.
        if path.join("_delta_log").is_dir() {
            continue;
        }
        let fail = |source| StorageError::file(path.display().to_string(), source);
        for entry in std::fs::read_dir(&path).map_err(fail)? {
            let entry = entry.map_err(fail)?;
            let kind = entry.file_type().map_err(fail)?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links to folders are not followed: they may lead in circles.
            let linked_folder = kind.is_symlink() && entry.path().is_dir();
            if !hidden && !linked_folder {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}

fn standard_input() -> Result<Source> {
    let fail = |source| StorageError::file("standard input", source);
    let mut spool = NamedTempFile::new().map_err(fail)?;
    let bytes = io::copy(&mut io::stdin().lock(), spool.as_file_mut()).map_err(fail)?;
    Ok(Source {
        shown: "standard input".to_owned(),
        path: spool.path().to_owned(),
        bytes,
        _spool: Some(spool),
    })
}

/// The hash of a file's content, in hexadecimal.
pub(super) fn hash(path: &Path) -> io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        hasher.update(bytes);
    }
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in hasher.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}
