//! Local files for data from outside, as the command line names them.

use std::path::{Path, PathBuf};

use quarry_hunting::watchlist;
use quarry_storage::outside::{DataEntry, DataFile, DataKind, DataRegister};

use crate::exit::Failure;

/// Adds what `--data` names: `ADDRESS=FILE`, `watchlist:ALIAS=FILE`, `watchlist:ALIAS@KEY=FILE`, `watchlist=DEFINITION`, `geo=FILE`, `profiles=FILE`, `agents=FILE`, a file, or a folder.
pub fn add(register: &mut DataRegister, argument: &str) -> Result<(), Failure> {
    let path = Path::new(argument);
    if path.is_dir() {
        return add_folder(register, path);
    }
    let (entry, path) = if path.is_file() {
        (unnamed(path), path.to_owned())
    } else {
        named(argument)?
    };
    if entry.kind == DataKind::Watchlist && entry.name.is_empty() {
        for file in watchlist::defined_in(&path).map_err(Failure::new)? {
            register.add(file);
        }
        return Ok(());
    }
    register.add(DataFile::open(entry, path, None).map_err(Failure::new)?);
    Ok(())
}

/// Every file of a folder, by its own name.
fn add_folder(register: &mut DataRegister, folder: &Path) -> Result<(), Failure> {
    let fail = |error: std::io::Error| Failure::new(format!("{}: {error}", folder.display()));
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    for path in paths {
        register.add(DataFile::open(unnamed(&path), path, None).map_err(Failure::new)?);
    }
    Ok(())
}

/// A file without a name stands for every address that ends in its own.
fn unnamed(path: &Path) -> DataEntry {
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mmdb")) {
        return DataEntry::new(DataKind::Geo, DataKind::Geo.name(), path);
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    DataEntry::new(DataKind::File, &name, path)
}

fn named(argument: &str) -> Result<(DataEntry, PathBuf), Failure> {
    // Addresses hold `=` too: what is behind the last one that a file follows is the file.
    let split = argument
        .match_indices('=')
        .rev()
        .filter_map(|(at, _)| Some((argument.get(..at)?, argument.get(at + 1..)?)))
        .find(|(_, path)| Path::new(path).is_file());
    let Some((name, path)) = split else {
        let path = argument.rsplit_once('=').map_or(argument, |(_, path)| path);
        return Err(Failure::with_hint(
            format!("--data {argument}: there is no file `{path}`"),
            "write it as NAME=FILE, where NAME is an address, watchlist:ALIAS, geo, profiles or agents",
        ));
    };
    let path = PathBuf::from(path);
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
