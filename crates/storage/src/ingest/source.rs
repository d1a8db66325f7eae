//! A file to ingest: its content, what is known of it, and what it holds if it is an archive.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::archive::{self, Entry};
use super::decode;
use super::remote::Object;
use super::report::FileOutcome;

/// A file to ingest: on disk, inside an archive there, or in an object store.
#[derive(Debug)]
pub(super) struct Source {
    /// The name for reports and recognition.
    pub shown: String,
    pub path: PathBuf,
    pub bytes: u64,
    pub entry: Option<Entry>,
    /// Archives around the one that it is in.
    nesting: u32,
    /// Why there is nothing to read.
    pub problem: Option<FileOutcome>,
    /// Where it is, as long as there is no copy of it on disk.
    pub object: Option<Object>,
    /// Keeps a copy of standard input, of a pipe or of an object until the ingest ends.
    spool: Option<Arc<NamedTempFile>>,
    /// When it was last written, in ticks, if `path` does not tell.
    written: Option<i64>,
    /// What was hashed: size and time of the file then.
    hashed: Option<Stamp>,
    /// What came of hashing it before it was asked for.
    ahead: Option<io::Result<Hashed>>,
}

/// How many archives may lie in each other around a file, but for the outermost, and what may be copied of each.
const MOST_NESTED: u32 = 3;
const MOST_COPIED: u64 = 16 << 30;

/// A content that was ingested from the same place before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prior {
    pub bytes: u64,
    pub hash: String,
}

/// The hash of a content in hexadecimal, and the prior contents that it goes on from, the shortest first.
#[derive(Debug)]
pub(super) struct Hashed {
    pub hash: String,
    pub after: Vec<Prior>,
    bytes: u64,
}

/// What tells a file from the same file written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Source {
    pub fn file(path: PathBuf) -> Source {
        Source {
            shown: path.display().to_string(),
            bytes: path.metadata().map_or(0, |meta| meta.len()),
            path,
            entry: None,
            nesting: 0,
            problem: None,
            object: None,
            spool: None,
            written: None,
            hashed: None,
            ahead: None,
        }
    }

    pub fn unreadable(shown: String, path: &Path, problem: FileOutcome) -> Source {
        Source {
            shown,
            bytes: 0,
            problem: Some(problem),
            ..Source::file(path.to_owned())
        }
    }

    fn kept(self, spool: NamedTempFile) -> Source {
        Source {
            spool: Some(Arc::new(spool)),
            ..self
        }
    }

    /// A file in an object store.
    pub fn object(object: Object) -> Source {
        Source {
            shown: object.shown.clone(),
            bytes: object.bytes(),
            written: object.modified(),
            object: Some(object),
            ..Source::file(PathBuf::new())
        }
    }

    /// The content, out of its archive. A file that has grown since it was hashed is read as far as it was then.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        if let Some(object) = &self.object {
            return Ok(Box::new(object.open()?));
        }
        match &self.entry {
            Some(entry) => archive::open(&self.path, entry),
            None => {
                let most = self.hashed.map_or(u64::MAX, |stamp| stamp.bytes);
                Ok(Box::new(std::fs::File::open(&self.path)?.take(most)))
            }
        }
    }

    /// About how much there is to read: logs are packed to a tenth and less.
    pub fn weight(&self) -> u64 {
        const PACKED: [&str; 3] = [".gz", ".zst", ".zstd"];
        let packed = self.entry.is_some() || PACKED.iter().any(|ending| self.shown.ends_with(ending));
        if packed { self.bytes.saturating_mul(10) } else { self.bytes }
    }

    /// Whether the content cannot be read from its place on disk as it is.
    pub fn is_packed(&self) -> bool {
        self.entry.is_some() || self.object.is_some()
    }

    /// Brings an object to this machine, and hashes it.
    pub fn fetch(&mut self, priors: &[Prior]) -> io::Result<Hashed> {
        let mut spool = NamedTempFile::new()?;
        let hashed = hashed(self.open()?, priors, |piece| io::Write::write_all(spool.as_file_mut(), piece))?;
        self.path = spool.path().to_owned();
        self.spool = Some(Arc::new(spool));
        self.object = None;
        self.bytes = hashed.bytes;
        Ok(hashed)
    }

    /// Hashes a plain file for when it is asked for.
    pub fn hash_ahead(&mut self, priors: &HashMap<String, Vec<Prior>>) {
        if self.entry.is_none() && self.problem.is_none() && self.object.is_none() {
            let priors = priors.get(&self.shown).map(Vec::as_slice).unwrap_or_default();
            self.ahead = Some(self.hash(priors));
        }
    }

    /// Hashes the content, unless that is done. From now on no more is read than was hashed.
    pub fn hash(&mut self, priors: &[Prior]) -> io::Result<Hashed> {
        if let Some(hashed) = self.ahead.take() {
            return hashed;
        }
        let before = self.stamp()?;
        let hashed = hashed(self.open()?, priors, |_| Ok(()))?;
        if self.entry.is_none() {
            self.hashed = Some(Stamp {
                bytes: hashed.bytes,
                ..before
            });
            self.bytes = hashed.bytes;
        }
        Ok(hashed)
    }

    /// Whether the file holds what was hashed no more. What was added to its end meanwhile is for the next time.
    pub fn changed(&self) -> bool {
        let Some(hashed) = self.hashed else { return false };
        match self.stamp() {
            Ok(now) => now.bytes < hashed.bytes || (now.bytes == hashed.bytes && now.modified != hashed.modified),
            Err(_) => true,
        }
    }

    fn stamp(&self) -> io::Result<Stamp> {
        let meta = self.path.metadata()?;
        Ok(Stamp {
            bytes: meta.len(),
            modified: meta.modified().ok(),
        })
    }

    /// The files in this one, if it is an archive.
    pub fn unpacked(&self) -> Option<Vec<Source>> {
        let plain = self.entry.is_none() && self.problem.is_none() && self.object.is_none();
        (plain && archive::is_archive(&self.path)).then(|| {
            let mut inside = Vec::new();
            unpacked(&self.shown, &self.path, &mut inside);
            for source in &mut inside {
                source.spool.clone_from(&self.spool);
                source.written = self.written;
            }
            inside
        })
    }

    /// The files in this entry of an archive, if it is an archive itself. It is copied to disk for as long as its files are read.
    pub fn nested(&self) -> io::Result<Option<Vec<Source>>> {
        if self.entry.is_none() {
            return Ok(None);
        }
        let mut head = Vec::new();
        self.open()?.take(archive::MARK.len() as u64).read_to_end(&mut head)?;
        if head != archive::MARK {
            return Ok(None);
        }
        if self.nesting >= MOST_NESTED {
            let message = format!("more than {MOST_NESTED} archives in each other around it; unpack them first");
            return Err(io::Error::other(message));
        }
        let mut spool = NamedTempFile::new()?;
        let content = decode::unpacking(self.open()?, self.bytes);
        if io::copy(&mut content.take(MOST_COPIED + 1), spool.as_file_mut())? > MOST_COPIED {
            let message = format!("an archive of more than {} GB inside another; unpack it first", MOST_COPIED >> 30);
            return Err(io::Error::other(message));
        }
        let spool = Arc::new(spool);
        let mut inside = Vec::new();
        unpacked(&self.shown, spool.path(), &mut inside);
        for source in &mut inside {
            source.spool = Some(Arc::clone(&spool));
            source.nesting = self.nesting + 1;
            source.written = Some(self.modified());
        }
        Ok(Some(inside))
    }

    /// When the file was last written, in ticks; now, where nothing tells.
    pub fn modified(&self) -> i64 {
        let now = quarry_value::time::system_now();
        if let Some(written) = self.written {
            return written.min(now);
        }
        if self.spool.is_some() {
            return now;
        }
        let time = self.path.metadata().and_then(|meta| meta.modified()).ok();
        let since = time.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        let ticks = since.and_then(|since| i64::try_from(since.as_nanos() / 100).ok());
        ticks.map_or(now, |ticks| (quarry_value::time::UNIX_EPOCH + ticks).min(now))
    }
}

