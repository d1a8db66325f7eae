//! The files that stand for data outside, by what queries call that data.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::format::last_part;
use super::{AgentCatalogue, DataFormat, GeoDatabase, ReadRequest, columns};

/// What a file stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataKind {
    /// A place that `externaldata` names.
    File,
    /// A watchlist, by its alias.
    Watchlist,
    /// Geographic data for `geo_info_from_ip_address`.
    Geo,
    /// What `FileProfile` knows of files, by their hash.
    Profiles,
    /// What user agent strings tell `parse_user_agent`.
    Agents,
}

impl DataKind {
    /// Every kind.
    pub const ALL: [DataKind; 5] = [
        DataKind::File,
        DataKind::Watchlist,
        DataKind::Geo,
        DataKind::Profiles,
        DataKind::Agents,
    ];

    /// As the command line calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            DataKind::File => "file",
            DataKind::Watchlist => "watchlist",
            DataKind::Geo => "geo",
            DataKind::Profiles => "profiles",
            DataKind::Agents => "agents",
        }
    }
}

impl fmt::Display for DataKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is known of a file besides its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataEntry {
    pub kind: DataKind,
    /// The alias of a watchlist, the address or file name of a feed; for the other kinds, the kind.
    pub name: String,
    /// The column that a watchlist is searched by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Who keeps a watchlist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// What a watchlist is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The layout, where the name of the file does not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// When it was registered, in ticks.
    pub added: i64,
    /// The name of the file it came from.
    pub origin: String,
}

impl DataEntry {
    /// An entry for a file, registered now.
    #[must_use]
    pub fn new(kind: DataKind, name: &str, path: &Path) -> DataEntry {
        DataEntry {
            kind,
            name: name.to_owned(),
            key: None,
            provider: None,
            description: None,
            format: None,
            added: quarry_value::time::system_now(),
            origin: path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        }
    }

    /// Tells entries apart: a later one of the same takes the place of an earlier one.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}", self.kind, self.name)
    }
}

/// A file at hand.
#[derive(Debug)]
pub struct DataFile {
    pub entry: DataEntry,
    pub path: PathBuf,
    /// How the file is laid out, when that is known without a query saying so.
    pub format: Option<DataFormat>,
    /// The columns of a watchlist or of profiles.
    pub columns: Vec<String>,
    geo: Option<Arc<GeoDatabase>>,
    agents: Option<Arc<AgentCatalogue>>,
    /// Keeps the copy of a file that lies in a store elsewhere.
    _copy: Option<NamedTempFile>,
}

impl DataFile {
    /// Looks at a file: whether it can be what the entry says.
    ///
    /// # Errors
    /// Says in one sentence what is wrong with the file.
    pub fn open(entry: DataEntry, path: PathBuf, copy: Option<NamedTempFile>) -> Result<DataFile, String> {
        let fail = |problem: String| format!("{}: {problem}", entry.origin);
        let format = match &entry.format {
            Some(name) => Some(DataFormat::named(name).ok_or_else(|| fail(format!("the format {name} is not known")))?),
            None => DataFormat::of_name(&entry.origin),
        };
        let (mut names, mut geo, mut agents) = (Vec::new(), None, None);
        match entry.kind {
            DataKind::Geo => geo = Some(Arc::new(GeoDatabase::open(&path).map_err(fail)?)),
            DataKind::Agents => agents = Some(Arc::new(AgentCatalogue::open(&path).map_err(fail)?)),
            DataKind::File => {
                std::fs::File::open(&path).map_err(|error| fail(error.to_string()))?;
            }
            DataKind::Watchlist | DataKind::Profiles => {
                let format = format.unwrap_or(DataFormat::Delimited { delimiter: b',' });
                names = columns(&path, format).map_err(fail)?;
                if let Some(key) = entry.key.as_ref().filter(|key| !names.contains(key)) {
                    let close = quarry_text::suggest::closest(key, names.iter().map(String::as_str));
                    return Err(fail(match close {
                        Some(close) => format!("it has no column `{key}`; did you mean `{close}`?"),
                        None => format!("it has no column `{key}`; its columns are {}", names.join(", ")),
                    }));
                }
            }
        }
        Ok(DataFile {
            entry,
            path,
            format,
            columns: names,
            geo,
            agents,
            _copy: copy,
        })
    }

    /// How many rows it has.
    ///
    /// # Errors
    /// Says in one sentence what is wrong with the file.
    pub fn rows(&self) -> Result<usize, String> {
        let request = ReadRequest {
            format: self.format.unwrap_or(DataFormat::Delimited { delimiter: b',' }),
            columns: Vec::new(),
            skip_first: false,
            header: true,
            zip_pattern: None,
        };
        let rows = super::read(&self.path, &request).map_err(|problem| format!("{}: {problem}", self.entry.origin))?;
        Ok(rows.num_rows())
    }

    /// The database of a file of this kind.
    #[must_use]
    pub fn geo(&self) -> Option<&Arc<GeoDatabase>> {
        self.geo.as_ref()
    }

    /// The catalogue of a file of this kind.
    #[must_use]
    pub fn agents(&self) -> Option<&Arc<AgentCatalogue>> {
        self.agents.as_ref()
    }

