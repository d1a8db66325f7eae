//! The lake: a folder, or any place an object store reaches, with one Delta Lake table per log table.

mod as_of;
mod attempts;
mod commit;
mod common;
mod compaction;
mod files;
mod hot;
mod journal;
mod journals;
mod log;
mod marks;
mod optimize;
mod property;
mod remove;
mod replace;
mod retention;
mod rewrite;
mod staged;
mod status;
mod vacuum;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use futures::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStore;
use object_store::path::Path as StorePath;
use object_store::prefix::PrefixStore;
use tokio::sync::Mutex;
use url::Url;

use crate::catalogue::{BuiltInCatalogue, TableCatalogue, TableShape};
use crate::error::{Result, StorageError};
use crate::ingest::{QUARANTINE, quarantine_shape};
use crate::layout::Layout;
use crate::local::LocalFiles;
use crate::scan::LakeTable;

pub use as_of::AsOf;
pub(crate) use commit::{CommitRequest, Committed};
pub use files::{ColumnRange, DataFile};
pub use journal::{Entry, Journal};
pub use journals::{ALERTS, DELIVERIES, FINDINGS, INCIDENTS, JOURNALS, NOTES, RUNS, SCHEDULE, VERDICTS};
pub use log::TableCommit;
pub use optimize::{OptimizeListener, OptimizeOptions, OptimizeProgress, TableOptimized};
pub use retention::Retention;
pub use status::{HotStatus, TableStatus};
pub use vacuum::{TableVacuumed, VacuumOptions};

/// Where the transaction log lies in the folder of a table.
const LOG: &str = "_delta_log";
/// Folders of a lake elsewhere that are looked into at a time.
const LISTINGS: usize = 16;

/// A lake. Cheap to clone; clones share what they have read of the transaction logs.
#[derive(Clone, Debug)]
pub struct Lake {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    url: Url,
    store: Arc<dyn ObjectStore>,
    /// The store that holds the lake's, for a lake that is no folder.
    root: Option<Arc<dyn ObjectStore>>,
    catalogue: Arc<dyn TableCatalogue>,
    open: Mutex<HashMap<String, DeltaTable>>,
}

impl Lake {
    /// Opens a lake that exists: a folder, or a URL.
    pub async fn open(location: &str) -> Result<Lake> {
        if let Some(folder) = local(location)
            && !folder.is_dir()
        {
            return Err(place(location, "there is no such folder"));
        }
        Lake::at(location, Arc::new(BuiltInCatalogue))
    }

    /// Opens a lake, making the folder when it is not there.
    pub async fn create(location: &str) -> Result<Lake> {
        Lake::create_with(location, Arc::new(BuiltInCatalogue)).await
    }

    /// The same, with another table catalogue.
    pub async fn create_with(location: &str, catalogue: Arc<dyn TableCatalogue>) -> Result<Lake> {
        if let Some(folder) = local(location) {
            std::fs::create_dir_all(folder).map_err(|source| StorageError::file(location, source))?;
        }
        Lake::at(location, catalogue)
    }

    fn at(location: &str, catalogue: Arc<dyn TableCatalogue>) -> Result<Lake> {
        let url = match local(location) {
            Some(folder) => {
                let folder = folder.canonicalize().map_err(|source| StorageError::file(location, source))?;
                Url::from_directory_path(folder).map_err(|()| place(location, "not a path"))?
            }
            None => crate::store::url(location).map_err(|reason| place(location, &reason))?,
        };
        let (root, store) = match crate::store::reach(&url).map_err(|reason| place(location, &reason))? {
            Some(reached) => {
                let store: Arc<dyn ObjectStore> = Arc::new(PrefixStore::new(Arc::clone(&reached.root), reached.path));
                (Some(reached.root), store)
            }
            None => {
                let table = DeltaTableBuilder::from_url(url.clone()).and_then(DeltaTableBuilder::build);
                let store = table.map_err(|error| place(location, &error.to_string()))?.object_store();
                match url.to_file_path() {
                    Ok(folder) if url.scheme() == "file" => (None, Arc::new(LocalFiles::new(folder, store)) as Arc<dyn ObjectStore>),
                    _ => (None, store),
                }
            }
        };
        Ok(Lake {
            inner: Arc::new(Inner {
                url,
                store,
                root,
                catalogue,
                open: Mutex::new(HashMap::new()),
            }),
        })
    }

