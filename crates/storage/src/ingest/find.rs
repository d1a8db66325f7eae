//! Finding the files that paths, folders and patterns name.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};

use super::remote;
use super::report::FileOutcome;
use super::source::{Source, spooled};
use crate::error::{Result, StorageError};
use crate::store;

/// All files that the names stand for, in order and without doubles: files, folders with all below them, glob patterns, the same in object stores
/// by URL, `-` for standard input.
pub(super) fn find(names: &[String]) -> Result<Vec<Source>> {
    let mut paths = BTreeSet::new();
    let mut sources = Vec::new();
    for name in names {
        if name == "-" {
            let copied = spooled("standard input", io::stdin().lock());
            sources.push(copied.unwrap_or_else(|error| failed(Path::new("standard input"), &error)));
            continue;
        }
        let local = match store::is_url(name) {
            true => remote::local(name)?,
            false => Some(PathBuf::from(name)),
        };
        let Some(path) = local else {
            sources.extend(remote::find(name)?.into_iter().map(Source::object));
            continue;
        };
        match path.try_exists() {
            Ok(true) => {
                collect(&path, &mut paths, &mut sources);
                continue;
            }
            Ok(false) => {}
            Err(error) => {
                sources.push(failed(&path, &error));
                continue;
            }
        }
        if path.components().any(|part| part.as_os_str() == "**") {
            if !below(&path, &mut paths, &mut sources) {
                return Err(StorageError::NoSuchFile { pattern: name.clone() });
            }
            continue;
        }
        let found = glob::glob(&path.to_string_lossy()).map_err(|_| StorageError::NoSuchFile { pattern: name.clone() })?;
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
            let copied = std::fs::File::open(&path).and_then(|file| spooled(&path.display().to_string(), file));
            sources.push(copied.unwrap_or_else(|error| failed(&path, &error)));
            continue;
        }
        let source = Source::file(path);
        match source.unpacked() {
            Some(inside) => sources.extend(inside),
            None => sources.push(source),
        }
    }
    Ok(sources)
}

/// The files that a pattern with `**` stands for, and those of folders that it stands for; whether there are any. Searched as a folder is: the
/// crate for patterns would follow links in circles.
fn below(pattern: &Path, paths: &mut BTreeSet<PathBuf>, sources: &mut Vec<Source>) -> bool {
    const WHOLE_PARTS: MatchOptions = MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: false,
    };
    let fixed = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let mut base: PathBuf = pattern.components().take_while(fixed).collect();
    let here = base.as_os_str().is_empty();
    if here {
        base.push(".");
    }
    let pattern: PathBuf = pattern.components().collect();
    let Ok(pattern) = Pattern::new(&pattern.to_string_lossy()) else {
        return false;
    };
    let (mut found, mut problems) = (BTreeSet::new(), Vec::new());
    collect(&base, &mut found, &mut problems);
    let named = |path: &Path| {
        let depth = base.components().count();
        let mut folders = path.ancestors().take_while(|folder| folder.components().count() >= depth);
        folders.any(|folder| pattern.matches_path_with(folder.strip_prefix("./").unwrap_or(folder), WHOLE_PARTS))
    };
    let before = (paths.len(), sources.len());
    let plain = |path: PathBuf| match here {
        true => path.strip_prefix(".").map(Path::to_owned).unwrap_or(path),
        false => path,
    };
    paths.extend(found.into_iter().filter(|path| named(path)).map(plain));
    // What cannot be looked into may hold any of them.
    sources.extend(problems.into_iter().filter(|source| source.path.is_dir() || named(&source.path)));
    (paths.len(), sources.len()) != before
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
            // Links to folders are not followed: they may lead in circles, or anywhere. Sockets and the like are no files.
            let target = if kind.is_symlink() {
                match entry.path().metadata() {
                    Ok(meta) => {
                        if meta.is_dir() && !hidden {
                            sources.push(linked(&entry.path()));
                        }
                        meta.is_file()
                    }
                    Err(error) => {
                        if !hidden {
                            sources.push(failed(&entry.path(), &error));
                        }
                        false
                    }
                }
            } else {
                kind.is_dir() || kind.is_file()
            };
            if !hidden && target {
                folders.push(entry.path());
            }
        }
    }
}

fn linked(path: &Path) -> Source {
    let reason = "a link to a folder; name it to have its files read".to_owned();
    Source::unreadable(path.display().to_string(), path, FileOutcome::NotALog(reason))
}

fn failed(path: &Path, error: &io::Error) -> Source {
    Source::unreadable(path.display().to_string(), path, FileOutcome::Failed(error.to_string()))
}
