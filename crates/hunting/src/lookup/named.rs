//! Files for data from outside by a name and a path, as the command line, a schedule and a team's file write them.

use std::path::{Path, PathBuf};

use quarry_storage::outside::{DataEntry, DataFile, DataKind};

use super::watchlist;

/// The files of `ADDRESS=FILE`, `watchlist:ALIAS=FILE`, `watchlist:ALIAS@KEY=FILE`, `watchlist=DEFINITION`, `geo=FILE`, `profiles=FILE`,
/// `agents=FILE`, of a file or of a folder. Paths begin at `base`.
///
/// # Errors
/// Says what is wrong, and how it is written.
pub fn named(argument: &str, base: &Path) -> Result<Vec<DataFile>, String> {
    let path = base.join(argument);
    if path.is_dir() {
        return folder(&path);
    }
    let (entry, path) = if path.is_file() {
        (unnamed(&path), path)
    } else {
        split(argument, base)?
    };
    if entry.kind == DataKind::Watchlist && entry.name.is_empty() {
        return watchlist::defined_in(&path);
    }
    Ok(vec![DataFile::open(entry, path, None)?])
}

/// Every file of a folder, by its own name.
fn folder(folder: &Path) -> Result<Vec<DataFile>, String> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    paths.into_iter().map(|path| DataFile::open(unnamed(&path), path, None)).collect()
}

/// A file without a name stands for every address that ends in its own.
fn unnamed(path: &Path) -> DataEntry {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mmdb")) {
        return DataEntry::new(DataKind::Geo, DataKind::Geo.name(), path);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    DataEntry::new(DataKind::File, &name, path)
}

fn split(argument: &str, base: &Path) -> Result<(DataEntry, PathBuf), String> {
    // Addresses hold `=` too: what is behind the last one that a file follows is the file.
    let found = argument
        .match_indices('=')
        .rev()
        .filter_map(|(at, _)| Some((argument.get(..at)?, base.join(argument.get(at + 1..)?))))
        .find(|(_, path)| path.is_file());
    let Some((name, path)) = found else {
        let path = argument.rsplit_once('=').map_or(argument, |(_, path)| path);
        return Err(format!(
            "`{argument}`: there is no file `{}`; write NAME=FILE, where NAME is an address, watchlist:ALIAS, watchlist, geo, profiles or agents",
            base.join(path).display()
        ));
    };
    let entry = match name.split_once(':') {
        Some(("watchlist", alias)) => {
            let (alias, key) = alias.rsplit_once('@').map_or((alias, None), |(alias, key)| (alias, Some(key)));
            let mut entry = DataEntry::new(DataKind::Watchlist, alias, &path);
            entry.key = key.map(str::to_owned);
            entry
        }
        _ => match name {
            "watchlist" => DataEntry::new(DataKind::Watchlist, "", &path),
            "geo" => DataEntry::new(DataKind::Geo, name, &path),
            "profiles" => DataEntry::new(DataKind::Profiles, name, &path),
            "agents" => DataEntry::new(DataKind::Agents, name, &path),
            address => DataEntry::new(DataKind::File, address, &path),
        },
    };
    Ok((entry, path))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    #[test]
    fn names_lead_to_files_beside_a_base() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("vips.csv"), "Name,Mail\nAnn,ann@x\n").unwrap();
        std::fs::write(folder.path().join("iocs.txt"), "a\n").unwrap();
        let one = |argument: &str| named(argument, folder.path()).map(|mut files| files.remove(0).entry);
        let vips = one("watchlist:VIPs@Mail=vips.csv").unwrap();
        assert_eq!((vips.kind, vips.name.as_str(), vips.key.as_deref()), (DataKind::Watchlist, "VIPs", Some("Mail")));
        assert_eq!(one("https://h/?a=b&c=iocs.txt").unwrap().name, "https://h/?a=b&c");
        assert_eq!(one("iocs.txt").unwrap().name, "iocs.txt");
        assert_eq!(named("", folder.path()).unwrap().len(), 2);
        let problem = one("geo=gone.mmdb").unwrap_err();
        assert!(problem.contains("gone.mmdb") && problem.contains("NAME=FILE"), "{problem}");
    }
}
