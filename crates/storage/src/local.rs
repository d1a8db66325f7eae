//! The store of a lake on this machine. Everything is done by the store of the transaction log but one thing: parts of files, which a scan reads
//! little else than, are read straight into the memory that will hold them, without another thread where the system has them in memory, and
//! neighbours as one.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, RenameOptions, Result,
};

/// A folder of this machine as a store.
#[derive(Debug)]
pub(crate) struct LocalFiles {
    folder: PathBuf,
    inner: Arc<dyn ObjectStore>,
}

impl LocalFiles {
    /// `inner` is a store of the same folder.
    pub fn new(folder: PathBuf, inner: Arc<dyn ObjectStore>) -> LocalFiles {
        LocalFiles { folder, inner }
    }

    fn file(&self, location: &Path) -> PathBuf {
        location.parts().fold(self.folder.clone(), |path, part| path.join(part.as_ref()))
    }

    /// Reads parts of a file: on this thread what the system has in memory, since another would have to be woken, and the rest where waiting is no harm.
    async fn read(&self, file: PathBuf, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
        let plan = Plan::of(ranges)?;
        let file = open(&file, &plan)?;
        let mut reads = Vec::with_capacity(plan.reads.len());
        for range in plan.reads.iter().take_while(|range| is_at_hand(&file, range)) {
            reads.push(read(&file, range)?);
        }
        let left = plan.reads.get(reads.len()..).unwrap_or_default().to_vec();
        if !left.is_empty() {
            let rest = tokio::task::spawn_blocking(move || left.iter().map(|range| read(&file, range)).collect::<io::Result<Vec<_>>>());
            reads.extend(rest.await.map_err(io::Error::other)??);
        }
        plan.parts(&reads)
    }
}

impl std::fmt::Display for LocalFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.inner)
    }
}

/// Parts of a file that lie no further apart are read as one: a table's pages of a column lie one behind the other.
const NEAR: u64 = 16 << 10;
/// What is read as one is held for as long as any part of it.
const MOST: u64 = 1 << 20;

/// Where wanted parts of a file are in what is read of it.
struct Plan {
    reads: Vec<Range<u64>>,
    /// For each part the read that holds it, and where that begins.
    parts: Vec<(usize, Range<usize>)>,
}

impl Plan {
    /// Parts come mostly in order; one that lies before its forerunner begins a read of its own.
    fn of(wanted: &[Range<u64>]) -> io::Result<Plan> {
        let mut reads: Vec<Range<u64>> = Vec::new();
        let mut parts = Vec::with_capacity(wanted.len());
        for part in wanted {
            if part.start > part.end {
                return Err(io::ErrorKind::InvalidInput.into());
            }
            let start = match reads.last_mut() {
                Some(last)
                    if (last.start..=last.end.saturating_add(NEAR)).contains(&part.start)
                        && part.end.saturating_sub(last.start) <= MOST =>
                {
                    last.end = last.end.max(part.end);
                    last.start
                }
                _ => {
                    reads.push(part.clone());
                    part.start
                }
            };
            let offset = |at: u64| usize::try_from(at - start).map_err(io::Error::other);
            parts.push((reads.len() - 1, offset(part.start)?..offset(part.end)?));
        }
        Ok(Plan { reads, parts })
    }

    fn parts(&self, read: &[Bytes]) -> io::Result<Vec<Bytes>> {
        let part = |(at, range): &(usize, Range<usize>)| {
            let read = read.get(*at).filter(|read| range.end <= read.len());
            Ok(read.ok_or(io::ErrorKind::UnexpectedEof)?.slice(range.clone()))
        };
        self.parts.iter().map(part).collect()
    }
}

fn open(file: &std::path::Path, plan: &Plan) -> io::Result<File> {
    let file = File::open(file)?;
    let size = file.metadata()?.len();
    // Before memory is asked for.
    if plan.reads.iter().any(|range| range.end > size) {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(file)
}

fn read(mut file: &File, range: &Range<u64>) -> io::Result<Bytes> {
    let length = range.end - range.start;
    let mut part = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
    file.seek(SeekFrom::Start(range.start))?;
    file.take(length).read_to_end(&mut part)?;
    if part.len() as u64 != length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(part.into())
}

/// Whether the system has a part of a file in memory, by its ends: reading it waits for no disk, or hardly.
#[cfg(target_os = "linux")]
fn is_at_hand(file: &File, range: &Range<u64>) -> bool {
    use rustix::io::{ReadWriteFlags, preadv2};

    let mut byte = [0];
    let mut is_at_hand = |at: u64| {
        matches!(
            preadv2(file, &mut [io::IoSliceMut::new(&mut byte)], at, ReadWriteFlags::NOWAIT),
            Ok(1)
        )
    };
    range.is_empty() || (is_at_hand(range.start) && is_at_hand(range.end - 1))
}

#[cfg(not(target_os = "linux"))]
fn is_at_hand(_: &File, _: &Range<u64>) -> bool {
    false
}

#[async_trait]
impl ObjectStore for LocalFiles {
    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match self.read(self.file(location), ranges).await {
            Ok(parts) => Ok(parts),
            // It knows how to say what is wrong.
            Err(_) => self.inner.get_ranges(location, ranges).await,
        }
    }

    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(&self, location: &Path, options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::single_range_in_vec_init)]
    use object_store::ObjectStoreExt;
    use object_store::local::LocalFileSystem;

    use super::*;

    #[tokio::test]
    async fn parts_are_those_of_the_general_store() {
        let folder = tempfile::tempdir().unwrap();
        let inner: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
        let store = LocalFiles::new(folder.path().to_owned(), Arc::clone(&inner));
        let place = Path::from_iter(["Table", "a file (%20) é.parquet"]);
        let content: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        store.put(&place, content.clone().into()).await.unwrap();
        assert!(store.file(&place).is_file());

        // In order and out of it, side by side, one in another, empty, at the end.
        let ranges = [
            5..9,
            9..20,
            9..12,
            0..0,
            100_000..400_000,
            350_000..350_001,
            399_999..400_000,
            400_000..400_000,
            30..50_000,
        ];
        let parts = store.get_ranges(&place, &ranges).await.unwrap();
        assert_eq!(parts, inner.get_ranges(&place, &ranges).await.unwrap());
        assert_eq!(parts.get(6).unwrap().as_ref(), content.get(399_999..).unwrap());

        assert!(store.get_ranges(&place, &[399_999..400_001]).await.is_err());
        assert!(store.get_ranges(&place, &[0..u64::MAX]).await.is_err());
        assert!(store.get_ranges(&Path::from("Table/none"), &[0..1]).await.is_err());
    }
}
