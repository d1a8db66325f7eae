//! Watchlists that files define, ready for `_GetWatchlist`.

use std::io::Write as _;
use std::path::Path;

use quarry_content::watchlist::{Watchlist, WatchlistItems, read_watchlists};
use quarry_storage::outside::{DataEntry, DataFile, DataKind};
use tempfile::NamedTempFile;

use super::beside;

/// The watchlists that a definition in YAML or JSON names.
///
/// # Errors
/// Says in one sentence what is wrong with the definition or with its items.
pub fn defined_in(path: &Path) -> Result<Vec<DataFile>, String> {
    let fail = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
    let found = read_watchlists(&path.to_string_lossy(), &text).map_err(|diagnostics| match diagnostics.first() {
        Some(first) => fail(&first.message),
        None => fail(&"it defines no watchlist"),
    })?;
    found.iter().map(|one| open(one, path)).collect()
}

/// The items of a watchlist that is defined in the file `definition`.
pub(super) fn open(watchlist: &Watchlist, definition: &Path) -> Result<DataFile, String> {
    let fail = |problem: &dyn std::fmt::Display| format!("{}: watchlist {}: {problem}", definition.display(), watchlist.alias);
    let path = match &watchlist.items {
        WatchlistItems::File(file) => beside(definition, file),
        WatchlistItems::Text(_) => definition.to_owned(),
        WatchlistItems::Beside => {
            let names = [
                definition.with_extension("csv"),
                beside(definition, &format!("{}.csv", watchlist.alias)),
            ];
            let found = names.iter().find(|path| path.is_file()).cloned();
            found.ok_or_else(|| fail(&"it names no file, and none beside it is called like it with the ending .csv"))?
        }
    };
    let mut entry = DataEntry::new(DataKind::Watchlist, &watchlist.alias, &path);
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    entry.key = given(&watchlist.search_key);
    entry.provider = given(&watchlist.provider);
    entry.description = given(&watchlist.description).or_else(|| given(&watchlist.display_name));
    let text = match &watchlist.items {
        WatchlistItems::Text(text) => Some(text.clone()),
        _ if watchlist.skip_lines > 0 => Some(std::fs::read_to_string(&path).map_err(|error| fail(&error))?),
        _ => None,
    };
    let Some(text) = text else {
        return DataFile::open(entry, path, None).map_err(|problem| fail(&problem));
    };
    if matches!(watchlist.items, WatchlistItems::Text(_)) {
        // The definition's own ending says nothing of the items.
        entry.format = Some("csv".to_owned());
    }
    let mut copy = NamedTempFile::new().map_err(|error| fail(&error))?;
    for line in text.split_inclusive('\n').skip(watchlist.skip_lines) {
        copy.write_all(line.as_bytes()).map_err(|error| fail(&error))?;
    }
    copy.flush().map_err(|error| fail(&error))?;
    let path = copy.path().to_owned();
    DataFile::open(entry, path, Some(copy)).map_err(|problem| fail(&problem))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn written(folder: &Path, files: &[(&str, &str)]) {
        for (name, text) in files {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }

    #[test]
    fn definitions_lead_to_their_items() {
        let folder = tempfile::tempdir().unwrap();
        written(
            folder.path(),
            &[
                ("vips.csv", "Name,Mail\nAnn,ann@x\n"),
                ("vips.yaml", "alias: VIPs\nsearchKey: Mail\n"),
                (
                    "nets.yaml",
                    "alias: Nets\nskipLines: 1\nitems: |\n  # by hand\n  Net,Site\n  10.0.0.0/8,A\n",
                ),
            ],
        );
        let vips = defined_in(&folder.path().join("vips.yaml")).unwrap();
        assert_eq!((vips[0].entry.name.as_str(), vips[0].columns.len()), ("VIPs", 2));
        let nets = defined_in(&folder.path().join("nets.yaml")).unwrap();
        assert_eq!(nets[0].columns, ["Net", "Site"]);
    }

    #[test]
    fn a_wrong_search_key_is_told_with_the_right_one() {
        let folder = tempfile::tempdir().unwrap();
        written(
            folder.path(),
            &[
                ("vips.csv", "Name,EMail\nAnn,ann@x\n"),
                ("vips.yaml", "alias: VIPs\nsearchKey: Email\n"),
            ],
        );
        let problem = defined_in(&folder.path().join("vips.yaml")).unwrap_err();
        assert!(problem.contains("did you mean `EMail`?"), "{problem}");
    }

    #[test]
    fn files_of_teams_name_watchlists_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        written(
            folder.path(),
            &[("a.csv", "x,y\n1,2\n"), ("b.csv", "x\n1\n"), ("b.yaml", "alias: B\n")],
        );
        let name = folder.path().join("quarry.yaml");
        let text = "watchlists:\n  - {alias: A, file: a.csv, searchKey: y}\n  - b.yaml\n  - gone.yaml\n";
        let document = quarry_content::load_text(&name.to_string_lossy(), text);
        assert!(document.diagnostics.is_empty(), "{:?}", document.diagnostics);
        let (files, problems) = crate::lookup::of_documents(&[document]);
        let names: Vec<&str> = files.iter().map(|file| file.entry.name.as_str()).collect();
        assert_eq!(names, ["A", "B"]);
        assert!(problems.len() == 1 && problems[0].contains("gone.yaml"), "{problems:?}");
    }
}