    /// Looks closer than [`DataFile::open`] has time to.
    ///
    /// # Errors
    /// Says in one sentence what is wrong with the file.
    pub fn check(&self) -> Result<(), String> {
        let Some(agents) = &self.agents else { return Ok(()) };
        agents.check().map_err(|problem| format!("{}: {problem}", self.entry.origin))
    }
}

/// All files at hand. Cheap to copy.
#[derive(Clone, Debug, Default)]
pub struct DataRegister {
    files: Vec<Arc<DataFile>>,
}

impl DataRegister {
    /// Adds a file, in place of an earlier one of the same id.
    pub fn add(&mut self, file: DataFile) {
        let id = file.entry.id();
        self.files.retain(|known| known.entry.id() != id);
        self.files.push(Arc::new(file));
    }

    /// Every file, in order of kind and name.
    #[must_use]
    pub fn files(&self) -> Vec<&Arc<DataFile>> {
        let mut files: Vec<&Arc<DataFile>> = self.files.iter().collect();
        files.sort_by(|a, b| (a.entry.kind, &a.entry.name).cmp(&(b.entry.kind, &b.entry.name)));
        files
    }

    /// The file of this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<DataFile>> {
        self.files.iter().find(|file| file.entry.id() == id)
    }

    fn of_kind(&self, kind: DataKind) -> impl DoubleEndedIterator<Item = &Arc<DataFile>> {
        self.files.iter().filter(move |file| file.entry.kind == kind)
    }

    /// The file that stands for an address: registered under the whole address, under the address without a query and secrets, or under
    /// the file name at its end.
    #[must_use]
    pub fn address(&self, address: &str) -> Option<&Arc<DataFile>> {
        let bare = |address: &str| {
            address
                .split(['?', ';', '#'])
                .next()
                .unwrap_or_default()
                .trim_end_matches('/')
                .to_owned()
        };
        let files = || self.of_kind(DataKind::File).rev();
        let whole = files().find(|file| file.entry.name == address);
        let bared = || files().find(|file| bare(&file.entry.name) == bare(address));
        let name = last_part(address);
        let by_name = || files().find(|file| !name.is_empty() && file.entry.name.eq_ignore_ascii_case(name));
        whole.or_else(bared).or_else(by_name)
    }

    /// The watchlist of this alias.
    #[must_use]
    pub fn watchlist(&self, alias: &str) -> Option<&Arc<DataFile>> {
        self.of_kind(DataKind::Watchlist).find(|file| file.entry.name == alias)
    }

    /// The aliases of all watchlists, in alphabetical order.
    #[must_use]
    pub fn watchlists(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.of_kind(DataKind::Watchlist).map(|file| file.entry.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// What is known of files.
    #[must_use]
    pub fn profiles(&self) -> Option<&Arc<DataFile>> {
        self.of_kind(DataKind::Profiles).next_back()
    }

    /// Where addresses are.
    #[must_use]
    pub fn geo(&self) -> Option<&Arc<GeoDatabase>> {
        self.of_kind(DataKind::Geo).next_back()?.geo()
    }

    /// What user agent strings tell.
    #[must_use]
    pub fn agents(&self) -> Option<&Arc<AgentCatalogue>> {
        self.of_kind(DataKind::Agents).next_back()?.agents()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn register(names: &[&str]) -> (DataRegister, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let mut register = DataRegister::default();
        for name in names {
            let path = folder.path().join("feed.csv");
            std::fs::write(&path, "a,b\n1,2\n").unwrap();
            let entry = DataEntry::new(DataKind::File, name, &path);
            register.add(DataFile::open(entry, path, None).unwrap());
        }
        (register, folder)
    }

    fn found(register: &DataRegister, address: &str) -> Option<String> {
        register.address(address).map(|file| file.entry.name.clone())
    }

    #[test]
    fn addresses_are_found_whole_bare_and_by_file_name() {
        let (register, _folder) = register(&["https://host/a/feed.csv", "other.txt", "https://host/list/"]);
        assert_eq!(
            found(&register, "https://host/a/feed.csv").as_deref(),
            Some("https://host/a/feed.csv")
        );
        assert_eq!(
            found(&register, "https://host/a/feed.csv?sig=1;x").as_deref(),
            Some("https://host/a/feed.csv")
        );
        assert_eq!(
            found(&register, "https://elsewhere/b/Other.TXT?sig=2").as_deref(),
            Some("other.txt")
        );
        assert_eq!(found(&register, "https://host/list").as_deref(), Some("https://host/list/"));
        // An address registered as a whole stands for no other address with the same end.
        assert_eq!(found(&register, "https://elsewhere/a/feed.csv"), None);
    }

    #[test]
    fn a_watchlist_needs_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vips.csv");
        std::fs::write(&path, "Name,Mail\nAnn,ann@x\n").unwrap();
        let mut entry = DataEntry::new(DataKind::Watchlist, "VIPs", &path);
        entry.key = Some("Mail".to_owned());
        assert_eq!(DataFile::open(entry.clone(), path.clone(), None).unwrap().columns, ["Name", "Mail"]);
        entry.key = Some("UPN".to_owned());
        assert!(
            DataFile::open(entry.clone(), path.clone(), None)
                .unwrap_err()
                .contains("its columns are Name, Mail")
        );
        entry.key = Some("mail".to_owned());
        assert!(DataFile::open(entry, path, None).unwrap_err().contains("did you mean `Mail`?"));
    }
}