/// The files in an archive, each under the archive's name.
fn unpacked(shown: &str, path: &Path, sources: &mut Vec<Source>) {
    match archive::entries(path) {
        Ok(entries) => sources.extend(entries.into_iter().map(|entry| match entry {
            Ok(entry) => Source {
                shown: format!("{shown}/{}", entry.name),
                bytes: entry.packed,
                entry: Some(entry),
                ..Source::file(path.to_owned())
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

pub(super) fn spooled(shown: &str, mut input: impl Read) -> io::Result<Source> {
    let mut spool = NamedTempFile::new()?;
    let bytes = io::copy(&mut input, spool.as_file_mut())?;
    Ok(Source {
        bytes,
        shown: shown.to_owned(),
        ..Source::file(spool.path().to_owned()).kept(spool)
    })
}

/// Hashes a content, and hands it to `also` on the way. `priors` are in order of their size.
fn hashed(mut content: impl Read, priors: &[Prior], mut also: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Hashed> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    let mut total = 0u64;
    let mut priors = priors.iter().peekable();
    let mut after = Vec::new();
    loop {
        let read = match content.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        let Some(mut bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        also(bytes)?;
        while let Some(prior) = priors.next_if(|prior| prior.bytes <= total + bytes.len() as u64) {
            let left = usize::try_from(prior.bytes.saturating_sub(total)).unwrap_or_default();
            let (before, rest) = bytes.split_at(left.min(bytes.len()));
            hasher.update(before);
            total += before.len() as u64;
            bytes = rest;
            if hexadecimal(&hasher.clone().finalize()) == prior.hash {
                after.push(prior.clone());
            }
        }
        hasher.update(bytes);
        total += bytes.len() as u64;
    }
    Ok(Hashed {
        hash: hexadecimal(&hasher.finalize()),
        after,
        bytes: total,
    })
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
