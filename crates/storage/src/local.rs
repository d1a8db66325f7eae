//! The store of a lake on this machine. Everything is done by the store of the transaction log but one thing: parts of files are read straight
//! into the memory that will hold them. A scan reads little else, and the general store fills that memory with zeros first, a byte at a time where
//! it was not optimised.

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
}

impl std::fmt::Display for LocalFiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.inner)
    }
}

fn read(file: &std::path::Path, ranges: &[Range<u64>]) -> io::Result<Vec<Bytes>> {
    let mut file = File::open(file)?;
    let size = file.metadata()?.len();
    let mut parts = Vec::with_capacity(ranges.len());
    for range in ranges {
        if range.end > size || range.start > range.end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = range.end - range.start;
        let mut part = Vec::with_capacity(usize::try_from(length).map_err(io::Error::other)?);
        file.seek(SeekFrom::Start(range.start))?;
        (&mut file).take(length).read_to_end(&mut part)?;
        if part.len() as u64 != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        parts.push(Bytes::from(part));
    }
    Ok(parts)
}

#[async_trait]
impl ObjectStore for LocalFiles {
    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let file = self.file(location);
        let wanted = ranges.to_vec();
        let parts = tokio::task::spawn_blocking(move || read(&file, &wanted)).await;
        match parts {
            Ok(Ok(parts)) => Ok(parts),
            // It knows how to say what is wrong.
            _ => self.inner.get_ranges(location, ranges).await,
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

        let ranges = [5..9, 0..0, 100_000..400_000, 399_999..400_000];
        let parts = store.get_ranges(&place, &ranges).await.unwrap();
        assert_eq!(parts, inner.get_ranges(&place, &ranges).await.unwrap());
        assert_eq!(parts.last().unwrap().as_ref(), content.get(399_999..).unwrap());

        assert!(store.get_ranges(&place, &[399_999..400_001]).await.is_err());
        assert!(store.get_ranges(&place, &[0..u64::MAX]).await.is_err());
        assert!(store.get_ranges(&Path::from("Table/none"), &[0..1]).await.is_err());
    }
}
