//! Readers that know where pages lie, and that read whatever they read as parts of a file, which the store of this machine does best.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::common::Result;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::parquet::CachedParquetFileReaderFactory;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use futures::future::BoxFuture;
use parquet::arrow::arrow_reader::ArrowReaderOptions;
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};

/// Readers that read the places of pages with the footer, when `pages`. Without them a column is read whole however few of its rows are wanted; a scan
/// asks for them by itself only where it has statistics of pages to test.
#[derive(Debug)]
pub(super) struct LakeReaders {
    pub inner: CachedParquetFileReaderFactory,
    pub pages: bool,
}

impl ParquetFileReaderFactory for LakeReaders {
    fn create_reader(
        &self,
        partition: usize,
        file: PartitionedFile,
        hint: Option<usize>,
        metrics: &ExecutionPlanMetricsSet,
    ) -> Result<Box<dyn AsyncFileReader + Send>> {
        let inner = self.inner.create_reader(partition, file, hint, metrics)?;
        Ok(Box::new(LakeReader { inner, pages: self.pages }))
    }
}

struct LakeReader {
    inner: Box<dyn AsyncFileReader + Send>,
    pages: bool,
}

impl AsyncFileReader for LakeReader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        Box::pin(async move {
            let parts = self.inner.get_byte_ranges(vec![range]).await?;
            parts
                .into_iter()
                .next()
                .ok_or_else(|| ParquetError::EOF("a part that is not there".to_owned()))
        })
    }

    fn get_byte_ranges(&mut self, ranges: Vec<Range<u64>>) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        self.inner.get_byte_ranges(ranges)
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        Box::pin(async move {
            if !self.pages {
                return self.inner.get_metadata(options).await;
            }
            let options = options.cloned().unwrap_or_default();
            let options = options.with_page_index_policy(PageIndexPolicy::Optional);
            self.inner.get_metadata(Some(&options)).await
        })
    }
}