    /// Where the lake lies.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// The store that serves the lake's files, with paths relative to the lake.
    #[must_use]
    pub fn store(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.inner.store)
    }

    /// The catalogue that the lake lays out its tables by.
    #[must_use]
    pub fn catalogue(&self) -> &dyn TableCatalogue {
        self.inner.catalogue.as_ref()
    }

    pub(crate) fn shared_catalogue(&self) -> Arc<dyn TableCatalogue> {
        Arc::clone(&self.inner.catalogue)
    }

    /// The names of the tables that hold data, in alphabetical order. What the lake keeps for itself (`_quarantine`, `_ingest`) is not listed.
    pub async fn tables(&self) -> Result<Vec<String>> {
        let mut names = self.all_tables().await?;
        names.retain(|name| !name.starts_with('_'));
        Ok(names)
    }

    async fn all_tables(&self) -> Result<Vec<String>> {
        let listing = self.inner.store.list_with_delimiter(None).await?;
        let folders: Vec<_> = listing.common_prefixes.into_iter().map(|folder| self.named_by(folder)).collect();
        let found: Vec<Option<String>> = stream::iter(folders).buffered(LISTINGS).try_collect().await?;
        let mut names: Vec<String> = found.into_iter().flatten().collect();
        names.sort();
        Ok(names)
    }

    /// The name of the table in a folder, if something lies where its transaction log would.
    async fn named_by(&self, folder: StorePath) -> Result<Option<String>> {
        let name = folder.filename().map(str::to_owned);
        let is_table = match self.inner.url.to_file_path() {
            // A folder is looked into, not listed with the sizes of all that it holds.
            Ok(root) => {
                let log = folder.parts().fold(root, |path, part| path.join(part.as_ref())).join(LOG);
                log.read_dir().is_ok_and(|mut entries| entries.next().is_some())
            }
            Err(()) => {
                let log = folder.join(LOG);
                self.inner.store.list(Some(&log)).try_next().await?.is_some()
            }
        };
        Ok(name.filter(|_| is_table))
    }

    /// The newest state of a table, as a provider for queries; `None` when the lake has no such table. Names are case-sensitive.
    pub async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        Ok(self.lake_table(name).await?.map(|table| Arc::new(table) as Arc<dyn TableProvider>))
    }

    /// The same, with the storage side of the provider in view.
    pub async fn lake_table(&self, name: &str) -> Result<Option<LakeTable>> {
        let Some(table) = self.load(name).await? else { return Ok(None) };
        let layout = self.layout_of(name, &table)?;
        let files = files::list(name, &layout, &table)?;
        let version = table.version().unwrap_or_default();
        Ok(Some(LakeTable::new(self, layout, files, version)))
    }

    /// The records that were set aside; a table without rows as long as there are none.
    ///
    /// # Errors
    /// When its transaction log cannot be read.
    pub async fn quarantine(&self) -> Result<LakeTable> {
        Ok(match self.lake_table(QUARANTINE).await? {
            Some(table) => table,
            None => LakeTable::new(self, Layout::new(&quarantine_shape()), Vec::new(), 0),
        })
    }

    /// The columns that new files of a table will have.
    pub(crate) async fn layout(&self, name: &str) -> Result<Layout> {
        match self.load(name).await? {
            Some(table) => self.layout_of(name, &table),
            None => Ok(Layout::new(&self.shape(name))),
        }
    }

    fn shape(&self, name: &str) -> TableShape {
        self.inner.catalogue.table(name).unwrap_or_else(|| TableShape::custom(name))
    }

    fn layout_of(&self, name: &str, table: &DeltaTable) -> Result<Layout> {
        let state = table.snapshot().map_err(|error| StorageError::log(name, error))?;
        Ok(Layout::of_existing(&self.shape(name), state.schema().fields()))
    }

    fn table_url(&self, name: &str) -> Result<Url> {
        let bad = |reason: &str| StorageError::Table {
            table: name.to_owned(),
            reason: reason.to_owned(),
        };
        if name.is_empty() || name.len() > 255 || !name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)) {
            return Err(bad("a table name has letters, digits, `_` and `-` only"));
        }
        self.inner.url.join(&format!("{name}/")).map_err(|error| bad(&error.to_string()))
    }

    fn unloaded(&self, name: &str) -> Result<DeltaTable> {
        let url = self.table_url(name)?;
        let builder = DeltaTableBuilder::from_url(url.clone()).map(|builder| match &self.inner.root {
            Some(root) => builder.with_storage_backend(Arc::clone(root), url),
            None => builder,
        });
        builder
            .and_then(DeltaTableBuilder::build)
            .map_err(|error| StorageError::log(name, error))
    }

    /// The newest state of a table's log, or `None` when there is none.
    async fn load(&self, name: &str) -> Result<Option<DeltaTable>> {
        let Ok(url) = self.table_url(name) else { return Ok(None) };
        if url.scheme() == "file" && url.to_file_path().is_ok_and(|folder| !folder.is_dir()) {
            return Ok(None);
        }
        // The lock is not held while a log is read: several tables are opened at a time.
        let known = self.inner.open.lock().await.get(name).cloned();
        let mut table = match known {
            Some(table) => table,
            None => self.unloaded(name)?,
        };
        match table.update_state().await {
            Ok(()) => {
                let mut open = self.inner.open.lock().await;
                // Whoever began earlier may come later, with an older state.
                if open.get(name).is_none_or(|known| known.version() <= table.version()) {
                    open.insert(name.to_owned(), table.clone());
                }
                Ok(Some(table))
            }
            Err(DeltaTableError::NotATable(_)) => {
                self.inner.open.lock().await.remove(name);
                Ok(None)
            }
            Err(error) => Err(StorageError::log(name, error)),
        }
    }
}

/// The path when the location is one, and not a URL.
fn local(location: &str) -> Option<&Path> {
    match Url::parse(location) {
        // One letter before the colon is a drive.
        Ok(url) if url.scheme().len() > 1 => None,
        _ => Some(Path::new(location)),
    }
}

fn place(location: &str, reason: &str) -> StorageError {
    StorageError::Location {
        location: crate::store::without_secrets(location),
        reason: reason.to_owned(),
    }
}
