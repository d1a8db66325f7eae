//! Finding the files that paths, folders and patterns name.

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::archive::{self, Entry};
use super::report::FileOutcome;
use crate::error::{Result, StorageError};

/// A file to ingest: on disk, or inside an archive there.
#[derive(Debug)]
pub(super) struct Source {
    /// The name for reports and recognition.
    pub shown: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub entry: Option<Entry>,
    /// Why there is nothing to read.
    pub problem: Option<FileOutcome>,
    /// Keeps a copy of standard input, or of a pipe, until the ingest ends.
    spool: Option<NamedTempFile>,
}

impl Source {
    pub fn file(path: PathBuf) -> Source {
        Source {
            shown: path.display().to_string(),
            bytes: path.metadata().map_or(0, |meta| meta.len()),
            path,
            entry: None,
            problem: None,
            spool: None,
        }
    }

    fn unreadable(shown: String, path: &Path, problem: FileOutcome) -> Source {
        Source {
            shown,
            path: path.to_owned(),
            bytes: 0,
            entry: None,
            problem: Some(problem),
            spool: None,
        }
    }

    /// The content, out of its archive.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        match &self.entry {
            Some(entry) => archive::open(&self.path, entry),
            None => Ok(Box::new(std::fs::File::open(&self.path)?)),
        }
    }

    /// When the file was last written, in ticks; now, where nothing tells.
    pub fn modified(&self) -> i64 {
        let now = quarry_value::time::system_now();
        if self.spool.is_some() {
            return now;
        }
        let time = self.path.metadata().and_then(|meta| meta.modified()).ok();
        let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let ticks = since.and_then(|since| i64::try_from(since.as_nanos() / 100).ok());
        ticks.map_or(now, |ticks| (quarry_value::time::UNIX_EPOCH + ticks).min(now))
    }
}

/// All files that the names stand for, in order and without doubles: files, folders with all below them, glob patterns, `-` for standard input.
pub(super) fn find(names: &[String]) -> Result<Vec<Source>> {
    let mut paths = BTreeSet::new();
    let mut sources = Vec::new();
    for name in names {
        if name == "-" {
            sources.push(spooled("standard input", io::stdin().lock())?);
            continue;
        }
        let path = Path::new(name);
        if path.exists() {
            collect(path, &mut paths, &mut sources);
            continue;
        }
        let found = glob::glob(name).map_err(|_| StorageError::NoSuchFile { pattern: name.clone() })?;
        let mut any = false;
        for entry in found {
            any = true;
            match entry {
                Ok(entry) => collect(&entry, &mut paths, &mut sources),
                Err(error) => sources.push(failed(error.path(), error.error())),
            }
        }
        if !any {
            return Err(StorageError::NoSuchFile { pattern: name.clone() });
        }
    }
    for path in paths {
        if !path.is_file() {
            // A pipe gives its content once.
            let shown = path.display().to_string();
            let file = std::fs::File::open(&path).map_err(|error| StorageError::file(shown.as_str(), error))?;
            sources.push(spooled(&shown, file)?);
        } else if archive::is_archive(&path) {
            unpacked(&path, &mut sources);
        } else {
            sources.push(Source::file(path));
        }
    }
    Ok(sources)
}

/// The files below a path. Folders that cannot be read are reported like files.
fn collect(path: &Path, paths: &mut BTreeSet<PathBuf>, sources: &mut Vec<Source>) {
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
        let listing = match std::fs::read_dir(&path) {
            Ok(listing) => listing,
            Err(error) => {
                sources.push(failed(&path, &error));
                continue;
            }
        };
        for entry in listing.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            // Links to folders are not followed: they may lead in circles. Sockets and the like are no files.
            let target = if kind.is_symlink() {
                entry.path().is_file()
            } else {
                kind.is_dir() || kind.is_file()
            };
            if !hidden && target {
                folders.push(entry.path());
            }
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Source {
    Source::unreadable(path.display().to_string(), path, FileOutcome::Failed(error.to_string()))
}

/// The files in an archive, each under the archive's name.
fn unpacked(path: &Path, sources: &mut Vec<Source>) {
    let shown = path.display();
    match archive::entries(path) {
        Ok(entries) => sources.extend(entries.into_iter().map(|entry| match entry {
            Ok(entry) => Source {
                shown: format!("{shown}/{}", entry.name),
                path: path.to_owned(),
                bytes: entry.packed,
                entry: Some(entry),
                problem: None,
                spool: None,
            },
            Err((name, reason)) => Source::unreadable(format!("{shown}/{name}"), path, FileOutcome::Failed(reason)),
        })),
        Err(reason) => {
            let outcome = if reason.starts_with("broken") {
                FileOutcome::Failed(reason)
            } else {
                FileOutcome::NotALog(reason)
            };
            sources.push(Source::unreadable(shown.to_string(), path, outcome));
        }
    }
}

fn spooled(shown: &str, mut input: impl Read) -> Result<Source> {
    let fail = |source| StorageError::file(shown, source);
    let mut spool = NamedTempFile::new().map_err(fail)?;
    let bytes = io::copy(&mut input, spool.as_file_mut()).map_err(fail)?;
    Ok(Source {
        shown: shown.to_owned(),
        path: spool.path().to_owned(),
        bytes,
        entry: None,
        problem: None,
        spool: Some(spool),
    })
}

/// The hash of a file's content, in hexadecimal.
pub(super) fn hash(source: &Source) -> io::Result<String> {
    let mut file = source.open()?;
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
